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
  - Reads for each protected item whether it has a VM in Azure, its power state and its disks. These are what the commit of a
    failback deletes.
  - Without O(protected_items) and O(recovery_plan) all items of the vault that are Hyper-V to Azure are read.
  - The caller needs the right to read the VMs, which are in another resource group than the vault.
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
      description: The name of the Azure VM that the vault tells; empty when it tells none.
      type: str
      returned: always
    resource_group:
      description: The resource group that the vault tells.
      type: str
      returned: always
    exists:
      description: Whether there is such a VM.
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
    provisioning_state:
      description: Azure's word for it.
      type: str
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
      provisioning_state: Succeeded
      disks: [{name: sql01-os, size_gb: 128, managed: true, where: /subscriptions/.../disks/sql01-os}]
"""

from dataclasses import asdict

from ansible_collections.asr.hyperv.plugins.module_utils._azure_vms import AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._module import ONE_TARGET, TARGET_OPTIONS, AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._planning import hyperv_items, select
from ansible_collections.asr.hyperv.plugins.module_utils._wire import last_part

NOTHING = AzureVm(id="", name="", location="", size="", power_state="", provisioning_state="")


def entry(vault: object, item: ProtectedItem) -> dict:
    """The Azure VM of one item."""
    group, name = last_part(item.azure_resource_group_id), item.azure_vm_name
    body = vault.azure_vm(group, name) if group and name else None
    found = asdict(AzureVm.from_service(body) if body else NOTHING)
    own = {"protected_item": item.friendly_name, "name": name, "resource_group": group, "exists": body is not None}
    return {**found, **own, "disks": list(found["disks"])}


def read(module: AsrModule, vault: object) -> dict:
    """The VMs of the items that were asked for; of all of the vault when none were named."""
    target = [module.params[option] for option in TARGET_OPTIONS]
    groups = select(vault, *target) if any(target) else hyperv_items(vault)
    return {"azure_vms": [entry(vault, item) for group in groups for item in group]}


def main() -> None:
    AsrModule(TARGET_OPTIONS, mutually_exclusive=ONE_TARGET).run(read)


if __name__ == "__main__":
    main()
