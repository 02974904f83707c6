# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The package stays small and alone."""

from __future__ import annotations

import ast
import sys

import pytest
from simulated import ROOT

FILES = sorted((ROOT / "asr_simulator").rglob("*.py"))
MAY_IMPORT = {"aiohttp", "jsonschema", "tree_sitter", "tree_sitter_pwsh", "trustme", "yaml"}


def imported(tree: ast.AST) -> set[str]:
    """First part of the name of every module that isn't the package's own."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
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
            assert node.end_lineno - node.lineno < 40, node.name
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_only_the_servers_know_http():
    users = [file.name for file in FILES if "aiohttp" in imported(ast.parse(file.read_text(encoding="utf-8")))]
    assert users == ["server.py", "service.py"]
