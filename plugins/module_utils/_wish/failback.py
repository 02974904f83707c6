# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.


"""How one item comes home, when all is decided: what its planned failover is sent. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._wish.data_sync import SyncChoice


@dataclass(frozen=True)
class Failback:
    """The options of a failback as they were decided for one item, under the names of the options (docs/service.md 2.1).

    `create_vm_if_missing`: its VM is to be made where none is found. `alternate_host` is the other host it comes home to, by
    its full name; empty for its own. `provider_id` is the ARM id of the provider that makes the VM; empty where none is named.
    """

    data_sync: SyncChoice
    create_vm_if_missing: bool = False
    alternate_host: str = ""
    provider_id: str = ""

    @property
    def vm_creation(self) -> str:
        """The service's word for what to do about a missing VM; answers have it as well."""
        return "CreateVmIfNotFound" if self.create_vm_if_missing else "NoAction"
