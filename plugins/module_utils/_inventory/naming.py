# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Hosts of an inventory get names that Ansible takes for one host each, whatever VMs and servers are called. Pure.

An honest name stays as it is. One that two have gets the site of each behind it, so that no order decides who may keep it;
so does one that would mean something else, after its odd characters have become an underscore: that never takes a name away
from anybody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._service.names import HOST, host_objection

ODD = re.compile(r"[^\w.() -]")


@dataclass(frozen=True)
class Called:
    """What wants to be a host: its name, and what tells it from others of that name, the nearest first."""

    name: str
    apart: tuple[str, ...]

    def candidate(self, level: int) -> str:
        """The name with the first `level` of what tells it apart behind it."""
        return "-".join(part for part in map(plain_name, (self.name, *self.apart[:level])) if part)


def plain_name(name: str) -> str:
    """A name that Ansible takes for one; an odd one has underscores for what more could be read out of it, none at its ends."""
    return name if HOST.fullmatch(name) else ODD.sub("_", name).strip("_ .-()")


def host_names(wanted: Sequence[Called], taken: Iterable[str] = (), groups: Collection[str] = ()) -> list[str]:
    """A name for each, in the same order, no two alike in whatever case.

    `taken` are Hyper-V hosts, whose names a VM never gets, nor one that a resolver may take for such a name; `groups` are
    those of the inventory.
    """
    hosts = list(taken)
    names = [""] * len(wanted)
    used = {one.lower() for one in hosts}
    longest = max((len(one.apart) for one in wanted), default=0)
    for level in range(longest + 1):
        candidates = dict(fitting(wanted, [place for place, name in enumerate(names) if not name], level))
        counts = Counter(name.lower() for name in candidates.values())
        for place, name in candidates.items():
            if counts[name.lower()] == 1 and name.lower() not in used and not host_objection(name, hosts, groups):
                names[place] = name
                used.add(name.lower())
    return [name or numbered(place, used) for place, name in enumerate(names)]


def fitting(wanted: Sequence[Called], left: Iterable[int], level: int) -> Iterator[tuple[int, str]]:
    """The places that may have their candidate of this level: a name that had to be changed never stands alone."""
    for place in left:
        one = wanted[place]
        if level or one.candidate(0) == one.name:
            yield place, one.candidate(level)


def numbered(place: int, used: set[str]) -> str:
    """A name for what has none of its own, nor a site or an id that can be a part of one."""
    name = next(name for name in (f"unnamed{number}" for number in range(place + 1, 10**6)) if name not in used)
    used.add(name)
    return name
