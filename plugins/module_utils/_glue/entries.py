# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What modules and the inventory tell of a protected item and of a provider: an entry each, as data."""

from __future__ import annotations

from datetime import datetime, timezone

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import outlook
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import UNDER_WAY_HOME
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import TO_AZURE, TO_ON_PREMISES
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import job_entry
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import place_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.hardware import Disk, Nic
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.inventory_shapes import ProviderEntry
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import DiskEntry, ItemEntry, NicEntry
from ansible_collections.asr.hyperv.plugins.module_utils._wish.data_sync import days_in_azure


def item_entry(vault: Vault, track: Track, now: datetime) -> ItemEntry:
    """A protected item, as RETURN of protected_item_info tells. `now` is the service's time."""
    item, days = track.item, days_in_azure(track.item, now)
    return {
        "name": track.name,
        "id": item.id,
        "vm_id": item.vm_id,
        "azure_vm_id": place_of(item),
        "phase": track.phase.value,
        "direction": direction(track),
        **outlook(vault, track),
        "group": track.intent.group,
        "active_location": item.active_location,
        "protection_state": item.protection_state,
        "allowed_operations": sorted(item.allowed_operations),
        "replication_health": item.replication_health,
        "failover_health": item.failover_health,
        "health_errors": [error.told() for error in item.health_errors],
        "recovery_point_age_seconds": age(item.last_recovery_point, now),
        "days_in_azure": round(days, 1) if days is not None and item.active_location == "Recovery" else None,
        "job": job_entry(track.job) if track.job else None,
        "site": item.site,
        "provider_id": item.provider_id,
        "policy": item.policy_name,
        "disks": [disk_entry(disk) for disk in item.disks],
        "nics": [nic_entry(nic) for nic in item.nics],
        "switches": [] if item.on_vmm else list(item.switches),
        "vm_networks": list(item.switches) if item.on_vmm else [],
        "cpu_count": item.cpu_count,
        "memory_mb": item.memory_mb,
    }


def direction(track: Track) -> str:
    """The way that an item is on, or takes with its next step: home from Azure on, to Azure once it is committed at home."""
    homeward = track.item.active_location == "Recovery" or track.phase in UNDER_WAY_HOME
    return TO_ON_PREMISES if homeward else TO_AZURE


def age(moment: datetime | None, now: datetime) -> int | None:
    """Whole seconds since a moment; None where nobody tells it."""
    return max(0, int((now - moment).total_seconds())) if moment else None


def disk_entry(disk: Disk) -> DiskEntry:
    """One disk of an item."""
    return {
        "name": disk.name,
        "size_mb": disk.size_mb,
        "role": disk.role,
        "azure_location": disk.azure_location,
    }


def nic_entry(nic: Nic) -> NicEntry:
    """One network adapter of an item."""
    return {
        "id": nic.id,
        "switch": nic.switch,
        "static_ips": list(nic.static_ips),
        "azure_network_id": nic.azure_network_id,
        "azure_static_ips": list(nic.azure_static_ips),
    }


def provider_entry(provider: Provider, now: datetime) -> ProviderEntry:
    """A provider, as RETURN of provider_info tells. `now` is the service's time."""
    expiry = provider.provider_version_expiry
    return {
        "host": provider.host,
        "id": provider.id,
        "site": provider.fabric_name,
        "site_type": provider.fabric_type,
        "connected": provider.connected,
        "heartbeat_age_seconds": age(provider.last_heartbeat, now),
        "version": provider.provider_version,
        "version_state": provider.provider_version_state,
        "version_expires": f"{expiry.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%SZ}" if expiry else None,
        "server_version": provider.server_version,
        "protected_items": provider.protected_items,
        "problems": list(provider.problems),
    }
