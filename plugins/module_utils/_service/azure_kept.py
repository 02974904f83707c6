# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""An Azure VM as one call of a run tells it to the next: what it consists of, and what tells of its use. Pure."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureDisk, AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, rows, text, texts, when
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json


def kept(vm: AzureVm) -> Json:
    """The VM as JSON; times are those of Azure, to the last digit."""
    return {
        "id": vm.id,
        "vm_id": vm.vm_id,
        "power_state": vm.power_state,
        "network_interfaces": list(vm.network_interfaces),
        "disks": [
            {"name": disk.name, "id": disk.where, "touched": disk.touched.isoformat() if disk.touched else None}
            for disk in vm.disks
        ],
    }


def read_kept(told: Json) -> AzureVm:
    """The VM that `kept` told. What it did not tell is empty."""
    disks = (
        AzureDisk(text(one, "name"), None, True, text(one, "id"), touched=when(text(one, "touched")))
        for one in rows(told, "disks")
    )
    return AzureVm(
        id=text(told, "id"),
        name=last_part(text(told, "id")),
        location="",
        size="",
        power_state=text(told, "power_state"),
        provisioning_state="",
        network_interfaces=tuple(texts(told, "network_interfaces")),
        disks=tuple(disks),
        vm_id=text(told, "vm_id"),
    )
