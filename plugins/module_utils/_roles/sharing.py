# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What is the same for several VMs is said once, with how many they are and, where they are few, who. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import SharedFinding, ToldFinding
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Verdict

T = TypeVar("T")
SHOWN = 6  # names in one line
ALONE = 5  # so many VMs that are alike have a line each; more are told in one, with their names below it
WIDTH = 120  # characters of a line of names, which is not broken within one


def together(verdicts: Sequence[Verdict]) -> list[ToldFinding]:
    """Each finding once, in the order in which it is met first, with the `names` of its VMs, and `who` they are in words.

    `verdicts`: each with its `name` and `findings`. Findings are the same when level, message and remedy are.
    """
    met: dict[tuple[str, str, str], SharedFinding] = {}
    for one in verdicts:
        for finding in one["findings"]:
            key = (finding["level"], finding["message"], finding["remedy"])
            names = met.setdefault(key, {**finding, "names": []})["names"]
            names += [one["name"]] if one["name"] not in names else []
    return [{**finding, "who": who(finding["names"])} for finding in met.values()]


def said_once(reasons: Mapping[str, str], one: str = ": ", several: str = "", shown: int = SHOWN) -> list[str]:
    """A line for each reason: who, `one` or `several` in words, and why. `reasons` by name of the VM, `shown` names at most."""
    names: dict[str, list[str]] = {}
    for name, reason in reasons.items():
        names.setdefault(reason, []).append(name)
    return [
        f"{who(those, shown)}{one if len(those) == 1 else several or one}{reason}" for reason, those in names.items()
    ]


def who(names: Sequence[str], shown: int = SHOWN) -> str:
    """One by its name; several by how many they are, with the names of the first."""
    if len(names) == 1:
        return names[0]
    return f"{len(names)} VMs ({', '.join(names[:shown])}{' ...' if len(names) > shown else ''})"


def alike(rows: Sequence[T], key: Callable[[T], Hashable]) -> Iterator[list[T]]:
    """The rows in their order: those with the same `key` as one where they are more than a few, where the first of them stands.

    Each of the others, and of those whose key is None, comes by itself.
    """
    keyed = [(key(row), row) for row in rows]
    sets: dict[Hashable, list[T]] = {}
    for its, row in keyed:
        sets.setdefault(its, []).append(row)
    for its, row in keyed:
        those = sets[its]
        if its is None or len(those) <= ALONE:
            yield [row]
        elif row is those[0]:
            yield those


def names_below(names: Sequence[str]) -> list[str]:
    """All names, in lines that can be read, indented."""
    told = [""]
    for name in names:
        if told[-1] and len(told[-1]) + len(name) + 2 > WIDTH:
            told.append("")
        told[-1] += f", {name}" if told[-1] else f"    {name}"
    return [f"{line}," for line in told[:-1]] + told[-1:]
