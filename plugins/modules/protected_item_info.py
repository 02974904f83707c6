#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: protected_item_info
short_description: Say where protected Hyper-V VMs stand between on-premises and Azure
version_added: 0.1.0
description:
  - Reads the protected items of a vault and says for each in which phase between on-premises and Azure it is, what the next
    step would be, which steps are legal, and which job runs.
  - Without O(protected_items) and O(recovery_plan) all items of the vault that are Hyper-V to Azure are read.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.read_only
  - asr.hyperv.vault
options:
  protected_items:
    description: Only these items, each by name, friendly name or ARM id.
    type: list
    elements: str
  recovery_plan:
    description: Only the members of this recovery plan, in the order of its groups.
    type: str
  groups:
    description: Only these items, group by group, each by name, friendly name or ARM id.
    type: list
    elements: list
seealso:
  - module: asr.hyperv.failback
  - module: asr.hyperv.recovery_plan_info
"""

EXAMPLES = r"""
- name: Where does everything stand?
  asr.hyperv.protected_item_info:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
  register: vault

- name: Show one line for each VM
  ansible.builtin.debug:
    msg: "{{ item.name }} is {{ item.phase }}, {{ item.next }}"
  loop: "{{ vault.protected_items }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
protected_items:
  description: One entry for each protected item.
  returned: always
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
    vm_id:
      description: The id that Hyper-V knows the VM by.
      type: str
      returned: always
    azure_vm_id:
      description: The ARM id of its VM in Azure, by the word of the vault; empty when it tells none.
      type: str
      returned: always
    phase:
      description: The phase it is in, between on-premises and Azure.
      type: str
      returned: always
    direction:
      description:
        - The way that it is on, or takes with its next step. C(RecoveryToPrimary) while it is away or not committed at home, else
          C(PrimaryToRecovery).
      type: str
      returned: always
    next:
      description:
        - What happens next, in words. Where a job waits for a manual action, which one, and how to say that it was done.
        - Where the vault does not allow the next step now, what that would need and what it allows.
        - Why an item is left alone whose id or job the vault tells in a way that cannot be.
      type: str
      returned: always
    legal_steps:
      description:
        - The steps that may be asked for now, on the way home, to Azure or in a drill; each is a module of this collection,
          C(test_failover_cleanup) is M(asr.hyperv.test_failover) with C(state=absent).
        - What the vault does not allow now (RV(protected_items[].allowed_operations)) is not among them.
      type: list
      elements: str
      returned: always
    group:
      description: Its group in the recovery plan, from 1; null when no plan was named.
      type: int
      returned: always
    active_location:
      description: Where the VM is active, C(Primary) is on-premises and C(Recovery) is Azure.
      type: str
      returned: always
    protection_state:
      description: The service's own word for the state.
      type: str
      returned: always
    allowed_operations:
      description: What the service allows now.
      type: list
      elements: str
      returned: always
    replication_health:
      description: The health of the replication, in the service's words.
      type: str
      returned: always
    failover_health:
      description: Whether a failover would work, in the service's words; empty when it does not say.
      type: str
      returned: always
    health_errors:
      description:
        - What the service says against its health, replication and failover together, with C(code), C(level), C(category),
          C(message), C(possible_causes), C(recommended_action), and C(inner), the errors that it is made of.
      type: list
      elements: dict
      returned: always
    recovery_point_age_seconds:
      description:
        - Seconds since Azure received its last recovery point, by the service's own clock; null when the vault does not say.
      type: int
      returned: always
    days_in_azure:
      description: Days since the failover to Azure; null when the VM is not active there or the vault does not say.
      type: float
      returned: always
    job:
      description: The job that runs on the item, or its last failback job when that went wrong; null when there is none.
      type: dict
      returned: always
    site:
      description: The Hyper-V site or VMM server.
      type: str
      returned: always
    provider_id:
      description: The ARM id of the provider of its host or VMM server; M(asr.hyperv.provider_info) tells which one that is.
      type: str
      returned: always
    policy:
      description: The name of the replication policy.
      type: str
      returned: always
    disks:
      description:
        - The disks with their sizes in MB. C(azure_location) is where Azure keeps it for the VM there, empty once a failback is
          committed.
      type: list
      elements: dict
      returned: always
    nics:
      description:
        - The network adapters. C(switch) is what each was plugged into on-premises, C(static_ips) are the fixed addresses that
          it has there, which the vault seldom records. C(azure_network_id) and C(azure_static_ips) are what it gets in Azure.
      type: list
      elements: dict
      returned: always
    switches:
      description: The names of the virtual switches that the VM was connected to on-premises; none when VMM places it.
      type: list
      elements: str
      returned: always
    vm_networks:
      description: The names of the VM networks of VMM that it was connected to; none on a Hyper-V site.
      type: list
      elements: str
      returned: always
    cpu_count:
      description: Processors that the VM had on-premises; null when the vault does not say.
      type: int
      returned: always
    memory_mb:
      description: Its memory on-premises in MB; null when the vault does not say.
      type: int
      returned: always
  sample:
    - name: sql01
      id: /Subscriptions/.../replicationProtectedItems/sql01
      vm_id: 8e5c2e0f-3c8e-4d25-9a7e-1a2b3c4d5e6f
      azure_vm_id: /subscriptions/.../virtualMachines/sql01
      phase: failed_over
      direction: RecoveryToPrimary
      next: "next: planned_failover"
      legal_steps: ["planned_failover (RecoveryToPrimary)"]
      group: 1
      active_location: Recovery
      protection_state: UnplannedFailoverCommitted
      allowed_operations: [CompleteMigration, DisableProtection, Failback]
      replication_health: Normal
      failover_health: Warning
      health_errors:
        - code: "161011"
          level: Warning
          category: TestFailover
          message: No successful test failover has been done on the virtual machine 'sql01'.
          possible_causes: ""
          recommended_action: Do a test failover on the virtual machine.
          inner: []
      recovery_point_age_seconds: 449280
      days_in_azure: 5.2
      job: null
      site: site1
      provider_id: /Subscriptions/.../replicationRecoveryServicesProviders/4f4a1c5e-2f46-4a5c-9f0a-0b5b8d1c7e11
      policy: every five minutes
      disks: [{name: sql01-os, size_mb: 131072, role: OperatingSystem, azure_location: ""}]
      nics: [{id: TWljcm9zb2Z0Og==, switch: LAN, static_ips: [], azure_network_id: /subscriptions/.../v1, azure_static_ips: []}]
      switches: [LAN]
      vm_networks: []
      cpu_count: 4
      memory_mb: 16384
manual_actions:
  description: The manual actions on the way home of the recovery plan that was asked for.
  returned: always
  type: list
  elements: str
  sample: []
phases:
  description: How many items are in each phase.
  returned: always
  type: dict
  sample: {failed_over: 11, protected: 1}
"""

from collections import Counter

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import (
    find_plan,
    hyperv_items,
    select,
)
from ansible_collections.asr.hyperv.plugins.module_utils._engine.survey import survey
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.entries import item_entry
from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import ONE_TARGET, TARGET_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import by_plan


def read(module: AsrModule, vault: Vault) -> Result:
    """The items that were asked for; all of the vault when none were named."""
    names, plan_name, groups = (module.params[option] for option in TARGET_OPTIONS)
    plan = find_plan(vault, plan_name) if plan_name else None
    if plan:
        found = by_plan(plan, vault.items.list(plan.name))
    else:
        found = select(vault, names, None, groups) if names or groups else hyperv_items(vault)
    tracks = survey(vault, found, None)
    now = vault.service_time()
    return {
        "protected_items": [item_entry(vault, track, now) for track in tracks],
        "manual_actions": list(plan.manual_actions) if plan else [],
        "phases": dict(Counter(track.phase.value for track in tracks)),
    }


def main() -> None:
    AsrModule(TARGET_OPTIONS, mutually_exclusive=ONE_TARGET).run(read)


if __name__ == "__main__":
    main()
