#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: planned_failover
short_description: Start the failback of Hyper-V VMs from Azure
version_added: 0.1.0
description:
  - Starts a planned failover from Azure to on-premises (C(RecoveryToPrimary)) for each item that is failed over.
  - Waits until the data is synchronized and the job stands at the gate, or with V(data_sync=during_failover) until the VM
    runs on-premises, since a full download has no gate.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.moving
  - asr.hyperv.vault
  - asr.hyperv.items
  - asr.hyperv.items.wait
  - asr.hyperv.items.sync
attributes:
  idempotent:
    support: full
    details:
      - An item whose failback has started already is only waited for.
seealso:
  - module: asr.hyperv.failback
  - module: asr.hyperv.complete_failover
"""

EXAMPLES = r"""
- name: Start the failback of two VMs with a delta and wait until they stand at the gate
  asr.hyperv.planned_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    protected_items: [sql01, app01]
    data_sync: before_failover

- name: Start it and come back later
  asr.hyperv.planned_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    recovery_plan: production
    data_sync: auto
    wait: false
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
      phase_before: failed_over
      phase: synchronized
      goal: synchronized
      at_goal: true
      direction: RecoveryToPrimary
      steps: [planned_failover]
      jobs: [0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11]
      data_sync:
        mode: before_failover
        option: ForDownTime
        reason: "5 days in Azure (fewer than 30): a delta is enough"
        vm_creation: NoAction
        alternate_host: ""
      error: null
      warnings: []
      timings:
        - step: planned_failover
          job: 0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11
          asked: "2026-11-20T22:10:04Z"
          ended: "2026-11-20T22:14:42Z"
          seconds: 278.0
direction:
  description: The direction of the failover, as the service calls it.
  returned: always, except when the input was refused
  type: str
  sample: RecoveryToPrimary
"""

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import Goal, Step
from ansible_collections.asr.hyperv.plugins.module_utils._module import SYNC_OPTIONS, MovingModule


def main() -> None:
    MovingModule(**SYNC_OPTIONS).move(Goal.SYNCHRONIZED, Step.PLANNED_FAILOVER)


if __name__ == "__main__":
    main()
