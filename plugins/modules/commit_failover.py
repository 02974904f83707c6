#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: commit_failover
short_description: Commit a failback to on-premises, or the failover to Azure before it
version_added: 0.1.0
description:
  - With V(direction=failback) commits items that run on-premises again. B(It deletes the VM and its disks in Azure.)
    It is the last point of no return, so check the VM on-premises first.
  - Right before it the VM in Azure is read and compared with what the vault has, disk by disk. An item whose Azure VM has
    anything that is not at home, or cannot be read, is held uncommitted, and the others go on.
  - With V(direction=failover) commits items that were failed over to Azure, which a failback needs. It deletes nothing.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.moving
  - asr.hyperv.vault
  - asr.hyperv.items
  - asr.hyperv.items.wait
  - asr.hyperv.items.evidence
options:
  direction:
    description:
      - Which failover to commit.
    type: str
    choices: [failback, failover]
    default: failback
attributes:
  idempotent:
    support: full
    details:
      - An item that is committed already is not touched.
seealso:
  - module: asr.hyperv.failback
  - module: asr.hyperv.reverse_replication
"""

EXAMPLES = r"""
- name: Commit two VMs that were looked at
  asr.hyperv.commit_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    protected_items: [sql01, app01]

- name: Commit the failover to Azure, so that the VM can be failed back
  asr.hyperv.commit_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    protected_items: [web01]
    direction: failover
"""

RETURN = r"""
protected_items:
  description: One entry for each protected item in the order of the groups, with the keys that M(asr.hyperv.failback) returns.
  returned: always, except when the input was refused
  type: list
  elements: dict
  sample:
    - name: sql01
      id: /Subscriptions/.../replicationProtectedItems/sql01
      group: 1
      wave: 1
      phase_before: failed_over
      phase: failed_back
      goal: committed
      at_goal: true
      direction: RecoveryToPrimary
      steps: [commit_failover]
      jobs: [0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11]
      data_sync: null
      error: null
      warnings: []
      timings:
        - step: commit_failover
          job: 0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11
          asked: "2026-11-20T22:10:04Z"
          ended: "2026-11-20T22:14:42Z"
          seconds: 278.0
      deletes:
        - {kind: vm, id: /subscriptions/.../virtualMachines/sql01, name: sql01, size_gb: null}
        - {kind: disk, id: /subscriptions/.../disks/sql01-os, name: sql01-os, size_gb: 128}
      azure_after:
        - {kind: vm, id: /subscriptions/.../virtualMachines/sql01, name: sql01, state: gone}
        - {kind: disk, id: /subscriptions/.../disks/sql01-os, name: sql01-os, state: gone}
direction:
  description: The direction of the failover, as the service calls it.
  returned: always, except when the input was refused
  type: str
  sample: RecoveryToPrimary
"""

from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_side import EVIDENCE_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._glue.module import MovingModule
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step

GOALS = {"failback": Goal.COMMITTED, "failover": Goal.FAILED_OVER}


def main() -> None:
    module = MovingModule(
        {"direction": {"type": "str", "choices": list(GOALS), "default": "failback"}, **EVIDENCE_OPTIONS}
    )
    module.move(GOALS[module.params["direction"]], Step.COMMIT_FAILOVER)


if __name__ == "__main__":
    main()
