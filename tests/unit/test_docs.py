# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages say what the code does, their links lead somewhere, and what the code cites is there."""

from __future__ import annotations

import ast
import functools
import importlib.util
import io
import re
import tokenize
from pathlib import Path

import pytest
import yaml

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Goal, Phase, Step

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "CONTRIBUTING.md",
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "roles").glob("*/README.md")),
]
BOOK = ROOT / "docs" / "service.md"
ASSUMPTIONS = ROOT / "extensions" / "simulator" / "assumptions.md"
CODE = sorted(path for folder in ("extensions", "plugins", "tests", "tools") for path in (ROOT / folder).rglob("*.py"))
YAML = sorted(path for folder in ("extensions", "playbooks", "roles") for path in (ROOT / folder).rglob("*.yml"))
NUMBER = r"\d+(?:\.\d+)?"
ROWS = r"rows? \d+[a-z]?(?:(?:, | and )\d+[a-z]?)*"
ONE = rf"(?:{NUMBER}(?: {ROWS})?|{ROWS})(?: \([^)]*\))?"
CITED = re.compile(rf"docs/service\.md (?P<what>{ONE}(?:,? (?:and )?{ONE})*)")
WRITTEN = {"report.md"}  # what a run writes, not a page


@pytest.mark.parametrize("page", ["lifecycle", "checks", "rights"])
def test_a_page_that_is_drawn_from_a_table_is_up_to_date(page):
    drawer = drawer_of(page)
    assert (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8") == drawer.page(), f"run tools/draw_{page}.py"


def drawer_of(page):
    """The program that draws a page."""
    found = importlib.util.spec_from_file_location(f"draw_{page}", ROOT / "tools" / f"draw_{page}.py")
    assert found and found.loader
    drawer = importlib.util.module_from_spec(found)
    found.loader.exec_module(drawer)
    return drawer


def test_the_role_definitions_are_those_of_the_table():
    written = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "rights").iterdir()}
    assert written == drawer_of("rights").files(), "run tools/draw_rights.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


def test_every_fault_schedule_has_its_line():
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    scripted = (ROOT / "extensions" / "simulator" / "asr_simulator" / "scenarios" / "faults").glob("*.yml")
    names = [row["name"] for path in scripted for row in yaml.safe_load(path.read_text(encoding="utf-8"))]
    assert names and not [name for name in names if f"| `{name}` |" not in page], "run tools/draw_faults.py"


def test_every_playbook_has_a_page_and_the_readme_leads_to_it():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [path.stem for path in sorted((ROOT / "playbooks").glob("*.yml"))]
    assert names and not [name for name in names if f"(docs/runbooks/{name}.md)" not in readme]


@pytest.mark.parametrize("words, title", [(Phase, "phase"), (Step, "step"), (Goal, "goal")])
def test_the_glossary_has_every_phase_step_and_goal_once_and_no_other(words, title):
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    (table,) = re.findall(rf"(?ms)^\| {title} \|.*?\n\| ---[^\n]*\n(.*?)\n\n", page)
    told = [word for row in table.splitlines() for word in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(told) == sorted(word.value for word in words)


@functools.cache
def prose(path):
    """Comments and docstrings of a file, each on one line."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yml":
        return [" ".join(re.findall(r"(?m)(?:^|\s)# (.*)$", text))]
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = " ".join(token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = (ast.get_docstring(node) for node in ast.walk(ast.parse(text)) if isinstance(node, documented))
    return [comments, *(" ".join(doc.split()) for doc in docs if doc)]


@functools.cache
def numbers():
    """The sections of the book of facts, and the rows of its table of states, the only ones that are cited."""
    book = BOOK.read_text(encoding="utf-8")
    return set(re.findall(rf"(?m)^###? ({NUMBER}) ", book)), set(re.findall(r"(?m)^\| (\d+[a-z]?) \|", book))


def unknown(told):
    """Citations in a text that lead nowhere: a number or a row that the book does not have, or none at all."""
    sections, rows = numbers()
    found = [] if told.count("docs/service.md") == len(CITED.findall(told)) else ["a citation without a number"]
    for citation in CITED.finditer(told):
        what = re.sub(r"\([^)]*\)", "", citation["what"])
        named = re.findall(r"\d+[a-z]?", " ".join(re.findall(ROWS, what)))
        found += sorted(set(re.findall(NUMBER, re.sub(ROWS, "", what))) - sections)
        found += [f"row {row}" for row in named if row not in rows]
    return found


def test_each_number_that_the_code_cites_is_in_the_book_of_facts():
    told = [(path.name, text) for path in CODE for text in prose(path) if "docs/service.md" in text]
    assert len(told) > 100
    assert [(name, wrong) for name, text in told for wrong in unknown(text)] == []


@pytest.mark.parametrize(
    "told, wrong",
    [
        ("as in docs/service.md 2.1 (words), 3.3 and 4; not 9.9", []),
        ("as in docs/service.md 2.1 (words), 3.9", ["3.9"]),
        ("as in docs/service.md 2.1 and 7", ["7"]),
        ("docs/service.md 3.1, rows 3a and 12", []),
        ("docs/service.md 3.1, rows 3a and 13", ["row 13"]),
        ("as docs/service.md says", ["a citation without a number"]),
    ],
)
def test_a_citation_that_leads_nowhere_is_found(told, wrong):
    assert unknown(told) == wrong


def test_each_number_that_an_assumption_goes_back_to_is_in_the_book_of_facts():
    told = ASSUMPTIONS.read_text(encoding="utf-8")
    cited = [line.split(" | ")[-2] for line in told.splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(cited) > 80
    assert [one for one in cited if one != "-" and unknown(f"docs/service.md {one}")] == []


def test_no_number_of_a_section_stands_alone():
    alone = re.compile(r"\((?:[a-zA-Z0-9 ]+, )?[1-9]\.\d{1,2}(?:, [1-9]\.\d{1,2})*(?:, rows? \w+)?\)")
    code = [path for path in CODE if "module_utils" in path.parts or "asr_simulator" in path.parts]
    assert [(path.name, found) for path in code for told in prose(path) for found in alone.findall(told)] == []


def test_nothing_cites_a_page_that_is_not_here():
    missing = [
        (path.relative_to(ROOT), page)
        for path in [*CODE, *YAML]
        for told in prose(path)
        for page in re.findall(r"(?<![\w/.{}<>*-])[\w./-]+\.md\b", told)
        if page not in WRITTEN and not any((up / page).exists() for up in (ROOT, ROOT / "docs", *path.parents))
    ]
    assert missing == []
