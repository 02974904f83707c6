# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the transport's tests."""

from __future__ import annotations

import json
import stat

import pytest


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A home without credentials, an environment without Azure, and no `az`. Gives the home."""
    from ansible_collections.asr.hyperv.plugins.module_utils._cloud import CA_VARIABLES
    from ansible_collections.asr.hyperv.plugins.module_utils._ways import ENVIRONMENT

    for variables in ENVIRONMENT.values():
        for variable in variables:
            monkeypatch.delenv(variable, raising=False)
    for variable in (*CA_VARIABLES, "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "AZURE_AUTHORITY_HOST"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


@pytest.fixture
def stub(bare_machine, monkeypatch):
    """A scripted Azure whose certificate authority is trusted."""
    from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import StubAzure

    stub = StubAzure(bare_machine)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", stub.ca_file)
    yield stub
    stub.close()


@pytest.fixture
def waits(monkeypatch):
    """The seconds that the pipeline would have slept, instead of sleeping."""
    slept: list[float] = []
    monkeypatch.setattr("azure.core.pipeline.transport.RequestsTransport.sleep", lambda _self, wait: slept.append(wait))
    return slept


@pytest.fixture
def environment(monkeypatch):
    """Set environment variables."""

    def put(*sets: dict) -> None:
        for name, value in {name: value for one in sets for name, value in one.items()}.items():
            monkeypatch.setenv(name, value)

    return put


@pytest.fixture
def credential_file(bare_machine):
    """Write ~/.azure/credentials."""

    def write(**profiles: dict) -> None:
        (bare_machine / ".azure").mkdir(exist_ok=True)
        lines = []
        for name, values in profiles.items():
            lines += [f"[{name}]", *(f"{key}={value}" for key, value in values.items())]
        (bare_machine / ".azure" / "credentials").write_text("\n".join(lines), encoding="utf-8")

    return write


@pytest.fixture
def azure_cli(bare_machine):
    """Put a program `az` on the PATH that has (or has not) an account."""

    def install(account: dict | None) -> None:
        program = bare_machine / "bin" / "az"
        program.parent.mkdir()
        says = f"echo '{json.dumps(account)}'" if account else "echo 'Please run az login' >&2; exit 1"
        program.write_text(f"#!/bin/sh\n{says}\n", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return install
