# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run was asked for, kept in its report, so that a run that continues it with other wishes can say so. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from ansible_collections.asr.hyperv.plugins.module_utils._roles.commands import copied
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible

ONLY_WHEN = (
    "timeout",
    "poll_interval",
    "gate",
    "detach",
    "report",
    "result",
    "veto",
    "accept_missing",
)  # when and where to, not what
LONGEST = 120  # characters of a value


def wish_of(options: Iterable[str], given: Mapping[str, object]) -> dict[str, object]:
    """Those of the options that say what happens to whom, as plain data."""
    return {name: copied(given[name]) for name in sorted(options) if name in given and not name.endswith(ONLY_WHEN)}


def other_wishes(now: Mapping[str, object], before: Mapping[str, object]) -> list[str]:
    """A line for each option in which this run is asked for something else than the one that it continues."""
    names = sorted({*now, *before})
    return [
        f"{name} was {shown(before, name)} and is {shown(now, name)}"
        for name in names
        if written(before, name) != written(now, name)
    ]


def written(wish: Mapping[str, object], name: str) -> str:
    """A value for comparison; a number that was given as a text is the same."""
    return json.dumps(wish.get(name), sort_keys=True, default=str).replace('"', "").lower()


def shown(wish: Mapping[str, object], name: str) -> str:
    """A value for a message."""
    if name not in wish:
        return "not given"
    text = visible(json.dumps(wish[name], ensure_ascii=False, default=str))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
