# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""An item that has left the vault: where its VM runs as far as anybody knows, what is left in Azure, and what to do. Pure."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import BY_PHASE
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import COMMITTED
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Phase, Runs
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import place_of
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Problem

GONE = "is no longer in the vault: its protection was disabled, or its migration completed, meanwhile"
IN_AZURE = "it ran in Azure"
AT_HOME = "it runs on-premises, without protection"
WHERE = {  # where the VM ran when its item was seen last
    Phase.FAILED_OVER_UNCOMMITTED: IN_AZURE,
    Phase.FAILED_OVER: IN_AZURE,
    Phase.INCONSISTENT: f"{IN_AZURE}, and the disks on-premises are half written",
    Phase.SYNCHRONIZING: f"{IN_AZURE}, and the disks on-premises are half written",
    Phase.SYNCHRONIZED: f"{IN_AZURE}, and the disks on-premises are not the last ones",
    Phase.CUTTING_OVER: "it was between Azure and on-premises, so that it may run on either side or on none",
    Phase.FAILED_BACK_UNCOMMITTED: f"{AT_HOME}; its failback was not committed, so that nothing was deleted in Azure",
    Phase.FAILED_BACK: AT_HOME,
    Phase.REPLICATING: AT_HOME,
    Phase.PROTECTED: AT_HOME,
    Phase.TESTING: f"{AT_HOME}; a test VM may be left in Azure",
    Phase.TESTED: f"{AT_HOME}; a test VM may be left in Azure",
    Phase.CLEANING_UP: f"{AT_HOME}; a test VM may be left in Azure",
    Phase.FAILING_OVER: "it was between on-premises and Azure, so that it may run on either side or on none",
}


def gone(track: Track, job: str = "") -> Problem:
    """The problem of such an item; `left_in_azure` are the ids of what may still be there, which no later run knows of."""
    phase = next((one for one in (track.proven, track.phase) if one in WHERE), track.phase_before)
    where = WHERE.get(phase, "nobody knows where it runs")
    left = left_in_azure(track, phase)
    rest = f" Left in Azure, and billed: {', '.join(left)}." if left else ""
    return {
        "message": f"{track.name} {GONE}. When it was seen last ({phase.value}), {where}.{rest}",
        "code": "ItemGone",
        "job": job,
        "left_in_azure": left,
        "what_to_do": what_to_do(phase, left),
    }


def left_in_azure(track: Track, phase: Phase) -> list[str]:
    """The Azure VM and the disks that the vault last named, unless a commit has deleted them."""
    if phase in COMMITTED or track.item.active_location == "":
        return []
    disks = [disk.azure_location for disk in track.item.disks if disk.azure_location]
    return [one for one in (place_of(track.item), *disks) if one]


def what_to_do(phase: Phase, left: list[str]) -> str:
    """The next moves of a person: no run of ours finds the item any more."""
    forgotten = "Running again does not continue it: the vault has forgotten it."
    if BY_PHASE[phase].runs is Runs.ON_PREMISES:
        cleaning = " Delete what is left in Azure once the VM at home was found to be whole." if left else ""
        return f"{forgotten}{cleaning} Enable its protection anew."
    return (
        f"{forgotten} Look on its Hyper-V host and in Azure which of the two runs; start neither beside the other. Then "
        "enable its protection anew, or take it out of the plan for good."
    )
