# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.


"""Where a vault's items are protected: fabrics and their containers, providers on hosts, and the VMs that hosts report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._azure.calls import Calls, parts
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AccessDenied
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectableItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Fabric, Provider
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import text


class Hosts:
    """Each method raises what `explain` makes of an error; "not there" is None."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def sites(self) -> Sequence[Fabric]:
        """The fabrics (Hyper-V sites and VMM servers) of the vault."""
        bodies = self.calls.every(f"list the fabrics of {self.calls.place}", self.calls.client.replication_fabrics.list)
        return [Fabric.from_service(body) for body in bodies]

    def fabrics(self) -> Sequence[str]:
        """The names of the fabrics of the vault."""
        return [site.name for site in self.sites()]

    def containers(self) -> Iterable[tuple[str, str]]:
        """The protection containers of the vault, as (fabric, container)."""
        operation = self.calls.client.replication_protection_containers.list_by_replication_fabrics
        for fabric in self.fabrics():
            for body in self.calls.every(f"list the protection containers of {fabric!r}", operation, fabric):
                yield fabric, text(body, "name")

    def providers(self) -> Sequence[Provider]:
        """All providers: the Hyper-V hosts and VMM servers; per fabric where the whole list is not allowed
        (docs/service.md 5.7)."""
        operations = self.calls.client.replication_recovery_services_providers
        try:
            bodies = self.calls.every(f"list the providers of {self.calls.place}", operations.list)
        except AccessDenied:
            by_fabric = operations.list_by_replication_fabrics
            bodies = [
                body
                for fabric in self.fabrics()
                for body in self.calls.every(f"list the providers of {fabric!r}", by_fabric, fabric)
            ]
        return [Provider.from_service(body) for body in bodies]

    def protectable_items(self, fabric: str, container: str) -> Sequence[ProtectableItem]:
        """All VMs that the Hyper-V hosts behind a container report."""
        operation = self.calls.client.replication_protectable_items.list_by_replication_protection_containers
        bodies = self.calls.every(f"list the protectable items of {container!r}", operation, fabric, container)
        return [ProtectableItem.from_service(body) for body in bodies]

    def protectable_item(self, arm_id: str) -> ProtectableItem | None:
        """One protectable item by its ARM id. Raises BadInput when that is not the id of one."""
        names = parts(arm_id, "replicationFabrics", "replicationProtectionContainers", "replicationProtectableItems")
        doing = f"read the protectable item {names[-1]!r}"
        body = self.calls.one(doing, self.calls.client.replication_protectable_items.get, *names)
        return ProtectableItem.from_service(body) if body else None
