# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The look before the cutover: at the hosts of those whose turn it is, then all of it judged by readiness_info.

Those that need the same hosts are looked at together, so that a host that hangs holds up nobody but its own VMs. What was looked
at by then is judged together: a module for each host would be most of what a night costs.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles.looks import unseen, whom_to_ask
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Run
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import meant_for

PAUSE = 5.0  # seconds before a host that did not answer is asked again
JUDGED = ("data_sync", "create_vm_if_missing", "alternate_host", "require_evidence")
OF_SOME = ("item_options", "accept_unprotected_disks", "accept_changed_azure_vm")


class Inspection:
    """One look for some VMs. `ask` has the hosts to look at now; when it is empty and nothing is awaited, it is judged."""

    def __init__(
        self, number: int, members: Sequence[RosterEntry], run: Run, everybody: Sequence[str], patience: float
    ) -> None:
        wishes = run["wishes"]
        self.key, self.members, self.everybody = f"inspection {number}", members, everybody
        self.began, self.until = time.time(), time.time() + patience
        self.primary = whom_to_ask(members, wishes["sightings"], wishes["homes"])
        self.ask, self.awaited, self.judging, self.alone = list(self.primary), set[str](), False, False
        self.facts: dict[str, Mapping] = {}
        self.not_before = 0.0

    @property
    def ids(self) -> list[str]:
        return [one["id"] for one in self.members]

    def due(self) -> list[str]:
        """The hosts to look at now."""
        return [] if time.time() < self.not_before else [host for host in self.ask if host not in self.awaited]

    def came(self, host: str, look: Mapping) -> None:
        """A host was looked at. When all were, the others are asked for who is nowhere, and then the silent ones again."""
        self.facts[host] = look
        self.awaited.discard(host)
        self.ask = [one for one in self.ask if one != host]
        if self.ask or self.awaited:
            return
        facts = list(self.facts.values())
        others = [one for one in self.everybody if one not in self.facts]
        silent = [one for one, told in self.facts.items() if told.get("error") and not told.get("reached")]
        if unseen(self.members, facts) and others:  # type: ignore[arg-type]
            self.ask = others
        elif silent and unseen(self.members, facts) and time.time() + PAUSE < self.until:  # type: ignore[arg-type]
            self.ask, self.not_before = silent, time.time() + PAUSE

    def is_looked(self) -> bool:
        """Whether all hosts that have to be were looked at, and nobody judges yet."""
        return not (self.ask or self.awaited or self.judging)


def next_judged(looked: Sequence[Inspection]) -> list[Inspection]:
    """Those that are judged together now, out of all that were looked at. One of those that could not be is judged alone."""
    together = [one for one in looked if not one.alone]
    return together or list(looked[:1])


def question(judged: Sequence[Inspection], options: Mapping) -> dict[str, object]:
    """The options of readiness_info for these. `options` are those of the module failback."""
    members = [member for one in judged for member in one.members]
    own = {name: options[name] for name in JUDGED if options.get(name) not in (None, "")}
    some = {name: meant_for(options.get(name) or [], members) for name in OF_SOME}
    ids = [member["id"] for member in members]
    return {**own, **some, "moment": "cutover", "protected_items": ids, "hosts": facts_of(judged)}


def facts_of(judged: Sequence[Inspection]) -> list[Mapping]:
    """What their hosts have told, each host once: the latest that it said, if it said anything."""
    facts: dict[str, Mapping] = {}
    for host, told in [pair for one in judged for pair in one.facts.items()]:
        if host not in facts or not told.get("error"):
            facts[host] = told
    return list(facts.values())


def apart(members: Sequence[RosterEntry], run: Run) -> list[list[RosterEntry]]:
    """The VMs by the hosts that they need."""
    sets: dict[tuple[str, ...], list[RosterEntry]] = {}
    for one in members:
        hosts = whom_to_ask([one], run["wishes"]["sightings"], run["wishes"]["homes"])
        sets.setdefault(tuple(hosts), []).append(one)
    return list(sets.values())
