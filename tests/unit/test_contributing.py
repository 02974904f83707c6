# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What CONTRIBUTING.md tells of files, checks and commands is so, and its recipes name every file that such a change touches."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SEARCHED = ("docs", "examples", "extensions", "plugins", "roles", "tests", "tools")
TEXT = {".json", ".py", ".yml", ".ps1", ".psm1", ".md", ".j2"}
FILES = sorted(
    path.relative_to(ROOT)
    for folder in SEARCHED
    for path in (ROOT / folder).rglob("*.*")
    if path.suffix in TEXT and not {"node_modules", "build", "output"} & set(path.parts)
)
NAMED = re.compile(r"[\w.-]*(?:/[\w.-]*)*(?:/|\.(?:py|yml|yaml|md|ps1|psm1|txt|ini|json))")
THEIRS = {  # by recipe: what finds everything that a neighbour has, and files that have the same word for something else
    "a phase, or a step": (r"cleaning_up|CLEANING_UP", set()),
    "a preflight check": (r"azure_unmanaged_disks", set()),
    "an option of a role": (r"(?:failback_)?cut_over_within", set()),
    "a report format": (r"own_file", {"own_file.py", "test_foreign_names.py"}),
    "a quirk of the simulator": (r"nasty", set()),
}
VERSION = re.compile(r"\"20\d\d-\d\d-\d\d(?:-preview)?\"|api-version=20\d\d")


def recipe(title: str) -> str:
    """The text of one recipe."""
    return PAGE.partition(f"## Recipe: {title}\n")[2].partition("\n## ")[0]


def quoted(text: str) -> list[str]:
    """What stands in backticks in a line."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def sessions() -> set[str]:
    """The names of all sessions of the noxfile."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    decorated = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.decorator_list]
    return {node.name for node in decorated if "nox.session" in ast.unparse(node.decorator_list[0])}


def test_every_path_that_is_named_is_there():
    paths = [one for one in quoted(PAGE) if NAMED.fullmatch(one) and not re.fullmatch(r"\.\w+", one)]
    known = [f"/{path}" for path in FILES] + [f"/{path}/" for path in {up for path in FILES for up in path.parents}]
    missing = [
        path for path in paths if not (ROOT / path).exists() and not any(one.endswith(f"/{path}") for one in known)
    ]
    assert len(paths) > 80
    assert missing == []


def test_every_check_has_its_row_and_every_row_its_check():
    table = PAGE.partition("| session | checks |")[2].partition("\n\n")[0]
    assert {
        name for row in table.splitlines() for name in quoted(row.split("|")[1] if "|" in row else "")
    } == sessions()


def test_every_python_file_has_its_types_checked():
    body = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8")).body
    made = {ast.unparse(node.targets[0]): node.value for node in body if isinstance(node, ast.Assign)}
    packages, programs = (ast.literal_eval(made[name]) for name in ("PACKAGES", "PROGRAMS"))
    folders = [name.removeprefix("ansible_collections.asr.hyperv.").replace(".", "/") for name in packages]
    checked = (*(f"{folder}/" for folder in folders), "extensions/simulator/asr_simulator/")
    ours = [path for path in FILES if path.suffix == ".py" and str(path.parent) not in programs]
    assert len(ours) > 500 and [str(path) for path in ours if not str(path).startswith(checked)] == []


def test_what_is_called_by_make_and_nox_is_there():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^\.PHONY: (.*)", makefile, re.MULTILINE)[0].split()) - {"$(CHECKS)"}
    targets |= set(re.findall(r"^CHECKS := (.*)", makefile, re.MULTILINE)[0].split())
    commands = [*quoted(PAGE), *re.findall(r"^make .*|^\.venv.*", PAGE, re.MULTILINE)]
    called = [one.split("#")[0].split()[1:] for one in commands if one.startswith("make ")]
    wanted = {name for names in called for name in names if re.fullmatch(r"[a-z_]+", name)}
    assert len(wanted) > 10 and wanted <= targets
    asked = [
        name for one in commands if "nox -s " in one for name in one.partition("nox -s ")[2].split(" -- ")[0].split()
    ]
    assert {name for name in asked if name != "NAME"} <= sessions()


@pytest.mark.parametrize("title", THEIRS)
def test_a_recipe_names_every_file_that_its_neighbour_is_in(title):
    word, others = THEIRS[title]
    told = " ".join(quoted(recipe(title)))
    having = re.compile(rf"(?<!\w)(?:{word})(?!\w)")
    found = [path for path in FILES if path.name not in {*others, Path(__file__).name}]
    found = [path for path in found if having.search((ROOT / path).read_text(encoding="utf-8"))]
    assert len(found) > 3
    assert [str(path) for path in found if not named(path, told)] == []


def named(path: Path, told: str) -> bool:
    """Whether a recipe names a file: by enough of its path, or as the file that belongs to one."""
    last = "/".join(path.parts[-2:])
    return last in told or (path.name in told.split() and path.parts[0] == "tests") or f" {path.name} " in f" {told} "


def test_the_recipe_of_a_check_names_all_tables_and_all_judges():
    told = quoted(recipe("a preflight check"))
    room = ROOT / "plugins" / "module_utils" / "_preflight"
    tables = [path.name for path in room.glob("rows_*.py")]
    judges = [
        path.name
        for path in room.glob("*.py")
        if re.search(r"\.checks import \([^)]*\bfound\b|\.checks import .*\bfound\b", path.read_text(encoding="utf-8"))
    ]
    assert len(tables) > 3 and len(judges) > 5
    assert [name for name in [*tables, *judges] if not any(one.endswith(name) for one in told)] == []


def test_the_recipe_of_an_api_version_names_every_file_that_has_one():
    told = quoted(recipe("an API version"))
    code = [*ROOT.glob("plugins/module_utils/*/*.py"), *ROOT.glob("extensions/simulator/asr_simulator/**/*.py")]
    found = [path.name for path in code if VERSION.search(path.read_text(encoding="utf-8"))]
    assert len(found) > 3
    found.append("versions.py")
    assert [name for name in found if not any(one.endswith(name) for one in told)] == []


def test_every_recipe_ends_with_what_to_run():
    titles = re.findall(r"^## Recipe: (.*)", PAGE, re.MULTILINE)
    assert titles == [*THEIRS, "an API version"]
    assert [title for title in titles if not re.search(r"^Run: `", recipe(title), re.MULTILINE)] == []
