# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The verdicts of a preflight in lines for people. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import alike, names_below, together
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import ToldFinding
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import FindingEntry, Verdict

READY = "ready"
MINUTE = 60


def verdict_lines(answer: Mapping[str, Any]) -> list[str]:
    """What readiness_info has answered: the VMs, what several of them have or the whole run, the counts and the estimate.

    A VM has a line, and below it what only it has. Those that are simply ready for the same way to the same host are one line
    with their names below it, where they are more than a few.
    """
    verdicts: Sequence[Verdict] = answer["verdicts"]
    found = together(verdicts)
    alone = {one["names"][0] for one in found if len(one["names"]) == 1}
    lines: list[str] = []
    for those in alike(verdicts, lambda one: None if one["verdict"] != READY or one["name"] in alone else way(one)):
        lines += of_several(those) if len(those) > 1 else of_one(those[0], found)
    lines += [f"{level(one)}, {one['who']}: {words(one)}" for one in found if len(one["names"]) > 1]
    lines += [f"{one['level']}: {words(one)}" for one in answer["findings"]]
    return [*lines, sum_of(answer)]


def way(one: Verdict) -> tuple[str, str, str]:
    """What those have in common that are told in one line."""
    return (one["phase"], one["host"], one["data_sync"]["mode"] if one["data_sync"] else "")


def of_one(one: Verdict, found: Iterable[ToldFinding]) -> list[str]:
    """The line of a VM, and one for each thing that was found only of it."""
    own = [finding for finding in found if finding["names"] == [one["name"]]]
    return [row(one["name"], [one]), *(f"    {level(finding)}: {words(finding)}" for finding in own)]


def of_several(those: Sequence[Verdict]) -> list[str]:
    """The line of VMs that are alike, and their names."""
    return [row(f"{len(those)} VMs", those), *names_below([one["name"] for one in those])]


def row(who: str, those: Sequence[Verdict]) -> str:
    """A line of the table."""
    one = those[0]
    return f"{who:<20} {one['verdict']:<9} {one['phase']:<24} {one['host']:<16} {durations(those)}".rstrip()


def durations(those: Sequence[Verdict]) -> str:
    """How long it takes, of several from the shortest to the longest; empty for those that do not come home."""
    synchronize, outage = (
        between([one["estimate"][name] // MINUTE for one in those])
        for name in ("synchronize_seconds", "outage_seconds")
    )
    sync = those[0]["data_sync"]
    return f"{sync['mode']}, {synchronize} min + {outage} min outage" if sync else ""


def between(minutes: Sequence[int]) -> str:
    least, most = min(minutes), max(minutes)
    return f"{least}" if least == most else f"{least} to {most}"


def level(finding: FindingEntry | ToldFinding) -> str:
    return "note" if finding["level"] == READY else finding["level"]


def words(finding: FindingEntry | ToldFinding) -> str:
    return f"{finding['message']}. {finding['remedy']}"


def sum_of(answer: Mapping[str, Any]) -> str:
    """How many there are of each, and how long all of it takes."""
    counts, estimate = answer["counts"], answer["estimate"]
    synchronize = estimate["synchronize_seconds"]
    return (
        f"{counts['ready']} ready, {counts['warning']} with warnings, {counts['blocked']} blocked. "
        f"About {synchronize // MINUTE} min of synchronization, "
        f"{(estimate['total_seconds'] - synchronize) // MINUTE} min of cutovers: {estimate['assumptions']}."
    )
