#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: complete_failover
short_description: Release the gate and cut Hyper-V VMs over from Azure to on-premises
version_added: 0.1.0
description:
  - Releases the gate (Complete Failover) of items whose data is synchronized. The VM in Azure is shut down, the last
    differences are copied, and the VM on-premises is started.
  - An item that still synchronizes is waited for; one whose failback has not started is refused.
  - A job that waits for a manual action of a plan is never resumed.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.moving
  - asr.hyperv.vault
  - asr.hyperv.items
  - asr.hyperv.items.wait
  - asr.hyperv.items.bound
attributes:
  idempotent:
    support: full
    details:
      - An item that is cut over already is not touched.
seealso:
  - module: asr.hyperv.failback
  - module: asr.hyperv.commit_failover
"""

EXAMPLES = r"""
- name: Cut two VMs over
  asr.hyperv.complete_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    protected_items: [sql01, app01]
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
      phase: failed_back_uncommitted
      goal: cut_over
      at_goal: true
      direction: RecoveryToPrimary
      steps: [complete_failover]
      jobs: [0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11]
      data_sync: null
      error: null
      warnings: []
      timings:
        - step: complete_failover
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

from ansible_collections.asr.hyperv.plugins.module_utils._glue.module import BOUND_OPTION, MovingModule
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step


def main() -> None:
    MovingModule(BOUND_OPTION).move(Goal.CUT_OVER, Step.COMPLETE_FAILOVER)


if __name__ == "__main__":
    main()
