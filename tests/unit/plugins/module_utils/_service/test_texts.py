# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Text from elsewhere is shown on one line with nothing hidden, and in Markdown it is text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import markdown, visible, visible_all
from ansible_collections.asr.hyperv.tests.unit.hostile import HOSTILE, raw

ROOT = Path(__file__).resolve().parents[5]
SHOWN = {
    "web01": "web01",
    "Zürich-Ω-日本-😀": "Zürich-Ω-日本-😀",
    "two  blanks\u3000and\u00a0wide ones": "two  blanks\u3000and\u00a0wide ones",
    "a\r\nb\nc\td": "a b c d",
    "\x1b[2J": "\\x1b[2J",
    "\x9b31m": "\\x9b31m",
    "\u202egpj.exe": "\\u202egpj.exe",
    "\U000e0041tag": "\\U000e0041tag",
    "\ud800": "\\ud800",
    "C:\\temp": "C:\\temp",
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.items(), ids=range(len(SHOWN)))
def test_what_has_no_shape_is_shown_as_an_escape_and_all_else_as_it_is(text, shown):
    assert visible(text) == shown
    assert visible(shown) == shown, "asking twice does no harm"


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_every_hostile_name_is_one_line_that_can_be_written(name):
    for told in (visible(name), markdown(name)):
        assert raw(told) == []
        assert len(told.splitlines()) == 1
        told.encode("utf-8")


def test_every_character_is_one_line_that_can_be_written():
    told = visible("".join(map(chr, range(0x110000))))
    assert raw(told) == []
    assert len(told.splitlines()) == 1
    told.encode("utf-8")


def test_data_is_made_visible_as_a_whole():
    data = {"a\x1b": ["b\n", ("c\u202e", 5, None, True)], "d": {"e": "\x07"}}
    assert visible_all(data) == {"a\\x1b": ["b ", ["c\\u202e", 5, None, True]], "d": {"e": "\\x07"}}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_in_markdown_a_hostile_name_is_text(name):
    told = markdown(name)
    assert not re.search(r"(?<!\\)(\\\\)*[|`\[\]*]", told), "each mark has its own backslash"
    assert "<" not in told


OURS = (
    r"title|as_of|began|ended|phase|phase_before|sync_seconds|outage_seconds|start_seconds|cleanup_seconds|step|asked|mode|passed"
    r"|kept"
)


@pytest.mark.parametrize("page", sorted(ROOT.glob("roles/*/templates/*.md.j2")), ids=lambda page: page.parts[-3])
def test_whatever_others_name_is_text_in_a_report(page):
    """Each value in a page is one of ours, a time or a number, or goes through the filter."""
    for told in re.findall(r"\{\{(.*?)\}\}", page.read_text(encoding="utf-8"), re.DOTALL):
        values = re.sub(r"if .*? else|'[^']*'", " ", told)
        safe = "asr.hyperv.markdown" in told or not re.sub(
            rf"[\w.]+\.({OURS})\b|\b(words|heading)\b|[\w.]+ *\| *length|\| *default\([^)]*\)|[\s|~()]", "", values
        )
        assert safe, f"{page.name}: {told.strip()}"


def test_in_markdown_usual_names_stay_readable():
    assert markdown("web_01 (old), group 1: C-drive, 40 GB") == "web_01 (old), group 1: C-drive, 40 GB"
    assert markdown("a|b`c`<i>[x](y)") == r"a\|b\`c\`&lt;i&gt;\[x\](y)"
    assert markdown(12) == "12"
