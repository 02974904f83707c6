#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: test_failover
short_description: Start test VMs in Azure, and delete them again
version_added: 0.1.0
description:
  - With V(state=present) starts a test VM in Azure for each item, in a virtual network of yours, and waits until they run.
    The VMs on-premises go on running and replicating.
  - With V(state=absent) deletes the test VMs. Until then an item can be neither failed over nor tested again.
  - The role P(asr.hyperv.drill#role) does both, with your checks between them, and cleans up also when a check fails.
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
  state:
    description: Whether test VMs shall be there.
    type: str
    choices: [present, absent]
    default: present
  network:
    description:
      - The ARM id of the virtual network for the test VMs. Use one from which production cannot be reached; a warning says so
        when it is the one of a real failover.
      - Needed for V(state=present), and only for that.
    type: str
attributes:
  idempotent:
    support: full
    details:
      - An item whose test VM is there already, or gone already, is left alone.
seealso:
  - module: asr.hyperv.azure_vm_info
  - module: asr.hyperv.unplanned_failover
"""

EXAMPLES = r"""
- name: Start test VMs
  asr.hyperv.test_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    recovery_plan: production
    network: "{{ drill_network_id }}"

- name: Delete them
  asr.hyperv.test_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    recovery_plan: production
    state: absent
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
      phase: tested
      goal: tested
      at_goal: true
      direction: PrimaryToRecovery
      steps: [test_failover]
      jobs: [0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11]
      data_sync: null
      error: null
      warnings: []
      timings:
        - step: test_failover
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
from ansible_collections.asr.hyperv.plugins.module_utils._run.to_azure import network_problem


def main() -> None:
    state = {"type": "str", "choices": ["present", "absent"], "default": "present"}
    needs = [("state", "present", ["network"])]
    module = MovingModule({"state": state, "network": {"type": "str"}, **POINT_OPTIONS}, needs)
    if module.params["state"] == "absent":
        module.refuse_options(["network", "recovery_point"], "state is absent")
        module.move(Goal.CLEANED_UP, Step.TEST_FAILOVER_CLEANUP, way=Way.CLEANUP)
    problem = network_problem(module.params["network"])
    if problem:
        module.fail_json(msg=problem, option="network", value=module.params["network"])
    module.move(Goal.TESTED, Step.TEST_FAILOVER, way=Way.DRILL)


if __name__ == "__main__":
    main()
