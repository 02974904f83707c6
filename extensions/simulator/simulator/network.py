# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces and public addresses of the Azure VMs that failovers made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import ids
from .call import Answer, Request
from .errors import resource_not_found

if TYPE_CHECKING:
    from .estate import AzureVm, Estate, Item


def interface_id(estate: Estate, vm: AzureVm) -> str:
    """Id of the one network interface of an Azure VM."""
    return f"{ids.recovery_group(estate)}/providers/Microsoft.Network/networkInterfaces/nic-{vm.name}-00"


def public_id(estate: Estate, vm: AzureVm) -> str:
    """Id of its public address, where it has one."""
    return f"{ids.recovery_group(estate)}/providers/Microsoft.Network/publicIPAddresses/ip-{vm.name}"


def number(request: Request, item: Item) -> int:
    """A number of its own for each VM, for its addresses."""
    return request.world.estate.items.index(item) % 200 + 4


def found(request: Request, kind: str, name: str) -> tuple[Item, AzureVm]:
    """The VM whose interface (or public address) the path names."""
    world, make = request.world, {"networkInterfaces": interface_id, "publicIPAddresses": public_id}[kind]
    here = request.names["group"].lower() == world.estate.recovery_resource_group.lower()
    for item in world.estate.items:
        for vm in filter(None, (item.azure, item.test_azure)):
            if here and make(world.estate, vm).lower().endswith(f"/{name.lower()}"):
                request.facts["item"] = item.key
                return item, vm
    raise resource_not_found(f"Microsoft.Network/{kind}", name, request.names["group"])


def interface(request: Request) -> Answer:
    """One network interface, with its addresses."""
    item, vm = found(request, "networkInterfaces", request.names["interface"])
    estate = request.world.estate
    whole = interface_id(estate, vm)
    address: dict[str, Any] = {
        "privateIPAddress": f"10.0.0.{number(request, item)}",
        "privateIPAllocationMethod": "Dynamic",
        "privateIPAddressVersion": "IPv4",
        "primary": True,
        "provisioningState": "Succeeded",
        "subnet": {"id": f"{ids.network(estate)}/subnets/default"},
    }
    if item.azure_public_ip:
        address["publicIPAddress"] = {"id": public_id(estate, vm)}
    configuration = {"name": "ipconfig1", "id": f"{whole}/ipConfigurations/ipconfig1", "properties": address}
    properties = {
        "provisioningState": "Succeeded",
        "ipConfigurations": [configuration],
        "primary": True,
        "virtualMachine": {"id": ids.compute(estate, "virtualMachines", vm.name)},
    }
    return 200, {}, resource("networkInterfaces", whole, estate.location, properties)


def public_address(request: Request) -> Answer:
    """One public address."""
    item, vm = found(request, "publicIPAddresses", request.names["address"])
    if not item.azure_public_ip:
        raise resource_not_found(
            "Microsoft.Network/publicIPAddresses", request.names["address"], request.names["group"]
        )
    estate = request.world.estate
    properties = {
        "provisioningState": "Succeeded",
        "ipAddress": f"203.0.113.{number(request, item)}",
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Static",
        "ipConfiguration": {"id": f"{interface_id(estate, vm)}/ipConfigurations/ipconfig1"},
    }
    return 200, {}, resource("publicIPAddresses", public_id(estate, vm), estate.location, properties)


def resource(kind: str, whole: str, location: str, properties: dict[str, Any]) -> dict[str, Any]:
    """A resource as ARM shows it."""
    return {
        "name": whole.rpartition("/")[2],
        "id": whole,
        "type": f"Microsoft.Network/{kind}",
        "location": location,
        "properties": properties,
    }
