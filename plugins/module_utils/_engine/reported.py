# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The VMs as their hosts report them to the vault, read once per container and run."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Hosts
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import ServiceError
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectableItem, ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part


class Reported:
    """Raises what reading raises."""

    def __init__(self, hosts: Hosts) -> None:
        self.hosts = hosts
        self.protectable: dict[tuple[str, str], dict[str, ProtectableItem | None]] = {}

    def vm_of(self, item: ProtectedItem) -> ProtectableItem | None:
        """The VM of an item: from one list for its container, else asked for by itself; None when no host reports it."""
        place = (item.fabric, item.container)
        if place not in self.protectable:
            self.protectable[place] = {last_part(vm.id).lower(): vm for vm in self.hosts.protectable_items(*place)}
        wanted = last_part(item.protectable_item_id).lower()
        if wanted and wanted not in self.protectable[place]:
            self.protectable[place][wanted] = self.hosts.protectable_item(item.protectable_item_id)
        return self.protectable[place].get(wanted)

    def known_vm_of(self, item: ProtectedItem) -> ProtectableItem:
        """The same for an item whose VM was seen before. Raises ServiceError when no host reports it after all."""
        vm = self.vm_of(item)
        if vm is None:
            raise ServiceError(f"find the VM of {item.friendly_name!r}", "no host reports it", code="VmNotReported")
        return vm
