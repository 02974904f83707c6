#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cancel_failover
short_description: Cancel a failback or failover that is under way, knowing what that does
version_added: 0.1.0
description:
  - Cancels the failback jobs of protected items. The VMs in Azure go on, or have to be started there.
  - Cancels the jobs of failovers to Azure too. A VM that was shut down on-premises by then has to be started there.
  - B(A cancel during the data synchronization leaves the VM on-premises with half-written disks.) It may not boot, and only
    failing it back again mends it. So this module refuses unless O(accept_inconsistent_vm=true), for all items or none.
  - An item whose failback or failover has not started, or is through, is left alone.
  - The module does not wait for the jobs to end. M(asr.hyperv.protected_item_info) shows how the items stand then.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.vault
  - asr.hyperv.items
options:
  accept_inconsistent_vm:
    description: Says that the VMs on-premises may be left unusable.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - Says which jobs would be cancelled, and refuses what would be refused.
  diff_mode:
    support: full
    details:
      - One line for each protected item.
  idempotent:
    support: full
    details:
      - An item without a failback or failover under way is left alone.
seealso:
  - module: asr.hyperv.failback
  - module: asr.hyperv.job
"""

EXAMPLES = r"""
- name: Give up the failback of a VM, to be started anew later
  asr.hyperv.cancel_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    protected_items: [web01]
    accept_inconsistent_vm: true
"""

RETURN = r"""
protected_items:
  description: One entry for each protected item.
  returned: always, except when the input was refused
  type: list
  elements: dict
  contains:
    name:
      description: The name of the VM.
      type: str
      returned: always
    id:
      description: The ARM id of the protected item.
      type: str
      returned: always
    phase_before:
      description: The phase that was found.
      type: str
      returned: always
    cancelled_job:
      description: The job that was told to stop; null when none was under way.
      type: str
      returned: always
  sample:
    - name: web01
      id: /Subscriptions/.../replicationProtectedItems/web01
      phase_before: synchronizing
      cancelled_job: 0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11
"""

from ansible_collections.asr.hyperv.plugins.module_utils._errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._job_actions import WHAT_A_CANCEL_DOES
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import Phase
from ansible_collections.asr.hyperv.plugins.module_utils._module import TARGET_OPTIONS, TARGET_RULES, AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._planning import select
from ansible_collections.asr.hyperv.plugins.module_utils._survey import survey
from ansible_collections.asr.hyperv.plugins.module_utils._track import Track

SPOILT_BY_IT = (Phase.SYNCHRONIZING, Phase.SYNCHRONIZED, Phase.CUTTING_OVER)
UNDER_WAY = (*SPOILT_BY_IT, Phase.FAILING_OVER)


def entry(track: Track) -> dict:
    """One item of the answer."""
    return {
        "name": track.name,
        "id": track.item.id,
        "phase_before": track.phase.value,
        "cancelled_job": track.job.name if track.phase in UNDER_WAY else None,
    }


def cancel(module: AsrModule, vault: object) -> dict:
    """Cancel everything that is under way, after all of it has been accepted."""
    tracks = survey(vault, select(vault, *(module.params[option] for option in TARGET_OPTIONS)), None)
    running = [track for track in tracks if track.phase in UNDER_WAY]
    spoilt = [track for track in running if track.phase in SPOILT_BY_IT]
    if spoilt and not module.params["accept_inconsistent_vm"]:
        names = ", ".join(f"{track.name} ({track.phase.value})" for track in spoilt)
        raise BadInput(
            f"Nothing was cancelled. Under way: {names}. {WHAT_A_CANCEL_DOES}", option="accept_inconsistent_vm"
        )
    if not module.check_mode:
        for track in running:
            vault.cancel_job(track.job.name)
    return {
        "changed": bool(running),
        "protected_items": [entry(track) for track in tracks],
        "diff": {
            "before": "".join(f"{track.name}: {track.phase.value}\n" for track in tracks),
            "after": "".join(
                f"{track.name}: {'cancelled' if track in running else track.phase.value}\n" for track in tracks
            ),
        },
    }


def main() -> None:
    options = {"accept_inconsistent_vm": {"type": "bool", "default": False}, **TARGET_OPTIONS}
    AsrModule(options, **TARGET_RULES).run(cancel)


if __name__ == "__main__":
    main()
