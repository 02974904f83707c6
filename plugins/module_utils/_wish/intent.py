# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What is wanted for one protected item. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step, Way
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import TO_AZURE, TO_ON_PREMISES
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import Consent
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback


@dataclass(frozen=True)
class FailoverOptions:
    """How an item goes to Azure, under the names of the options. `recovery_point` is the word that was given, once it is looked
    up an ARM id, empty for the latest data. `network` is the ARM id of the virtual network of a test failover.
    `shut_down_source`: an unplanned failover tries to stop the VM on-premises first. `force`: a replication is repaired though
    nothing is wrong with it."""

    recovery_point: str = ""
    network: str = ""
    shut_down_source: bool = False
    force: bool = False


@dataclass(frozen=True)
class Intent:
    """What is wanted for one item. `failback` is how it comes home; None where no failback may be started.

    `failover` is how it goes to Azure. `optional`: its failure holds nobody back.
    `wave` is its place in the order of this run, from 1; `group` is that in the recovery plan, None where no plan was named.
    `way` is where it goes, None for nowhere: then its phase is looked at from all sides. `errand` is a step to do at the goal.
    `objection` says why a failback must not be started, should it come to that for an item that is busy now.
    `consent` is what may be lost in Azure. `rests`: it goes no further than it is, whatever its goal. `calls`: whoever waits for
    what is due is to be called when it is at its goal.
    """

    goal: Goal
    permitted: frozenset[Step] = frozenset(Step)
    failback: Failback | None = None
    wave: int = 0
    group: int | None = None
    optional: bool = False
    objection: str = ""
    way: Way | None = Way.HOME
    failover: FailoverOptions = FailoverOptions()
    errand: Step | None = None
    consent: Consent = Consent()
    rests: bool = False
    calls: bool = False

    @property
    def full_download(self) -> bool:
        return self.failback is not None and self.failback.data_sync.full_download

    @property
    def makes_vm(self) -> bool:
        """Whether the failback is to make the VM, should none be found."""
        return self.failback is not None and self.failback.create_vm_if_missing

    @property
    def provider_id(self) -> str:
        """The provider that has to be named for the failback; empty for none."""
        return self.failback.provider_id if self.failback else ""

    @property
    def decided(self) -> Failback:
        """How it comes home. Raises BadInput where that was not decided: then no failback may be started."""
        if self.failback is None:
            raise BadInput(self.objection)
        return self.failback

    @property
    def goes_home(self) -> bool:
        return self.way is Way.HOME

    @property
    def direction(self) -> str:
        """The service's word for where this leads. What comes before a failback, and what stays in Azure, leads there."""
        at_home = self.goes_home and self.goal is not Goal.FAILED_OVER and self.errand is None
        return TO_ON_PREMISES if at_home else TO_AZURE
