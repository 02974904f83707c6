#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: repair_replication
short_description: Repair the replication of Hyper-V VMs to Azure
version_added: 0.1.0
description:
  - Starts a resynchronization for items whose replication is not healthy, and waits until its job has ended. What is wrong with
    an item stands in its C(warnings).
  - The vault has to allow C(RepairReplication). Where it does not, nothing is sent, and the item is refused with what it allows.
  - The service compares the disks on both sides and sends what differs. That may go on after the job has ended, see
    C(replication_health) of M(asr.hyperv.protected_item_info).
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.moving
  - asr.hyperv.vault
  - asr.hyperv.items
  - asr.hyperv.items.wait
options:
  force:
    description: Repair also when the vault says that nothing is wrong, as long as it allows that.
    type: bool
    default: false
attributes:
  idempotent:
    support: partial
    details:
      - An item whose replication is healthy is left alone, unless O(force=true).
seealso:
  - module: asr.hyperv.protected_item_info
  - module: asr.hyperv.reverse_replication
"""

EXAMPLES = r"""
- name: Repair what is not healthy
  asr.hyperv.repair_replication:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    recovery_plan: production
"""

RETURN = r"""
protected_items:
  description: One entry for each protected item in the order of the groups, with the keys that M(asr.hyperv.failback) returns.
  returned: always, except when the input was refused
  type: list
  elements: dict
  sample:
    - name: web01
      id: /Subscriptions/.../replicationProtectedItems/web01
      group: 1
      wave: 1
      phase_before: protected
      phase: protected
      goal: replicating
      at_goal: true
      direction: PrimaryToRecovery
      steps: [repair_replication]
      jobs: [0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11]
      data_sync: null
      error: null
      warnings: []
      timings:
        - step: repair_replication
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
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step


def main() -> None:
    module = MovingModule({"force": {"type": "bool", "default": False}})
    module.move(Goal.REPLICATING, Step.REPAIR_REPLICATION, errand=Step.REPAIR_REPLICATION)


if __name__ == "__main__":
    main()
