# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages say what the code does, and their links lead somewhere."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "roles").glob("*/README.md"))]


@pytest.mark.parametrize("page", ["lifecycle", "checks"])
def test_a_page_that_is_drawn_from_a_table_is_up_to_date(page):
    found = importlib.util.spec_from_file_location(f"draw_{page}", ROOT / "docs" / f"draw_{page}.py")
    drawer = importlib.util.module_from_spec(found)
    found.loader.exec_module(drawer)
    assert (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8") == drawer.page(), f"run docs/draw_{page}.py"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


def test_every_fault_schedule_has_its_line():
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    scripted = (ROOT / "extensions" / "simulator" / "asr_simulator" / "scenarios" / "faults").glob("*.yml")
    names = [row["name"] for path in scripted for row in yaml.safe_load(path.read_text(encoding="utf-8"))]
    assert names and not [name for name in names if f"| `{name}` |" not in page], "run docs/draw_faults.py"


def test_every_playbook_has_a_page_and_the_readme_leads_to_it():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = [path.stem for path in sorted((ROOT / "playbooks").glob("*.yml"))]
    assert names and not [name for name in names if f"(docs/runbooks/{name}.md)" not in readme]
