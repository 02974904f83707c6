# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a VM has: processors, memory, disks and network adapters, as the vault records them of a protected item. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import number, read, rows, text


@dataclass(frozen=True)
class Disk:
    """One disk of a protected item. `size_mb` is MB."""

    vhd_id: str
    name: str
    role: str
    size_mb: int
    azure_location: str
    azure_name: str = ""


@dataclass(frozen=True)
class Nic:
    """One adapter. `switch` is what it is plugged into on-premises; addresses are those that somebody has given it for good."""

    id: str
    switch: str
    static_ips: tuple[str, ...]
    azure_network_id: str
    azure_static_ips: tuple[str, ...]

    @classmethod
    def from_service(cls, body: object) -> Nic:
        """Make the record from the JSON of one adapter, of any API version (docs/service.md 1.5)."""
        configs = rows(body, "ipConfigs") or [body]
        return cls(
            id=text(body, "nicId"),
            switch=text(body, "vMNetworkName"),
            static_ips=given_in(configs, "staticIPAddress", "primaryNicStaticIPAddress"),
            azure_network_id=text(body, "recoveryVMNetworkId"),
            azure_static_ips=given_in(configs, "recoveryStaticIPAddress", "replicaNicStaticIPAddress"),
        )


def given_in(configs: list[object], *keys: str) -> tuple[str, ...]:
    """The values of these keys, those that are there."""
    return tuple(filter(None, (text(one, key) for one in configs for key in keys)))


def disk_of(body: object) -> Disk:
    """One disk; `targetDiskLocation` is the blob of the disk in Azure and empty once the failback is committed."""
    return Disk(
        vhd_id=text(body, "vhdId"),
        name=text(body, "vhdName"),
        role=text(body, "vhdType"),
        size_mb=number(read(body, "maxSizeMB")) or 0,
        azure_location=text(body, "targetDiskLocation"),
        azure_name=text(body, "customTargetDiskName") or text(body, "targetDiskName"),
    )


def hardware_of(azure: object) -> dict[str, Any]:
    """What the details that the provider tells of an item say of it, as fields of its record."""
    nics = tuple(Nic.from_service(one) for one in rows(azure, "vmNics"))
    return {
        "cpu_count": number(read(azure, "sourceVmCpuCount")),
        "memory_mb": number(read(azure, "sourceVmRamSizeInMB")),
        "disks": tuple(disk_of(disk) for disk in rows(azure, "azureVmDiskDetails")),
        "nics": nics,
        "switches": tuple(nic.switch for nic in nics if nic.switch),
    }
