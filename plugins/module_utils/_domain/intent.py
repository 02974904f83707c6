# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What is wanted for one protected item. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._domain.azure_side import Consent
from ansible_collections.asr.hyperv.plugins.module_utils._domain.data_sync import SyncChoice
from ansible_collections.asr.hyperv.plugins.module_utils._domain.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._domain.lifecycle import Goal, Step, Way
from ansible_collections.asr.hyperv.plugins.module_utils._domain.phases import TO_AZURE, TO_ON_PREMISES


@dataclass(frozen=True)
class Departure:
    """How an item goes to Azure. `point` is the ARM id of a recovery point, empty for the latest data. `network` is the ARM id
    of the virtual network of a test failover. `shut_down`: an unplanned failover tries to stop the VM on-premises first.
    `even_if_healthy`: a replication is repaired though nothing is wrong with it."""

    point: str = ""
    network: str = ""
    shut_down: bool = False
    even_if_healthy: bool = False


@dataclass(frozen=True)
class Intent:
    """What is wanted for one item. `vm_creation` and `provider_id` go into the planned failover as they are
    (docs/service.md 2.1).

    `host` is the other host it shall come home to, by name; empty for its own. `optional`: its failure holds nobody back.
    `wave` is its place in the order of this run, from 1; `group` is that in the recovery plan, None where no plan was named.
    `way` is where it goes, None for nowhere: then its phase is looked at from all sides. `errand` is a step to do at the goal.
    `objection` says why a failback must not be started, should it come to that for an item that is busy now.
    `consent` is what may be lost in Azure.
    """

    goal: Goal
    permitted: frozenset[Step] = frozenset(Step)
    sync: SyncChoice | None = None
    vm_creation: str = "NoAction"
    provider_id: str = ""
    host: str = ""
    wave: int = 0
    group: int | None = None
    optional: bool = False
    objection: str = ""
    way: Way | None = Way.HOME
    departure: Departure = Departure()
    errand: Step | None = None
    consent: Consent = Consent()

    @property
    def full_download(self) -> bool:
        return self.sync is not None and self.sync.full_download

    @property
    def sync_option(self) -> str:
        """The service's word for the data synchronization. Raises BadInput where none was chosen: then none may be started."""
        if self.sync is None:
            raise BadInput(self.objection)
        return self.sync.mode.option

    @property
    def goes_home(self) -> bool:
        return self.way is Way.HOME

    @property
    def direction(self) -> str:
        """The service's word for where this leads. What comes before a failback, and what stays in Azure, leads there."""
        at_home = self.goes_home and self.goal is not Goal.FAILED_OVER and self.errand is None
        return TO_ON_PREMISES if at_home else TO_AZURE
