# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces and public addresses in Azure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..estate.azure import AzureVm, Nic, PublicIp
from ..estate.estate import Estate
from ..show import ids
from .call import Answer, Request
from .compute import all_vms, find_part, in_group


def all_nics(estate: Estate) -> Iterator[tuple[Nic, AzureVm | None]]:
    """All network interfaces, with their VMs."""
    for _item, vm in all_vms(estate):
        for nic in vm.nics:
            yield nic, vm
    for nic in estate.remains.nics:
        yield nic, None


def all_public_ips(estate: Estate) -> Iterator[tuple[PublicIp, Nic | None]]:
    """All public addresses, with the network interfaces that have them."""
    for nic, _vm in all_nics(estate):
        if nic.public_ip:
            yield nic.public_ip, nic
    for address in estate.remains.public_ips:
        yield address, None


def find_nic(request: Request) -> tuple[Nic, AzureVm | None]:
    """The network interface of the path."""
    return find_part(request, all_nics(request.world.estate), "interface", "Microsoft.Network/networkInterfaces")


def find_public_ip(request: Request) -> tuple[PublicIp, Nic | None]:
    """The public address of the path."""
    return find_part(request, all_public_ips(request.world.estate), "address", "Microsoft.Network/publicIPAddresses")


def interface_body(estate: Estate, nic: Nic, vm: AzureVm | None) -> dict[str, Any]:
    """A network interface, with its addresses."""
    whole = ids.nic(estate, nic)
    address: dict[str, Any] = {
        "privateIPAddress": nic.address,
        "privateIPAllocationMethod": "Static" if nic.static else "Dynamic",
        "privateIPAddressVersion": "IPv4",
        "primary": True,
        "provisioningState": "Succeeded",
        "subnet": {"id": f"{ids.network(estate)}/subnets/default"},
    }
    if nic.public_ip:
        address["publicIPAddress"] = {"id": ids.public_ip(estate, nic.public_ip)}
    configuration = {"name": "ipconfig1", "id": f"{whole}/ipConfigurations/ipconfig1", "properties": address}
    properties: dict[str, Any] = {"provisioningState": "Succeeded", "ipConfigurations": [configuration]}
    if vm:
        properties.update(primary=vm.nics[0] is nic, virtualMachine={"id": ids.azure_vm(estate, vm)})
    return resource("networkInterfaces", whole, estate.location, properties)


def interface(request: Request) -> Answer:
    """One network interface."""
    return 200, {}, interface_body(request.world.estate, *find_nic(request))


def interfaces(request: Request) -> Answer:
    """The list of network interfaces."""
    estate = request.world.estate
    found = [interface_body(estate, *one) for one in all_nics(estate) if in_group(request, one[0].group)]
    return 200, {}, {"value": found}


def address_body(estate: Estate, address: PublicIp, nic: Nic | None) -> dict[str, Any]:
    """A public address."""
    properties: dict[str, Any] = {
        "provisioningState": "Succeeded",
        "ipAddress": address.address,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Static",
    }
    if nic:
        properties["ipConfiguration"] = {"id": f"{ids.nic(estate, nic)}/ipConfigurations/ipconfig1"}
    return resource("publicIPAddresses", ids.public_ip(estate, address), estate.location, properties)


def public_address(request: Request) -> Answer:
    """One public address."""
    return 200, {}, address_body(request.world.estate, *find_public_ip(request))


def public_addresses(request: Request) -> Answer:
    """The list of public addresses."""
    estate = request.world.estate
    found = [address_body(estate, *one) for one in all_public_ips(estate) if in_group(request, one[0].group)]
    return 200, {}, {"value": found}


def resource(kind: str, whole: str, location: str, properties: dict[str, Any]) -> dict[str, Any]:
    """A resource as ARM shows it."""
    return {
        "name": whole.rpartition("/")[2],
        "id": whole,
        "type": f"Microsoft.Network/{kind}",
        "location": location,
        "properties": properties,
    }
