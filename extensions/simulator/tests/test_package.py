# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The package stays small and alone."""

from __future__ import annotations

import ast
import pkgutil
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import tomllib
import yaml

from asr_simulator.__main__ import main
from asr_simulator.scenario.load import load, place_of, shipped

from .simulated import ROOT

PACKAGE = ROOT / "asr_simulator"
FILES = sorted(PACKAGE.rglob("*.py"))
PROGRAM = "(program)"  # the files that lie in no room
ROOMS = (  # from the ground up: a room may use those that stand before it, and no other
    "clock",
    "estate",
    "wire",
    "world",
    "show",
    "windows",
    "execute",
    "jobs",
    "facts",
    "arm",
    "faults",
    "scenario",
    PROGRAM,
)
MAY_IMPORT = {"aiohttp", "cryptography", "jsonschema", "psrpcore", "tree_sitter", "tree_sitter_pwsh", "trustme", "yaml"}


def imported(tree: ast.AST) -> set[str]:
    """First part of the name of every module that isn't the package's own."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_files_are_short_documented_and_import_little(file):
    text = file.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 250
    assert imported(tree) - set(sys.stdlib_module_names) <= MAY_IMPORT
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert (node.end_lineno or 0) - node.lineno < 40, node.name
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_only_the_servers_know_http():
    users = [file.name for file in FILES if "aiohttp" in imported(ast.parse(file.read_text(encoding="utf-8")))]
    assert users == ["server.py", "service.py"]


def dotted(file) -> str:
    """A file of the package as others import it."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(name: str) -> str:
    """The room of a module."""
    first = name.partition(".")[0]
    return first if first in ROOMS else PROGRAM


def uses(file) -> set[str]:
    """What a file imports of the package, wherever in the file: imports for types and late ones too."""
    known, here, found = {dotted(one) for one in FILES}, file.relative_to(PACKAGE).parent.parts, set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = [*here[: len(here) + 1 - node.level], *filter(None, [node.module])]
            names = {".".join([*base, alias.name]) for alias in node.names}
            found |= {name if name in known else ".".join(base) for name in names}
    return found


def test_every_folder_with_code_is_a_room():
    assert {room(dotted(file)) for file in FILES} == set(ROOMS)
    assert {file.parent.name for file in FILES if file.parent != PACKAGE} == set(ROOMS) - {PROGRAM}


@pytest.mark.parametrize("file", FILES, ids=dotted)
def test_imports_go_down(file):
    here = room(dotted(file))
    below = {*ROOMS[: ROOMS.index(here)], here}
    assert [name for name in sorted(uses(file)) if room(name) not in below] == []


def test_no_files_import_each_other_in_a_circle():
    TopologicalSorter({dotted(file): uses(file) for file in FILES}).prepare()  # a circle is a CycleError that names it


def test_what_is_installed_has_the_data_a_command_and_the_version_of_the_collection():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["asr_simulator"]
    packed = {file for pattern in patterns for file in PACKAGE.glob(pattern)}
    assert packed == {file for file in PACKAGE.rglob("*") if file.is_file() and file.suffix not in {".py", ".pyc"}}
    assert all((folder / "__init__.py").is_file() for folder in {file.parent for file in FILES})
    assert pkgutil.resolve_name(project["project"]["scripts"]["asr-simulator"]) is main
    galaxy = yaml.safe_load((ROOT.parents[1] / "galaxy.yml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == galaxy["version"]


def test_a_shipped_scenario_goes_by_its_name_unless_a_file_has_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert shipped() == ["minimal", "rehearsal"]
    assert load(place_of("minimal"))["vms"]
    (tmp_path / "minimal").write_text("sites: []", encoding="utf-8")
    assert place_of("minimal") == Path("minimal")
