# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.validation`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: validation
short_description: Say whether VMs run on-premises and are what the vault recorded
version_added: 0.1.0
description:
  - Compares protected items with the VMs that Hyper-V hosts have. The role P(asr.hyperv.validate#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: looks
options:
  _input:
    description: Protected items as M(asr.hyperv.protected_item_info) returns them.
    type: list
    elements: dict
    required: true
  looks:
    description:
      - Looks of M(asr.hyperv.look_at_hosts), or the results of M(asr.hyperv.vm_info) in a loop over hosts.
      - Of two looks at the same host the later one counts.
      - A host that could not be asked is no error here. It is named where a VM was not found.
    type: list
    elements: dict
    required: true
  vms:
    description:
      - By name or ARM id of a VM, what is special about it. The keys are those of C(validate_vms) of the role; what cannot be
        understood is refused.
    type: dict
    default: {}
  must_match:
    description: In which parts a difference from the vault is a problem. In other parts it is only told.
    type: list
    elements: str
    choices: [cpu, memory, disks, switches, vlan, addresses, baseline]
    default: [disks, switches, vlan]
  known:
    description:
      - What else is known. C(hosts) are all hosts that may be asked, what the vault calls each by its name in the inventory; each
        entry says in C(ask) which of them to look at next. Without it those that were looked at are all.
      - C(providers) is what M(asr.hyperv.provider_info) returned, which tells the host of each VM. That one is asked first.
      - C(recorded) are entries that this filter returned before, for their addresses (C(addresses) of O(must_match)).
      - C(baseline) are looks that the playbook C(asr.hyperv.baseline) kept, to compare with (C(baseline) of O(must_match)).
      - C(isolated_switch) is a switch that a VM may be plugged into instead of those that were recorded.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Read the VMs of all hosts
  asr.hyperv.look_at_hosts:
    hosts: "{{ groups['hyperv_hosts'] }}"
  register: found

- name: Who does not run as it should?
  ansible.builtin.debug:
    msg: "{{ vault.protected_items | asr.hyperv.validation(found.looks) | rejectattr('passed') }}"
"""

RETURN = r"""
_value:
  description:
    - One entry for each item. C(problems) says what is wrong, C(differences) what is not as recorded, C(waiting) whether
      the VM may only need more time, C(ask) which hosts to look at next, C(vm) is the entry of M(asr.hyperv.vm_info).
  type: list
  elements: dict
  sample:
    - name: web01
      id: /Subscriptions/.../replicationProtectedItems/web01
      vm_id: 8e5c2e0f-3c8e-4d25-9a7e-1a2b3c4d5e6f
      host: hv01
      state: started
      heartbeat: OkApplicationsHealthy
      ip_addresses: [192.0.2.10]
      address: 192.0.2.10
      uptime_seconds: 95
      vm: {}
      differences: []
      problems: []
      waiting: false
      ask: []
      passed: true
"""

from collections.abc import Mapping

from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.module_utils._roles.asking import Group
from ansible_collections.asr.hyperv.plugins.module_utils._roles.baseline import by_name_and_id
from ansible_collections.asr.hyperv.plugins.module_utils._roles.comparing import PARTS
from ansible_collections.asr.hyperv.plugins.module_utils._roles.validation import check_wanted, validate, with_recorded
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import HostName, Look

USUAL = ("disks", "switches", "vlan")


def look_of(result: Mapping) -> Look:
    """A look of look_at_hosts, or a result of a loop, as the domain takes it; why it has no VMs where it has none."""
    host = result["inventory"] if "inventory" in result else result["item"]
    if "vms" in result:
        machine = result.get("machine") or (result.get("host") or {}).get("machine_id") or ""
        cluster = result.get("cluster") or (result.get("host") or {}).get("cluster") or ""
        mapped = result.get("switch_map")
        return {"host": host, "machine": machine, "cluster": cluster, "vms": result["vms"], "switch_map": mapped}
    return {"host": host, "error": result.get("error") or result.get("msg") or "it gave no answer"}


def validation(
    items: list, looks: list, vms: Mapping | None = None, must_match: tuple = USUAL, known: Mapping | None = None
) -> list:
    """See DOCUMENTATION."""
    unknown = sorted(set(must_match) - set(PARTS))
    if unknown:
        raise AnsibleFilterError(f"must_match: {', '.join(unknown)} is not allowed. Allowed: {', '.join(PARTS)}.")
    try:
        check_wanted(vms or {})
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error
    more = known or {}
    kept = None if more.get("baseline") is None else by_name_and_id(more["baseline"])
    wanted = with_recorded(items, vms or {}, more.get("recorded") or [], more.get("isolated_switch") or "", kept)
    hosts: list[HostName] = [{"host": host, "name": name} for host, name in (more.get("hosts") or {}).items()]
    group = Group(hosts, more.get("providers") or []) if hosts else None
    try:
        return validate(items, [look_of(look) for look in looks], wanted, must_match, group)
    except BadInput as error:  # of a host's variable
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"validation": validation}
