# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The files that a run of the role failback writes on the control node: its report, and its result for programs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from ansible.plugins.filter.core import to_nice_json
from ansible.plugins.loader import lookup_loader

from ansible_collections.asr.hyperv.plugins.module_utils._night.book import option
from ansible_collections.asr.hyperv.plugins.module_utils._night.ending import chapter, headings
from ansible_collections.asr.hyperv.plugins.module_utils._roles.story import story
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.places import write
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.specs import HERE
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.opening import now
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.surroundings import Around, Failed

PAGE = HERE / "roles" / "failback" / "templates" / "report.md.j2"


def write_report(around: Around, book: Book) -> None:
    """What happened, for machines and for people; the report of another failback is kept. Raises Failed."""
    path = option(book, "report")
    if not path:
        return
    told: Any = story(chapter(book, now()), book["previous"])
    if book["previous"] and len(told["runs"]) == 1:
        ended = re.sub("[^0-9T]", "", str(book["previous"].get("ended", "before")))
        if not os.path.lexists(f"{path}-{ended}.json"):
            put(f"{path}-{ended}.json", f"{to_nice_json(book['previous'])}\n")
    put(f"{path}.json", f"{to_nice_json(told)}\n")
    put(f"{path}.md", page(around, told, book))


def page(around: Around, told: Mapping[str, Any], book: Book) -> str:
    """The report as a page of Markdown."""
    action = around.action
    template = lookup_loader.get("ansible.builtin.template", loader=action._loader, templar=action._templar)
    return str(template.run([str(PAGE)], {"story": told, "headings": headings(book)})[0])


def write_result(book: Book, outcome: Mapping[str, Any]) -> None:
    """How it ended, for programs. Raises Failed."""
    if path := option(book, "result"):
        put(f"{path}.json", f"{to_nice_json(outcome)}\n")


def put(path: str, text: str) -> None:
    """Write a file of ours."""
    try:
        write(path, text)
    except OSError as error:
        raise Failed({"msg": f"{path} cannot be written: {error}"}) from error
