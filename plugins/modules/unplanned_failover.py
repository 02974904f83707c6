#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: unplanned_failover
short_description: Fail Hyper-V VMs over to Azure without their host
version_added: 0.1.0
description:
  - Fails items over to Azure when the on-premises side is lost, or may be, and waits until the VMs run in Azure.
  - What was written on-premises after the last replication, or after O(recovery_point), is lost. When the host still works
    use M(asr.hyperv.planned_failover) with C(direction=PrimaryToRecovery), which loses nothing.
  - The failover can still be changed to another recovery point with M(asr.hyperv.apply_recovery_point), until
    M(asr.hyperv.commit_failover) with C(direction=failover) commits it.
  - With O(recovery_plan) the members go one by one. Scripts, runbooks and manual actions of the plan are not run; a warning names
    those that apply.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.moving
  - asr.hyperv.vault
  - asr.hyperv.items
  - asr.hyperv.items.wait
  - asr.hyperv.items.point
options:
  shut_down_source:
    description:
      - Whether the service tries to shut the VM down on-premises first, so that it does not run on both sides.
      - It goes on when that is not possible.
    type: bool
    default: false
attributes:
  idempotent:
    support: full
    details:
      - An item that runs in Azure, or whose failover has started already, is not failed over again.
seealso:
  - module: asr.hyperv.planned_failover
  - module: asr.hyperv.apply_recovery_point
  - module: asr.hyperv.commit_failover
"""

EXAMPLES = r"""
- name: The building is dark, start the plan's VMs in Azure
  asr.hyperv.unplanned_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    recovery_plan: production

- name: Start one from the newest point that its database can be trusted at
  asr.hyperv.unplanned_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    protected_items: [sql01]
    recovery_point: latest_app_consistent
    shut_down_source: true
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
    - name: web01
      id: /Subscriptions/.../replicationProtectedItems/web01
      group: 1
      wave: 1
      phase_before: protected
      phase: failed_over_uncommitted
      goal: failed_over_uncommitted
      at_goal: true
      direction: PrimaryToRecovery
      steps: [unplanned_failover]
      jobs: [0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11]
      data_sync: null
      error: null
      warnings: []
      timings:
        - step: unplanned_failover
          job: 0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11
          asked: "2026-11-20T22:10:04Z"
          ended: "2026-11-20T22:19:42Z"
          seconds: 578.0
direction:
  description: The direction of the failover, as the service calls it.
  returned: always, except when the input was refused
  type: str
  sample: PrimaryToRecovery
"""

from ansible_collections.asr.hyperv.plugins.module_utils._glue.module import POINT_OPTIONS, MovingModule
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step, Way


def main() -> None:
    module = MovingModule({"shut_down_source": {"type": "bool", "default": False}, **POINT_OPTIONS})
    module.move(Goal.FAILED_OVER_UNCOMMITTED, Step.UNPLANNED_FAILOVER, way=Way.UNPLANNED)


if __name__ == "__main__":
    main()
