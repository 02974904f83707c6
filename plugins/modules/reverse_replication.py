#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: reverse_replication
short_description: Protect Hyper-V VMs again after a failback
version_added: 0.1.0
description:
  - Starts the replication from on-premises to Azure for items whose failback is committed, and waits until the vault
    says C(Protected). The end of the job alone does not mean that.
  - Only the changes since the VM in Azure was turned off are sent.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.moving
  - asr.hyperv.vault
  - asr.hyperv.items
  - asr.hyperv.items.wait
attributes:
  idempotent:
    support: full
    details:
      - An item that replicates or is protected already is not sent again.
seealso:
  - module: asr.hyperv.failback
  - module: asr.hyperv.commit_failover
"""

EXAMPLES = r"""
- name: Protect two VMs again
  asr.hyperv.reverse_replication:
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
      phase: protected
      goal: protected
      at_goal: true
      direction: RecoveryToPrimary
      steps: [reverse_replication]
      jobs: [0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11]
      data_sync: null
      error: null
      warnings: []
      timings:
        - step: reverse_replication
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

from ansible_collections.asr.hyperv.plugins.module_utils._glue.module import MovingModule
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Step


def main() -> None:
    MovingModule().move(Goal.PROTECTED, Step.REVERSE_REPLICATION)


if __name__ == "__main__":
    main()
