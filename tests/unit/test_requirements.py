# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment of the tests is made of files with known checksums, and of what requirements-dev.txt asks for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.11", "3.12", "3.13")
PINNED = ROOT / "requirements-ci.txt"
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def asked_for(name: str) -> list[Requirement]:
    """The requirements of a file, with those of the files that it names."""
    found = []
    for written in (ROOT / name).read_text(encoding="utf-8").splitlines():
        line = written.partition("#")[0].strip()
        if line.startswith("-r "):
            found += asked_for(line[3:].strip())
        elif line:
            found.append(Requirement(line))
    return found


def pinned(text: str) -> list[tuple[Requirement, list[str]]]:
    """Every entry of a file with checksums: the requirement, and its checksums."""
    whole = re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    rows = [line.split("--hash", 1) for line in whole.splitlines() if line.strip()]
    return [(Requirement(row[0].strip()), HASH.findall("--hash" + "".join(row[1:]))) for row in rows]


def for_python(rows: list[Any], version: str) -> list[Any]:
    """Those that count for one Python."""
    where = {"python_version": version, "python_full_version": f"{version}.5"}
    return [row for row in rows if row[0].marker is None or row[0].marker.evaluate(where)]


@pytest.mark.parametrize("version", PYTHONS)
def test_every_package_that_is_asked_for_is_pinned_once_within_its_bounds(version):
    rows = for_python(pinned(PINNED.read_text(encoding="utf-8")), version)
    pins = {}
    for requirement, _hashes in rows:
        name = canonicalize_name(requirement.name)
        assert name not in pins, f"{name} has two versions"
        [pin] = requirement.specifier
        assert pin.operator == "=="
        pins[name] = pin.version
    for wanted, _none in for_python([(one, []) for one in asked_for("requirements-dev.txt")], version):
        assert wanted.specifier.contains(pins[canonicalize_name(wanted.name)]), wanted


@pytest.mark.parametrize("name", ["requirements-ci.txt", ".ci/collections.txt"])
def test_every_pin_has_checksums_and_no_place_is_named(name):
    path = ROOT / name
    if not path.exists() and name.startswith("."):
        pytest.skip("not part of the artifact")
    text = path.read_text(encoding="utf-8")
    assert all(hashes for _requirement, hashes in pinned(text))
    assert not re.search(
        r"https?:|file:|--(extra-)?index-url|--find-links|--trusted-host| @ |^/|(?<![\w.])-e ", text, re.M
    )


def test_nothing_is_installed_without_its_checksum():
    """A package without a wheel would be built with others, which nobody has compared."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    installs = [line for line in lines if "pip install" in line]
    assert installs and all("--require-hashes --only-binary :all: -r requirements-ci.txt" in line for line in installs)
    fetch = ROOT / ".ci" / "fetch_collections.py"
    if fetch.exists():
        text = fetch.read_text(encoding="utf-8")
        assert '"--require-hashes"' in text and '"--only-binary=:all:"' in text
