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
from .compute import all_vms, find_part


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


def interface(request: Request) -> Answer:
    """One network interface, with its addresses."""
    estate, (nic, vm) = request.world.estate, find_nic(request)
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
    return 200, {}, resource("networkInterfaces", whole, estate.location, properties)


def public_address(request: Request) -> Answer:
    """One public address."""
    estate, (address, nic) = request.world.estate, find_public_ip(request)
    properties: dict[str, Any] = {
        "provisioningState": "Succeeded",
        "ipAddress": address.address,
        "publicIPAddressVersion": "IPv4",
        "publicIPAllocationMethod": "Static",
    }
    if nic:
        properties["ipConfiguration"] = {"id": f"{ids.nic(estate, nic)}/ipConfigurations/ipconfig1"}
    return 200, {}, resource("publicIPAddresses", ids.public_ip(estate, address), estate.location, properties)


def resource(kind: str, whole: str, location: str, properties: dict[str, Any]) -> dict[str, Any]:
    """A resource as ARM shows it."""
    return {
        "name": whole.rpartition("/")[2],
        "id": whole,
        "type": f"Microsoft.Network/{kind}",
        "location": location,
        "properties": properties,
    }
