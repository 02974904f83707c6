# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What is seen on the hosts of VMs that came home, look by look, until each has passed or its time is over. Pure.

Each VM has looks of its own: a look is only evidence for those that it was for, and time counts from when a VM came home.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles.asking import Group
from ansible_collections.asr.hyperv.plugins.module_utils._roles.validation import own_of, validate, with_recorded
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostVm
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import Look, Validation
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Run, Sight
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry, Json

PAUSE = 5.0  # seconds between two looks at a host for one VM, or the time that it has, if that is less


def begun(run: Run, item: ItemEntry, now: float) -> Sight:
    """The sight of a VM that nobody has looked at yet: its result says whom to ask."""
    return {"since": now, "item": item, "looks": {}, "at": {}, "whole": False, "result": result_of(run, item, ())}


def result_of(run: Run, item: ItemEntry, looks: Iterable[Look]) -> Validation:
    """What these looks say of it."""
    wishes = run["wishes"]["validating"]
    wanted = with_recorded([item], wishes["vms"], wishes["recorded"], wishes["isolated_switch"], wishes["kept"])
    group = Group(wishes["hosts"], run["providers"] or ())
    return validate([item], looks, wanted, wishes["must_match"], group)[0]


def seen(run: Run, sight: Sight, host: str, shelf: Shelf, now: float) -> tuple[Sight, bool]:
    """The sight after one more look, and whether it is the last: it has passed, no time mends it, or its time is over.

    One that is nowhere at its end has the hosts read once more as a whole: one may have another VM of its name.
    """
    looks = {**sight["looks"], host: shelf.part_of(sight["item"])}
    result = result_of(run, sight["item"], looks.values())
    told: Sight = {**sight, "looks": looks, "at": {**sight["at"], host: now}, "result": result}
    asking = [one for one in result["ask"] if one not in looks]
    over = now - sight["since"] >= run["wishes"]["validating"]["timeout"]
    if result["passed"] or not (result["waiting"] and (asking or not over)):
        nosy = result["state"] == "absent" and not result["passed"] and not sight["whole"] and readable(told)
        return ({**told, "whole": True, "at": {}}, False) if nosy else (told, not (sight["whole"] and left(told)))
    return told, False


def left(sight: Sight) -> list[str]:
    """Hosts that are still to be read as a whole."""
    return [host for host in readable(sight) if host not in sight["at"]]


def readable(sight: Sight) -> list[str]:
    return [host for host, look in sight["looks"].items() if not look.get("error")]


class Shelf:
    """A look at a host with its VMs by id and by name, since it may be for many of them."""

    def __init__(self, look: Look) -> None:
        self.look, self.by_id, self.by_name = look, dict[str, list[HostVm]](), dict[str, list[HostVm]]()
        self.doubtful = [vm for vm in look.get("vms") or () if not vm["id"]]
        for vm in look.get("vms") or ():
            if vm["id"]:
                self.by_id.setdefault(plain(vm["id"]), []).append(vm)
                self.by_name.setdefault(plain(vm["name"]), []).append(vm)

    def part_of(self, item: ItemEntry) -> Look:
        """What of the look is about a VM: itself, what may be it, and what has its name."""
        if self.look.get("error"):
            return self.look
        mine = self.by_id.get(plain(item["vm_id"]), []) if item["vm_id"] else []
        doubtful = [vm for vm in self.doubtful if plain(vm["name"] or item["name"]) == plain(item["name"])]
        named = [vm for vm in self.by_name.get(plain(item["name"]), []) if vm not in mine]
        return {**self.look, "vms": [*mine, *doubtful, *named]}


def asked_now(run: Run, arm_id: str, now: float) -> list[str]:
    """The hosts to look at now for a VM."""
    sight = run["sights"][arm_id]
    if sight["whole"]:
        return left(sight)
    pause = min(PAUSE, max(1.0, run["wishes"]["validating"]["timeout"]))
    return [host for host in sight["result"]["ask"] if now - sight["at"].get(host, -pause) >= pause]


def needs_tasks(run: Run, item: ItemEntry) -> bool:
    """Whether something is checked that takes tasks: that Ansible can log in, or the user's own."""
    wishes = run["wishes"]["validating"]
    return wishes["own"] or bool(own_of(item, wishes["vms"]).get("wait_for_connection"))


def network_of(run: Run, item: ItemEntry) -> tuple[Sequence[int], Sequence[Json]]:
    """The ports and pages at which a VM has to answer."""
    wishes = run["wishes"]["validating"]
    own = own_of(item, wishes["vms"])
    return own.get("tcp_ports", wishes["tcp_ports"]), own.get("http", wishes["http"])
