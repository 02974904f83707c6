#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: failback
short_description: Bring Hyper-V VMs home from Azure, up to the state that is asked for
version_added: 0.1.0
description:
  - Finds out where every protected item stands, does the next legal step, waits for it, and goes on until the items
    are in O(state). What is done already is not done again; what is under way is taken over.
  - A run may be stopped at any point. Nothing is kept outside the vault, so running again continues.
  - A commit deletes the VM and its disks in Azure. Ask for V(cut_over), check the VM on-premises, and only then ask for more.
  - Right before each commit the VM in Azure is read again and compared with what the vault has, disk by disk. An item whose
    Azure VM has anything that is not at home, or cannot be read, is held uncommitted, and the others go on.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.moving
  - asr.hyperv.vault
  - asr.hyperv.items
  - asr.hyperv.items.wait
  - asr.hyperv.items.bound
  - asr.hyperv.items.evidence
  - asr.hyperv.items.sync
  - asr.hyperv.items.plan
  - asr.hyperv.items.goals
options:
  state:
    description:
      - The state to reach. An item that is past it is left alone. Give this or O(goals).
      - V(synchronized) - the data is on-premises and the job waits at the gate; the VM in Azure still runs. An item
        with a full download has nothing to do before the gate and stays as it is.
      - V(cut_over) - the VM runs on-premises, nothing is deleted in Azure yet.
      - V(committed) - the failback is committed, the VM and its disks in Azure are deleted.
      - V(replicating) - the reverse replication to Azure runs.
      - V(protected) - the VM is protected again, the vault says C(Protected) and does not call its health critical. One whose
        health is critical fails with the code C(NotHealthy) and the health errors; C(Warning) is a warning.
    type: str
    choices: [synchronized, cut_over, committed, replicating, protected]
    default: protected
  left_in_azure:
    description: ARM ids of what an earlier run saw remaining in Azure. Each is asked for once, as the run begins.
    type: list
    elements: str
    default: []
attributes:
  idempotent:
    support: full
    details:
      - An item that is in the asked state or past it is not touched.
seealso:
  - module: asr.hyperv.planned_failover
  - module: asr.hyperv.complete_failover
  - module: asr.hyperv.commit_failover
  - module: asr.hyperv.reverse_replication
"""

EXAMPLES = r"""
- name: Bring every VM of a plan home, group by group, and protect it again
  asr.hyperv.failback:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    recovery_plan: production
    data_sync: auto

- name: Copy the data home while the VMs in Azure still run, and stop before the outage
  asr.hyperv.failback:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    protected_items: [sql01, app01]
    data_sync: before_failover
    state: synchronized

- name: Bring one VM to new hardware, the others to where they were
  asr.hyperv.failback:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    groups:
      - [sql01]
      - [app01, web01]
    data_sync: auto
    item_options:
      - name: sql01
        alternate_host: hv03.contoso.example

- name: Fail a plan with manual actions back, and stop where a person is needed
  asr.hyperv.failback:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    recovery_plan: production
    data_sync: before_failover
    orchestration: native
    manual_actions: stop

- name: Cut over, and say what stands where when it does not work out
  block:
    - name: Cut over
      asr.hyperv.failback:
        subscription_id: "{{ subscription_id }}"
        resource_group: recovery
        vault_name: vault1
        protected_items: [sql01, app01]
        state: cut_over
        wait_timeout: 7200
  rescue:
    - name: Stop with a line for each VM
      ansible.builtin.fail:
        msg: "{{ ansible_failed_result.protected_items | default([]) | map(attribute='phase') }}"
"""

RETURN = r"""
protected_items:
  description: One entry for each protected item, in the order of the groups.
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
    group:
      description: Its group in the recovery plan, from 1; null when no plan was named.
      type: int
      returned: always
    wave:
      description: Its place in the order of this run, from 1. A wave cuts over when those before it run on-premises.
      type: int
      returned: always
    phase_before:
      description: The phase that was found, see the lifecycle in the documentation.
      type: str
      returned: always
    phase:
      description: The phase that was reached; in check mode the same as RV(protected_items[].phase_before).
      type: str
      returned: always
    goal:
      description: What was asked for; null for an item that O(goals) do not name.
      type: str
      returned: always
    at_goal:
      description: Whether the item is where it was asked to be, or past it; false where nothing was asked for it.
      type: bool
      returned: always
    direction:
      description: The direction of the failover, as the service calls it.
      type: str
      returned: always
    steps:
      description: The steps that were done; in check mode those that would be.
      type: list
      elements: str
      returned: always
    jobs:
      description: The jobs of the vault that did it, by name.
      type: list
      elements: str
      returned: always
    data_sync:
      description:
        - The chosen data synchronization; null when no failback had to start.
        - It has C(mode) (V(before_failover) or V(during_failover)), C(option) (the service's word for it), C(reason),
          C(vm_creation) (what the service is told about a missing VM, C(NoAction) or C(CreateVmIfNotFound)), and
          C(alternate_host) (the other Hyper-V host that it comes home to; empty for its own).
      type: dict
      returned: always
    error:
      description:
        - What went wrong, with code, causes, job, activity id and what to do; null when nothing did.
        - For an item that has left the vault (C(ItemGone)) C(left_in_azure) has the ids of what may still be there.
      type: dict
      returned: always
    warnings:
      description: Things to know that did not stop the item, such as what a job says that ended well.
      type: list
      elements: str
      returned: always
    timings:
      description: For each step when it was asked for and when it ended (UTC), and the seconds between.
      type: list
      elements: dict
      returned: always
    deletes:
      description:
        - What was in Azure right before the commit of a failback, all of which it deletes. Empty without a commit, or for a
          caller who may not read it.
        - Each has C(kind) (V(vm), V(disk), V(nic) or V(public_ip)), C(id) (its ARM id, or the address of a blob), C(name), and
          C(size_gb) of a disk.
      type: list
      elements: dict
      returned: always
    azure_after:
      description:
        - What became of it, thing by thing, with C(kind), C(id), C(name) and C(state).
        - V(gone) is what Azure says is not there, V(remaining) is still there and billed, V(not_proven) could not be asked for.
        - Of an item that was home before, what an earlier commit has left.
      type: list
      elements: dict
      returned: always
    locks: {description: "The locks on it, each with C(id), C(name), C(level).", type: list, elements: dict, returned: with locks}
    azure_vm: {description: "The Azure VM after its cutover, to be given on in O(seen).", type: dict, returned: when uncommitted}
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
      steps: [planned_failover, complete_failover, commit_failover, reverse_replication]
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
      deletes:
        - {kind: vm, id: /subscriptions/.../virtualMachines/sql01, name: sql01, size_gb: null}
        - {kind: disk, id: /subscriptions/.../disks/sql01-os, name: sql01-os, size_gb: 128}
        - {kind: nic, id: /subscriptions/.../networkInterfaces/nic-sql01-00, name: nic-sql01-00, size_gb: null}
      azure_after:
        - {kind: vm, id: /subscriptions/.../virtualMachines/sql01, name: sql01, state: gone}
        - {kind: disk, id: /subscriptions/.../disks/sql01-os, name: sql01-os, state: gone}
orchestration:
  description: Whether a recovery plan went by its own operations, C(chosen) is V(native) or V(itemwise), and the C(reason).
  returned: always, except when the input was refused
  type: dict
  sample: {chosen: native, reason: "the plan has manual actions on the way home: Check the storage"}
left_in_azure:
  description: What has become of each of O(left_in_azure), with C(id) and C(state) as in RV(protected_items[].azure_after).
  returned: always, except when the input was refused
  type: list
  elements: dict
  sample: [{id: /subscriptions/.../disks/sql01-os, state: remaining}]
direction:
  description: The direction of the failover, as the service calls it.
  returned: always, except when the input was refused
  type: str
  sample: RecoveryToPrimary
other_failbacks:
  description:
    - Failbacks of the vault that wait for somebody and are of no item of this run, such as that of a VM which was taken out of
      the plan while it waited at the gate. It runs in Azure until the job is resumed or the VM is failed back by name.
    - C(job) is the name of the job, C(name) the VM or recovery plan that it fails back, C(since) when it started (UTC), C(state)
      what it waits for, in the service's words. Null when the jobs of the vault could not be read for it.
  returned: when nothing is under way any more, except when the input was refused
  type: list
  elements: dict
  sample:
    - {job: 5d1f0f0e-6f5e-4f35-8d0a-2b8f3a3c9b57, name: web01, since: "2026-11-20T21:40:12Z", state: WaitingForUserInput}
"""

from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_side import EVIDENCE_OPTIONS, LEFT_OPTION
from ansible_collections.asr.hyperv.plugins.module_utils._glue.module import (
    BOUND_OPTION,
    PLAN_OPTIONS,
    SHARE_OPTION,
    MovingModule,
)
from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import GOAL_OPTIONS, STATES, SYNC_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Goal


def main() -> None:
    state = {"type": "str", "choices": STATES, "default": Goal.PROTECTED.value}
    options = {**SYNC_OPTIONS, **PLAN_OPTIONS, **SHARE_OPTION, **BOUND_OPTION, **EVIDENCE_OPTIONS, **LEFT_OPTION}
    module = MovingModule({"state": state, **GOAL_OPTIONS, **options}, exclusive=[("state", "goals")])
    module.looks_for_others = True
    module.move(Goal(module.params["state"]))


if __name__ == "__main__":
    main()
