# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What is wanted for one protected item. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._data_sync import SyncChoice
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import Goal, Step


@dataclass(frozen=True)
class Intent:
    """What is wanted for one item. `vm_creation` and `provider_id` go into the planned failover as they are (2.1).

    `host` is the other host it shall come home to, by name; empty for its own. `optional`: its failure holds nobody back.
    `objection` says why a failback must not be started, should it come to that for an item that is busy now.
    """

    goal: Goal
    permitted: frozenset[Step] = frozenset(Step)
    sync: SyncChoice | None = None
    vm_creation: str = "NoAction"
    provider_id: str = ""
    host: str = ""
    group: int = 0
    optional: bool = False
    objection: str = ""

    @property
    def full_download(self) -> bool:
        return self.sync is not None and self.sync.full_download
