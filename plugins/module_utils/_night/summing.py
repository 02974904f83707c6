# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The last lines of a run that came to its end: where each VM is, what became of Azure's side, and how many are home. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._night.book import members, option, proofs, told
from ansible_collections.asr.hyperv.plugins.module_utils._night.ending import headings
from ansible_collections.asr.hyperv.plugins.module_utils._roles.evidence import counted
from ansible_collections.asr.hyperv.plugins.module_utils._roles.journeys import journeys
from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import alike, names_below
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import EvidenceEntry, RosterEntry

PARTS = (
    ("Remaining in Azure, billed", "remaining"),
    ("Not proven to be gone from Azure", "not_proven"),
)


def summed_up(book: Book) -> list[str]:
    """Where each VM is, those that are well at home together; what became of Azure's side; and one line for all of them."""
    found: list[Any] = proofs(book)
    lines = [*ends(book), *deleted(found, option(book, "report"))]
    for heading, part in PARTS:
        those = [f"    {one['name']}: {one[part]}" for one in found if one[part]]
        lines += [f"{heading}:", *those] if those else []
    lines += [f"{part['title']}: {', '.join(part['vms'])}" for part in headings(book) if part["vms"]]
    if not option(book, "validate"):
        lines.append("Not validated on the hosts: failback_validate is false.")
    entries = members(book)
    home = [one for one in entries if is_well(book, one)]
    return [*lines, f"{len(home)} of {len(entries)} protected items are home and protected."]


def is_well(book: Book, one: RosterEntry) -> bool:
    """Whether a VM is home and protected, and not ill."""
    return one["home"] and one["name"] not in book["wellness"]["unwell"]


def ends(book: Book) -> list[str]:
    """A line for each VM; more than a few that came home from the same place are one, with their names below it."""
    well = {one["id"] for one in members(book) if is_well(book, one) and not one["left_behind"]}
    lines: list[str] = []
    for those in alike(journeys(told(book)), lambda one: one["phase_before"] if one["id"] in well else None):
        several = f"{len(those)} VMs" if len(those) > 1 else ""
        lines.append(f"{several or those[0]['name']:<24} {those[0]['phase']:<12} (was {those[0]['phase_before']})")
        lines += names_below([one["name"] for one in those]) if several else []
    return lines


def deleted(found: Sequence[EvidenceEntry], report: str) -> list[str]:
    """What commits have deleted in Azure: the sum of more than a few VMs of which nothing is left, where the report names it."""
    rows = [one for one in found if one["deleted"]]
    lines: list[str] = ["Deleted in Azure:"] if rows else []
    for those in alike(rows, lambda one: (report and one["gone"]) or None):
        if len(those) > 1:
            lines.append(f"    {counted(those)}, of {len(those)} protected items: by name in {report}.md")
        else:
            lines.append(f"    {those[0]['name']}: {those[0]['deleted']}")
    return lines
