# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of the transport's tests."""

from __future__ import annotations

import json
from typing import Any

import pytest


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A home without credentials, an environment without Azure, and no `az`. Gives the home."""
    from ansible_collections.asr.hyperv.plugins.module_utils._azure.cloud import CA_VARIABLES
    from ansible_collections.asr.hyperv.plugins.module_utils._azure.ways import ENVIRONMENT

    for variables in ENVIRONMENT.values():
        for variable in variables:
            monkeypatch.delenv(variable, raising=False)
    for variable in (
        *CA_VARIABLES,
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "AZURE_AUTHORITY_HOST",
        "AZURE_CONFIG_DIR",
    ):
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
def stranger(stub, tmp_path):
    """A second server that is trusted as far as TLS goes, and to which nothing may ever be sent."""
    from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import StubAzure

    (tmp_path / "stranger").mkdir()
    stranger = StubAzure(tmp_path / "stranger", stub.authority)
    stranger.describes_itself()
    yield stranger
    stranger.close()


@pytest.fixture
def waits(monkeypatch):
    """The seconds that the pipeline would have slept, instead of sleeping."""
    slept: list[float] = []
    monkeypatch.setattr("azure.core.pipeline.transport.RequestsTransport.sleep", lambda _self, wait: slept.append(wait))
    return slept


@pytest.fixture
def environment(monkeypatch):
    """Set environment variables."""

    def put(*sets: dict[str, Any]) -> None:
        for name, value in {name: value for one in sets for name, value in one.items()}.items():
            monkeypatch.setenv(name, value)

    return put


@pytest.fixture
def credential_file(bare_machine):
    """Write ~/.azure/credentials."""

    def write(**profiles: dict[str, Any]) -> None:
        (bare_machine / ".azure").mkdir(exist_ok=True)
        lines = []
        for name, values in profiles.items():
            lines += [f"[{name}]", *(f"{key}={value}" for key, value in values.items())]
        (bare_machine / ".azure" / "credentials").write_text("\n".join(lines), encoding="utf-8")

    return write


@pytest.fixture
def azure_cli(bare_machine):
    """Let the Azure CLI have (or not have) an account, as it keeps it: with a byte order mark."""

    def install(account: dict[str, Any] | None) -> None:
        others = [{"id": "another", "isDefault": False, "environmentName": "AzureCloud"}]
        mine = [{**account, "isDefault": True}] if account else []
        (bare_machine / ".azure").mkdir(exist_ok=True)
        (bare_machine / ".azure" / "azureProfile.json").write_text(
            json.dumps({"subscriptions": others + mine}), encoding="utf-8-sig"
        )

    return install
