#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: azure_vm_info
short_description: Read the Azure VMs of protected items
version_added: 0.1.0
description:
  - Reads for each protected item whether it has a VM in Azure, its power state, addresses and disks. VM and disks are what the
    commit of a failback deletes.
  - Without O(protected_items) and O(recovery_plan) all items of the vault that are Hyper-V to Azure are read.
  - The caller needs the right to read the VMs, which are in another resource group than the vault. Without the right to read
    their network interfaces, public addresses or disks a warning says so and these are empty or null.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.read_only
  - asr.hyperv.vault
options:
  protected_items:
    description: Only the VMs of these items, each by name, friendly name or ARM id.
    type: list
    elements: str
  recovery_plan:
    description: Only the VMs of the members of this recovery plan.
    type: str
  groups:
    description: Only the VMs of these items, group by group, each by name, friendly name or ARM id.
    type: list
    elements: list
  test_vms:
    description: Read the VMs that a test failover made instead. They have the name of the item's own one with C(-test) behind it.
    type: bool
    default: false
  disks:
    description:
      - ARM ids of managed disks to look for, such as those that an earlier task had as C(where) in C(disks), to see after a
        commit that they are gone.
      - Disks that are blobs of a storage account cannot be looked for. See C(recorded_disks) for them.
    type: list
    elements: str
    default: []
seealso:
  - module: asr.hyperv.protected_item_info
  - module: asr.hyperv.commit_failover
"""

EXAMPLES = r"""
- name: What does Azure still have?
  asr.hyperv.azure_vm_info:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    recovery_plan: production
  register: azure

- name: Nothing runs in Azure any more
  ansible.builtin.assert:
    that: azure.azure_vms | selectattr('power_state', 'eq', 'running') | length == 0

- name: After the commit, is everything gone that was there?
  asr.hyperv.azure_vm_info:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    recovery_plan: production
    disks: "{{ azure.azure_vms | map(attribute='disks') | flatten | selectattr('managed') | map(attribute='where') }}"
  register: now
  failed_when: now.azure_vms | selectattr('exists') or now.disks | selectattr('exists')
"""

RETURN = r"""
azure_vms:
  description: One entry for each protected item.
  returned: always
  type: list
  elements: dict
  contains:
    protected_item:
      description: The name of the protected item's VM.
      type: str
      returned: always
    name:
      description:
        - The name of the Azure VM that the vault tells; empty when it tells none.
        - Where another machine had that name already, the one that the failover gave the VM instead.
      type: str
      returned: always
    resource_group:
      description: The resource group that the vault tells.
      type: str
      returned: always
    exists:
      description:
        - Whether there is such a VM. Another machine of its name, which was there before the failover, is not taken for it.
        - Null, with a warning, when it is in another subscription than the vault, which is not read.
        - Null, with a warning, when its id or the answer cannot be; the others are read.
      type: bool
      returned: always
    id:
      description: Its ARM id; empty when there is no such VM, like all below.
      type: str
      returned: always
    location:
      description: Its region.
      type: str
      returned: always
    size:
      description: Its size.
      type: str
      returned: always
    power_state:
      description: Azure's word for it, such as C(running) or C(deallocated).
      type: str
      returned: always
    power_state_since:
      description:
        - Since when it has been in this power state at the latest, in UTC; null when Azure does not say.
        - Azure seldom times the power itself. Then it is the end of the last operation on the VM.
      type: str
      returned: always
    provisioning_state:
      description: Azure's word for it.
      type: str
      returned: always
    private_ips:
      description: Its private addresses.
      type: list
      elements: str
      returned: always
    public_ips:
      description: Its public addresses.
      type: list
      elements: str
      returned: always
    network_interfaces:
      description: The ARM ids of its network interfaces.
      type: list
      elements: str
      returned: always
    recorded_disks:
      description:
        - Where the vault says that the disks of the VM in Azure are. The vault forgets them when it has committed the failback
          and deleted them, so this is empty then.
      type: list
      elements: str
      returned: always
    disks:
      description: Its disks. C(where) is the ARM id of a managed disk, else the address of its blob.
      type: list
      elements: dict
      returned: always
  sample:
    - protected_item: sql01
      name: sql01
      resource_group: rg-failover
      exists: true
      id: /subscriptions/.../virtualMachines/sql01
      location: westeurope
      size: Standard_D2s_v3
      power_state: running
      power_state_since: "2026-01-31T22:00:00Z"
      provisioning_state: Succeeded
      private_ips: [10.0.0.4]
      public_ips: []
      network_interfaces: [/subscriptions/.../networkInterfaces/nic-sql01-00]
      recorded_disks: ["https://cache.blob.core.windows.net/vhds/sql01-os.vhd"]
      disks: [{name: sql01-os, size_gb: 128, managed: true, where: /subscriptions/.../disks/sql01-os}]
disks:
  description: Whether each of O(disks) is there.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ARM id that was asked for.
      type: str
      returned: always
    exists:
      description: Whether there is such a disk; null when the caller may not read it.
      type: bool
      returned: always
  sample:
    - {id: /subscriptions/.../disks/sql01-os, exists: false}
"""

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import hyperv_items, select
from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_lookups import Lookups, vm_entry
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import ONE_TARGET, TARGET_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import TEST_ENDING


def read(module: AsrModule, vault: Vault) -> Result:
    """The VMs of the items that were asked for, of all of the vault when none were named; and the disks by id."""
    target = [module.params[option] for option in TARGET_OPTIONS]
    found = select(vault, *target) if any(target) else hyperv_items(vault)
    lookups = Lookups(module, vault)
    ending = TEST_ENDING if module.params["test_vms"] else ""
    return {
        "azure_vms": [vm_entry(lookups, item, ending) for wave in found for item in wave],
        "disks": [{"id": disk, "exists": lookups.get(disk)[1]} for disk in module.params["disks"]],
    }


def main() -> None:
    disks = {"type": "list", "elements": "str", "default": []}
    options = {**TARGET_OPTIONS, "test_vms": {"type": "bool", "default": False}, "disks": disks}
    AsrModule(options, mutually_exclusive=ONE_TARGET).run(read)


if __name__ == "__main__":
    main()
