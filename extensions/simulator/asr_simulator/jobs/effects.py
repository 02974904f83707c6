# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tasks and jobs do to VMs and items. Tables by name; the functions are a few lines each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..estate.azure import AzureVm
from ..estate.items import Item, Job
from ..estate.places import Host, Machine
from ..estate.replicas import made_for
from ..wire.errors import JobFailed, job_error
from ..world.world import World
from . import cleanup, locks
from .script_rows import Row

Effect = Callable[["World", "Job", Item], None]


def nothing(_world: World, _job: Job, _item: Item) -> None:
    """Most tasks only take time."""


def skipped(job: Job, row: Row) -> bool:
    """Data synchronization and the wait for the user exist only with ForDownTime (docs/service.md 2.1, 3.4).

    An unplanned failover without operations on the source site does not synchronize the latest changes (recorded).
    """
    if row.name == "VmPrepareForUnPlannedFailover":
        return not job.options.get("shut_down")
    full = job.options.get("dataSyncOption") == "ForSynchronization"
    return full and row.effect in ("synchronized", "wait_for_user")


def fail(world: World, job: Job, item: Item, why: str) -> None:
    """End the job with 539 and a reason."""
    raise JobFailed(job_error("539", world.now, job.activity, vm=item.vm.name, why=why))


def check_host(world: World, job: Job, item: Item) -> None:
    """Prepare the on-premises VM: its host has to be connected, the VM has to be there or to be made."""
    host, create = target_host(world, job, item)
    if not host.connected:
        fail(world, job, item, f"The Hyper-V host '{host.name}' isn't connected to the vault.")
    if not create and not item.vm.present:
        fail(world, job, item, f"The virtual machine '{item.vm.name}' doesn't exist on the host '{host.name}'.")
    check_made(world, job, item, host)
    check_room(world, job, item)


def check_made(world: World, job: Job, item: Item, host: Host) -> None:
    """A VM can be made only on a host that supports its version, and on Azure Local on no other host: assumed."""
    if not is_made(world, job, item):
        return
    if item.vm.version not in host.computer.vm_versions:
        fail(world, job, item, f"The host '{host.name}' doesn't support virtual machines of version {item.vm.version}.")
    if host.computer.azure_local and host is not item.vm.host:
        fail(
            world, job, item, f"A failback to Azure Local is possible only to the host it came from, not '{host.name}'."
        )


def is_made(world: World, job: Job, item: Item) -> bool:
    """Whether the failback makes a new VM."""
    host, create = target_host(world, job, item)
    return create and not (item.vm.present and item.vm.host is host)


def check_room(world: World, job: Job, item: Item) -> None:
    """A new VM needs room for all its disks, one that is there for what has changed: assumed."""
    host, _create = target_host(world, job, item)
    store = host.computer.store
    needed = item.vm.disk_gb if is_made(world, job, item) else item.vm.changed_gb
    if needed > store.free_gb:
        room = f"{needed:g} GB are needed and {store.free_gb:g} GB are free"
        fail(world, job, item, f"There isn't enough space on the volume {store.name} of '{host.name}': {room}.")


def target_host(world: World, job: Job, item: Item) -> tuple[Host, bool]:
    """Host of the failback, and whether the VM may be created there."""
    create = job.options.get("recoveryVmCreationOption") == "CreateVmIfNotFound"
    found = world.estate.host_of_provider(job.options.get("provider") or "") if create else None
    if found and found[0].kind == "HyperVSite":
        host = found[1]
        return (host.real if host.real and host.connected else host), True
    if create and not item.vm.host.connected:
        return next((host for host in item.site.hosts if host.connected), item.vm.host), True
    return item.vm.host, create


def prepare(world: World, job: Job, item: Item) -> None:
    """Create the VM where it is missing; it stays off until the failover is done."""
    vm, host = item.vm, target_host(world, job, item)[0]
    if is_made(world, job, item):
        leave_behind(world, vm, host)
        there = host.computer.others  # an old copy of it is taken
        there[:] = [one for one in there if one.id != vm.id]
        vm.present, vm.host, vm.consistent, vm.clustered = True, host, False, False
        item.vault_host = None
        vm.plug_in(item.site)
        host.computer.store.free_gb -= vm.disk_gb
    vm.power, vm.spoiled = "off", False


def leave_behind(world: World, vm: Machine, host: Host) -> None:
    """What is on the host that a VM was on before it is made on another one; in a cluster no id is there twice."""
    cluster = vm.host.computer.cluster
    if (
        vm.present
        and world.estate.service["old_copy"] == "stays"
        and not (cluster and cluster == host.computer.cluster)
    ):
        adapters = [replace(one) for one in vm.adapters]
        vm.host.computer.others.append(replace(vm, power="off", replication={}, adapters=adapters))


def unusable(_world: World, _job: Job, item: Item) -> None:
    """While blocks are written into its disks the on-premises VM can't be started."""
    item.vm.consistent = False


def check_untouched(world: World, job: Job, item: Item) -> None:
    """Nobody may start the VM while its disks are written: assumed to end the failback when the data are there."""
    if item.vm.spoiled:
        fail(world, job, item, f"The virtual machine '{item.vm.name}' was started while its disks were written.")


def synchronized(world: World, job: Job, item: Item) -> None:
    """The on-premises disks hold the last snapshot."""
    check_untouched(world, job, item)
    item.vm.consistent = True
    item.synchronized_at = world.now


def transferred(world: World, job: Job, item: Item) -> None:
    """The on-premises disks hold everything."""
    check_untouched(world, job, item)
    item.vm.consistent = True


def azure_off(world: World, _job: Job, item: Item) -> None:
    """The Azure VM is shut down."""
    if item.azure:
        item.azure.switch("deallocated", world.now)


def azure_on(world: World, job: Job, item: Item) -> None:
    """The failover has made an Azure VM; where another one has its name it gets a longer one, and the job says so (recorded)."""
    if item.azure:
        world.estate.remains.vms.append(item.azure)
        item.azure = None
    vm = azure_vm_of(world, item)
    if cleanup.taken(world.estate, vm):
        rename(world, job, vm)
    item.azure = vm


def rename(world: World, job: Job, vm: AzureVm) -> None:
    """A longer name, and information of a job that ends well."""
    old, vm.name = vm.name, f"{vm.name}-{vm.id}"
    job.errors.append(job_error("28175", world.now, job.activity, vm=old, other=vm.name))


def azure_vm_of(world: World, item: Item, test: bool = False) -> AzureVm:
    """A new VM in the group of the failovers."""
    return made_for(item, world.guid(), world.estate.recovery_resource_group, world.now, test)


def check_locks(world: World, job: Job, item: Item) -> None:
    """A lock that a commit would have to break ends it, or it goes on and leaves what is locked: the scenario says which."""
    found = cleanup.hindering(world.estate, item.azure) if item.azure else None
    if found and world.estate.service["locked_commit"] == "fails":
        raise JobFailed(
            job_error("ScopeLocked", world.now, job.activity, vm=item.vm.name, why=locks.message_of(*found))
        )


def azure_gone(world: World, _job: Job, item: Item) -> None:
    """The commit of a failback deletes the Azure VM and its disks (docs/service.md 5.1)."""
    if item.azure:
        cleanup.clean_up(world.estate, item, item.azure)


def on_premises_on(world: World, _job: Job, item: Item) -> None:
    """The on-premises VM runs."""
    item.vm.power, item.vm.started = "running", world.now


def check_source(world: World, job: Job, item: Item) -> None:
    """A planned failover shuts the VM down on its host, which has to be connected for that."""
    if job.script == "planned_failover" and not item.vm.host.connected:
        fail(world, job, item, f"The Hyper-V host '{item.vm.host.name}' isn't connected to the vault.")


def on_premises_off(_world: World, job: Job, item: Item) -> None:
    """The on-premises VM is shut down; by an unplanned failover only if that was asked for and its host can be reached."""
    if job.script != "unplanned_failover" or (job.options.get("shut_down") and item.vm.host.connected):
        item.vm.power = "off"


def test_vm_on(world: World, _job: Job, item: Item) -> None:
    """A test failover has made a VM beside the real one."""
    item.test_azure = azure_vm_of(world, item, test=True)


def test_vm_gone(_world: World, _job: Job, item: Item) -> None:
    """The cleanup has deleted the test VM."""
    item.test_azure = None


def abandoned(item: Item) -> None:
    """A job ended before its time: the item keeps the state it had before the job."""
    item.synchronized_at, item.waited_seconds, item.configuring = None, 0.0, False


BEFORE: dict[str, Effect] = {
    "prepare": check_host,
    "synchronized": unusable,
    "transferred": unusable,
    "on_premises_off": check_source,
    "azure_gone": check_locks,
}


def replicated(_world: World, _job: Job, item: Item) -> None:
    """All data are in Azure: the item is shown as protected, and is being configured there (recorded)."""
    item.configuring = True


AFTER: dict[str, Effect] = {
    "prepare": prepare,
    "synchronized": synchronized,
    "transferred": transferred,
    "azure_off": azure_off,
    "azure_on": azure_on,
    "azure_gone": azure_gone,
    "on_premises_on": on_premises_on,
    "on_premises_off": on_premises_off,
    "test_vm_on": test_vm_on,
    "test_vm_gone": test_vm_gone,
    "replicated": replicated,
}
