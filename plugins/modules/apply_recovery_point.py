#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: apply_recovery_point
short_description: Put VMs that were failed over to Azure to another recovery point
version_added: 0.1.0
description:
  - Changes the recovery point of items whose failover to Azure is not committed yet, and waits until the VMs run from it.
  - The VM in Azure is made anew from the recovery point. What it wrote since the failover is lost.
  - After M(asr.hyperv.commit_failover) the recovery point cannot be changed any more.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.moving
  - asr.hyperv.vault
  - asr.hyperv.items
  - asr.hyperv.items.wait
options:
  recovery_point:
    description:
      - V(latest_processed) is the newest recovery point, V(latest_app_consistent) the newest that was made with the
        applications' help. Else the name or ARM id of a recovery point.
    type: str
    required: true
attributes:
  idempotent:
    support: full
    details:
      - An item that the vault says was failed over to this recovery point is left alone.
seealso:
  - module: asr.hyperv.unplanned_failover
  - module: asr.hyperv.commit_failover
"""

EXAMPLES = r"""
- name: The newest data were damaged already, take the last good point
  asr.hyperv.apply_recovery_point:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    protected_items: [sql01]
    recovery_point: latest_app_consistent
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
      phase_before: failed_over_uncommitted
      phase: failed_over_uncommitted
      goal: failed_over_uncommitted
      at_goal: true
      direction: PrimaryToRecovery
      steps: [apply_recovery_point]
      jobs: [0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11]
      data_sync: null
      error: null
      warnings: []
      timings:
        - step: apply_recovery_point
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

from ansible_collections.asr.hyperv.plugins.module_utils._glue.module import MovingModule
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step, Way


def main() -> None:
    module = MovingModule({"recovery_point": {"type": "str", "required": True}})
    if module.params["recovery_point"] in ("", "latest"):
        module.fail_json(
            msg="recovery_point: the latest data are what the failover took. Name latest_processed, latest_app_consistent, or "
            "the name or ARM id of a recovery point.",
            option="recovery_point",
        )
    errand = Step.APPLY_RECOVERY_POINT
    module.move(Goal.FAILED_OVER_UNCOMMITTED, errand, way=Way.OUT, errand=errand)


if __name__ == "__main__":
    main()
