# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How azure_vm_info reads: a VM by its full id, and what belongs to it; what the caller may not see is told once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timezone
from typing import Protocol

from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_reader import KINDS, kind_of
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import is_namesake, renamed
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureVm, addresses, place_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AccessDenied, BadInput, OddAnswer
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, text
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

DENIED = (
    "The caller may not read {}: what it would tell is left empty. Grant the right {} on the resource group of the VMs."
)

Answer = tuple[Json, "bool | None"]
DISK_FACTS = ("name", "size_gb", "managed", "where")
NOTHING = AzureVm(id="", name="", location="", size="", power_state="", provisioning_state="")


class Warns(Protocol):
    """Whoever tells the user what could not be read."""

    def warn(self, words: str, /) -> None: ...


class Lookups:
    """Reads resources by id; a right that is missing is one warning for each kind, and the answer is empty then."""

    def __init__(self, module: Warns, vault: Vault) -> None:
        self.module, self.vault = module, vault
        self.denied: set[str] = set()

    def vm(self, item: ProtectedItem, ending: str) -> Answer:
        """As `get`, for the Azure VM of an item, or for that of its test failover. Of another subscription none is read."""
        place = place_of(item, ending)
        if place and not self.vault.place.in_subscription(place):
            self.module.warn(
                f"The vault says that the Azure VM of {item.friendly_name} is {place}. That is another subscription than the "
                "vault's, so it is not read."
            )
            return {}, None
        body = self.vault.azure.vm(place) if place else None
        if body and not ending and is_namesake(item, AzureVm.from_service(body)):
            return self.own(item, place)
        return body or {}, body is not None

    def spared(self, name: str, read: Callable[[], Answer]) -> Answer:
        """What `read` gives; for an id or an answer that cannot be a warning, and nothing: that stops no other item."""
        try:
            return read()
        except (BadInput, OddAnswer) as error:
            self.module.warn(f"{name}: {error}")
            return {}, None

    def part(self, vm: str, arm_id: str) -> Json:
        """What belongs to a VM of the vault's subscription, by the id that the VM tells; empty when it cannot be read."""
        if self.vault.place.in_subscription(arm_id):
            return self.spared(vm, lambda: self.get(arm_id))[0]
        self.module.warn(f"{vm}: {arm_id} is not in the vault's subscription, so it is not read.")
        return {}

    def own(self, item: ProtectedItem, place: str) -> Answer:
        """As `get`, for the VM that the failover made under another name, as another machine had its own."""
        vm, known = None, True
        try:
            near = [AzureVm.from_service(body) for body in self.vault.azure.vms(item.azure_resource_group_id)]
            vm = renamed(item, near)
        except AccessDenied:
            known = False
        found = f"its own is {vm.name}" if vm else "its own was not found"
        self.module.warn(f"The Azure VM {place} was there before {item.friendly_name} was failed over: {found}.")
        body = self.vault.azure.vm(vm.id) if vm else None
        return body or {}, body is not None if known else None

    def get(self, arm_id: str) -> Answer:
        """The resource, empty where there is none to see; and whether it exists, None where that cannot be known."""
        kind = arm_id.rpartition("/")[0].rpartition("/")[2]
        if kind in self.denied:
            return {}, None
        version, right = kind_of(arm_id)
        try:
            body = self.vault.azure.resource(arm_id, version or KINDS["disks"][0])
        except AccessDenied:
            self.denied.add(kind)
            self.module.warn(DENIED.format(kind, right or "to read them"))
            return {}, None
        return body or {}, body is not None

    def ips(self, vm: str, interfaces: tuple[str, ...]) -> dict[str, list[str]]:
        """Private and public addresses of the network interfaces of a VM."""
        private: list[str] = []
        public: list[str] = []
        for interface in interfaces:
            own, shared = addresses(self.part(vm, interface))
            private += own
            public += [text(self.part(vm, one), "properties", "ipAddress") for one in shared]
        return {"private_ips": private, "public_ips": [one for one in public if one]}


def vm_entry(lookups: Lookups, item: ProtectedItem, ending: str = "") -> Result:
    """The Azure VM of an item, by the name that the vault tells and `ending` behind it, as RETURN of azure_vm_info tells."""
    body, exists = lookups.spared(item.friendly_name, lambda: lookups.vm(item, ending))
    vm = AzureVm.from_service(body) if body else NOTHING
    since = vm.power_state_since
    return {
        **{fact: getattr(vm, fact) for fact in ("id", "location", "size", "power_state", "provisioning_state")},
        "protected_item": item.friendly_name,
        "name": vm.name or (item.azure_vm_name and item.azure_vm_name + ending),
        "resource_group": last_part(item.azure_resource_group_id),
        "exists": exists,
        "power_state_since": f"{since.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}" if since else None,
        **lookups.ips(item.friendly_name, vm.network_interfaces),
        "network_interfaces": list(vm.network_interfaces),
        "recorded_disks": [disk.azure_location for disk in item.disks if disk.azure_location],
        "disks": [{fact: getattr(disk, fact) for fact in DISK_FACTS} for disk in vm.disks],
    }
