# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the good end of a job does to its item. A table by script; the functions are a few lines each."""

from __future__ import annotations

from ..estate.items import Item, Job
from ..estate.states import COMMITTED
from ..world.world import World
from .effects import Effect, azure_on, on_premises_on


def failed_back(world: World, _job: Job, item: Item) -> None:
    """Row 9 of docs/service.md 3.1."""
    item.state = "failed_back_uncommitted"
    item.waited_seconds = 0.0


def failed_over(world: World, job: Job, item: Item) -> None:
    """The item is in Azure and waits for the commit."""
    item.state = "failed_over_uncommitted" if job.script == "planned_failover" else "unplanned_uncommitted"
    item.last_failover = job.start
    item.vm.changed_gb, item.vm.days_in_azure = 0.0, 0.0
    item.recovery_point = job.options.get("recovery_point") or newest_point(world, item)


def newest_point(world: World, item: Item) -> str:
    """The newest recovery point; the failover of an item that has none makes one."""
    return item.recovery_points[-1].name if item.recovery_points else world.guid()


def point_changed(world: World, job: Job, item: Item) -> None:
    """The VM in Azure was made anew from another recovery point (assumed)."""
    item.recovery_point = job.options["recovery_point"]
    azure_on(world, job, item)


def repaired(_world: World, _job: Job, item: Item) -> None:
    """A replication that was repaired is healthy (assumed)."""
    item.health = "Normal"


def committed(_world: World, _job: Job, item: Item) -> None:
    """Rows 6a and 6b of docs/service.md 3.1."""
    item.state = COMMITTED.get(item.state, item.state)


def finalized(_world: World, _job: Job, item: Item) -> None:
    """Row 10 of docs/service.md 3.1."""
    item.state = "failed_back"


def replicating(world: World, _job: Job, item: Item) -> None:
    """Row 11 of docs/service.md 3.1."""
    item.state, item.replicating_since = "initial_replication", world.now


def protected(_world: World, _job: Job, item: Item) -> None:
    """Row 12 of docs/service.md 3.1."""
    item.state, item.configuring = "protected", False


def test_waits(world: World, job: Job, item: Item) -> None:
    """Row 4 of docs/service.md 3.1."""
    item.state, item.test_failover_state, item.last_test_failover = "test_failover", "WaitingForCompletion", job.start


def test_cleaned(_world: World, _job: Job, item: Item) -> None:
    """MarkedForDeletion stays for the later life of the item (docs/service.md 1.5)."""
    item.state, item.test_failover_state = "protected", "MarkedForDeletion"


def failover_cancelled(world: World, job: Job, item: Item) -> None:
    """At home again (assumed)."""
    item.state = "protected"
    on_premises_on(world, job, item)


def removed(world: World, item: Item) -> None:
    """Replication is disabled: the item is gone, from its plans too. What the vault doesn't know any more stays where it is: the
    VM on its host, and the one in Azure with its disks (assumed)."""
    world.estate.items.remove(item)
    for group in [group for plan in world.estate.plans for group in plan.groups]:
        group["items"] = [one for one in group["items"] if one is not item]
    if item.vm.present:
        item.vm.host.computer.others.append(item.vm)
    world.estate.remains.vms += [vm for vm in (item.azure, item.test_azure) if vm]


FINISHED: dict[str, Effect] = {
    "failback": failed_back,
    "planned_failover": failed_over,
    "unplanned_failover": failed_over,
    "commit_failover": committed,
    "finalize_failback": finalized,
    "reprotect": replicating,
    "ir_completion": protected,
    "test_failover": test_waits,
    "test_failover_cleanup": test_cleaned,
    "cancel_failover": failover_cancelled,
    "change_pit": point_changed,
    "repair": repaired,
}
