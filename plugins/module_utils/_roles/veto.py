# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Commits that wait until nobody objects: for how long, and who objects to which. Pure.

A commit deletes the Azure VM for good, so what cannot be understood counts as an objection to all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import UNCOMMITTED
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import near

UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
PARTS = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")
LONGEST = 14 * 86400  # seconds; the service's jobs and the plan's other VMs wait meanwhile
ALL = "*"


def seconds_of(wanted: object, option: str) -> int:
    """A duration in seconds: 7200, 2h, 90m, 1h30m. Raises BadInput for what is none."""
    text = str(wanted).strip().lower()
    parts = PARTS.fullmatch(text) if text and not isinstance(wanted, bool) else None
    seconds = (
        sum(int(number or 0) * size for number, size in zip(parts.groups(), UNITS.values(), strict=True))
        if parts
        else -1
    )
    if not 0 <= seconds <= LONGEST:
        raise BadInput(
            f"{option} is '{wanted}'. Allowed: seconds, or a time such as 2h, 90m or 1h30m, 14 days at most; 0 for no delay."
        )
    return seconds


def vetoes(
    entries: Sequence[RosterEntry], named: Sequence[str] | str, file: Mapping[str, str] | None
) -> dict[str, str]:
    """By name of each VM whose commit somebody objects to, who does. `entries` is the roster.

    `named`: the names of the variable. `file`: `path`, and `text` or `error`, why it cannot be read; None without one.
    """
    told = {**of_names(entries, words(named), "failback_veto")}
    if file:
        where = f"the veto file {file['path']}"
        if file.get("error"):
            told |= of_all(entries, f"{where} cannot be read ({file['error']}), which counts as a veto for all")
        else:
            told |= of_names(entries, lines(file["text"]), where)
    return told


def words(named: Sequence[str] | str) -> list[str]:
    """The names of a variable; one that is given on the command line is a text."""
    given = named.split(",") if isinstance(named, str) else list(named)
    return [str(name).strip() for name in given if str(name).strip()]


def lines(text: str) -> list[str]:
    """The names in a file, one a line; what follows a # is for people."""
    return [visible(name) for name in (line.partition("#")[0].strip() for line in text.splitlines()) if name]


def of_names(entries: Sequence[RosterEntry], names: Sequence[str], where: str) -> dict[str, str]:
    """Whom these names mean. One that means nobody may be misspelt: it stands for all of them."""
    known = {plain(own): entry["name"] for entry in entries for own in (entry["name"], entry["id"])}
    strange = [name for name in names if name != ALL and plain(name) not in known]
    if strange:
        hint = near(strange[0], [entry["name"] for entry in entries])
        return of_all(entries, f"{where} names '{strange[0]}', which is none of this run, so it counts for all.{hint}")
    if ALL in names:
        return of_all(entries, f"{where} names all")
    return {known[plain(name)]: f"{where} names it" for name in names}


def of_all(entries: Sequence[RosterEntry], reason: str) -> dict[str, str]:
    return {entry["name"]: reason for entry in entries}


def standing(entries: Sequence[RosterEntry], told: Mapping[str, str]) -> dict[str, str]:
    """Those of the vetoes that hold a commit back: of VMs that are not committed yet, with what that means."""
    return {
        entry[
            "name"
        ]: f"veto: {told[entry['name']].rstrip('.')}. It runs on-premises, uncommitted, and its Azure VM is kept. "
        "Running again asks again"
        for entry in entries
        if entry["name"] in told and entry["phase"] in UNCOMMITTED
    }


def waiting(entries: Sequence[RosterEntry], told: Mapping[str, str], seconds: float) -> str:
    """The line of a wait, for these VMs."""
    going = [entry["name"] for entry in entries if entry["name"] not in told]
    objected = [f"{entry['name']} ({told[entry['name']]})" for entry in entries if entry["name"] in told]
    left = f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"
    commits = f"In {left} the commit of {', '.join(going)} deletes their Azure VMs" if going else "Nobody is committed"
    return f"{commits}; vetoed: {'; '.join(objected) or 'nobody'}."
