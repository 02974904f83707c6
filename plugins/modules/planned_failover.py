#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: planned_failover
short_description: Fail Hyper-V VMs over, home from Azure or as planned to Azure
version_added: 0.1.0
description:
  - With V(direction=RecoveryToPrimary) starts the failback from Azure to on-premises for each item that is failed over.
    Waits until the data is synchronized and the job stands at the gate, or with V(data_sync=during_failover) until the VM
    runs on-premises, since a full download has no gate.
  - With V(direction=PrimaryToRecovery) fails items that are protected over to Azure and waits until the VMs run there. The VMs
    are shut down on-premises first, so no data are lost. M(asr.hyperv.commit_failover) with C(direction=failover) comes next.
  - On the way to Azure with O(recovery_plan) the members go one by one. Scripts, runbooks and manual
    actions of the plan are not run; a warning names those that apply.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.moving
  - asr.hyperv.vault
  - asr.hyperv.items
  - asr.hyperv.items.wait
  - asr.hyperv.items.sync
  - asr.hyperv.items.point
options:
  direction:
    description:
      - Where to, in the service's words. V(RecoveryToPrimary) goes home, V(PrimaryToRecovery) goes to Azure.
      - O(data_sync), O(create_vm_if_missing), O(alternate_host) and O(item_options) are only for the way home,
        O(recovery_point) only for the way to Azure.
    type: str
    choices: [RecoveryToPrimary, PrimaryToRecovery]
    default: RecoveryToPrimary
attributes:
  idempotent:
    support: full
    details:
      - An item whose failover has started already is only waited for.
seealso:
  - module: asr.hyperv.unplanned_failover
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

- name: Move a VM to Azure before the power is cut on-premises
  asr.hyperv.planned_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    protected_items: [web01]
    direction: PrimaryToRecovery
"""

RETURN = r"""
protected_items:
  description:
    - One entry for each protected item in the order of the groups, with the keys that M(asr.hyperv.failback) returns.
    - Where a recovery point was asked for, C(recovery_point) is its ARM id.
  returned: always, except when the input was refused
  type: list
  elements: dict
  sample:
    - name: sql01
      id: /Subscriptions/.../replicationProtectedItems/sql01
      group: 1
      wave: 1
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

from ansible_collections.asr.hyperv.plugins.module_utils._glue.module import POINT_OPTIONS, MovingModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import SYNC_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step, Way

OPTIONS_OF_THE_OTHER = {"RecoveryToPrimary": ("recovery_point",), "PrimaryToRecovery": tuple(SYNC_OPTIONS)}


def main() -> None:
    direction = {"type": "str", "choices": list(OPTIONS_OF_THE_OTHER), "default": "RecoveryToPrimary"}
    module = MovingModule({"direction": direction, **SYNC_OPTIONS, **POINT_OPTIONS})
    asked = module.params["direction"]
    module.refuse_options(OPTIONS_OF_THE_OTHER[asked], f"direction is {asked}")
    if asked == "PrimaryToRecovery":
        module.move(Goal.FAILED_OVER_UNCOMMITTED, Step.PLANNED_FAILOVER, way=Way.OUT)
    module.move(Goal.SYNCHRONIZED, Step.PLANNED_FAILOVER)


if __name__ == "__main__":
    main()
