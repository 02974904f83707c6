# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people do to VMs, disks, interfaces and addresses through ARM. All of it is done at once."""

from __future__ import annotations

from ..estate.azure import AzureVm
from ..estate.estate import Estate
from ..estate.items import Item
from ..jobs import cleanup, locks
from ..show import ids
from ..wire.errors import arm
from . import act, compute, network
from .call import Answer, Request

SWITCH = {"start": "running", "restart": "running", "poweroff": "stopped", "deallocate": "deallocated"}


def accepted(request: Request) -> Answer:
    """202 of the compute service; the operation has ended when it is asked for."""
    world = request.world
    place = f"{ids.subscription(world.estate)}/providers/Microsoft.Compute/locations/{world.estate.location}"
    link = f"{world.base_url}{place}/operations/{world.guid()}?api-version={request.api}"
    return 202, {"Azure-AsyncOperation": link, "Location": link, "Retry-After": "1"}, None


def operation(request: Request) -> Answer:
    """An operation of the compute service."""
    return 200, {}, {"name": request.names["operation"], "status": "Succeeded"}


def switch_vm(request: Request) -> Answer:
    """Start or stop an Azure VM."""
    word = SWITCH.get(request.names["verb"].lower())
    if not word:
        return act.unknown(request)
    found = compute.find_vm(request)[1]
    locks.check(request.world.estate, ids.azure_vm(request.world.estate, found), delete=False)
    request.facts["verb"] = request.names["verb"]
    found.switch(word, request.world.now)
    return accepted(request)


def delete_vm(request: Request) -> Answer:
    """Delete an Azure VM; its disks and interfaces stay."""
    estate, (item, found) = request.world.estate, compute.find_vm(request)
    locks.check(estate, ids.azure_vm(estate, found))
    request.facts["verb"] = "delete VM"
    detach(estate, item, found, request.world.now)
    return accepted(request)


def detach(estate: Estate, item: Item | None, vm: AzureVm, now: float) -> None:
    """The VM is gone, what belonged to it is left."""
    cleanup.forget(estate, item, vm)
    for disk in vm.disks:
        disk.touched = now
    estate.remains.disks += [disk for disk in vm.disks if disk.managed]
    estate.remains.nics += vm.nics


def delete_disk(request: Request) -> Answer:
    """Delete a disk that no VM has."""
    estate, (disk, vm) = request.world.estate, compute.find_disk(request)
    locks.check(estate, ids.azure_disk(estate, disk))
    if vm:
        message = f"Disk {disk.name} is attached to VM {ids.azure_vm(estate, vm)}."
        raise arm(409, "OperationNotAllowed", message)
    estate.remains.disks.remove(disk)
    return accepted(request)


def delete_nic(request: Request) -> Answer:
    """Delete an interface that no VM has."""
    estate, (nic, vm) = request.world.estate, network.find_nic(request)
    locks.check(estate, ids.nic(estate, nic))
    if vm:
        raise arm(400, "NicInUse", f"Network Interface {ids.nic(estate, nic)} is used by {ids.azure_vm(estate, vm)}.")
    estate.remains.nics.remove(nic)
    estate.remains.public_ips += [nic.public_ip] if nic.public_ip else []
    return accepted(request)


def delete_public_ip(request: Request) -> Answer:
    """Delete a public address that no interface has."""
    estate, (address, nic) = request.world.estate, network.find_public_ip(request)
    whole = ids.public_ip(estate, address)
    locks.check(estate, whole)
    if nic:
        raise arm(400, "PublicIPAddressCannotBeDeleted", f"Public IP address {whole} can not be deleted: it is in use.")
    estate.remains.public_ips.remove(address)
    return accepted(request)
