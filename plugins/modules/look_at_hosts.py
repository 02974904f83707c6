#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The documentation of an action: all of it runs on the control node, in plugins/action/.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: look_at_hosts
short_description: Read several Hyper-V hosts side by side
version_added: 0.1.0
description:
  - Runs M(asr.hyperv.vm_info), or with O(whole) M(asr.hyperv.host_info), on hosts of the inventory, from a task on the control
    node. Each is one call of a host, however many VMs it has. The hosts are read side by side, each over the connection that the
    inventory gives it, so that slow and dead ones cost the time of one.
  - A host that cannot be read is no error. Its look says why.
  - The roles of this collection are made of it. It is an action of the control node and has no module on the host.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.read_only
attributes:
  platform:
    description: Where it runs, which is the control node. The hosts are reached with the C(winrm) or C(psrp) connection.
    support: full
    platforms: posix
options:
  hosts:
    description: Hosts as the inventory calls them.
    type: list
    elements: str
    required: true
  ids:
    description: Only the VMs with these ids, as in M(asr.hyperv.vm_info). An empty list stands for all VMs here.
    type: list
    elements: str
  details:
    description: What is read of each VM, as in M(asr.hyperv.vm_info), which also says what is usual.
    type: list
    elements: str
  whole:
    description: Whether the hosts themselves are read, too.
    type: bool
    default: false
  at_once:
    description: How many hosts are read at a time; V(0) for as many as Ansible has forks, and ten at least.
    type: int
    default: 0
  limit:
    description: Seconds that one host may take.
    type: float
    default: 120
seealso:
  - module: asr.hyperv.vm_info
  - module: asr.hyperv.host_info
"""

EXAMPLES = r"""
- name: Read all hosts
  asr.hyperv.look_at_hosts:
    hosts: "{{ groups['hyperv_hosts'] }}"
  register: found

- name: Which of them could not be read?
  ansible.builtin.debug:
    msg: "{{ found.looks | selectattr('error', 'defined') | items2dict(key_name='inventory', value_name='error') }}"
"""

RETURN = r"""
looks:
  description: One entry for each host, in their order.
  returned: always
  type: list
  elements: dict
  contains:
    inventory:
      description: What the inventory calls the host.
      type: str
      returned: always
    name:
      description: What the vault calls it, which is its variable C(asr_host_name), or the same.
      type: str
      returned: always
    hyperv_host:
      description: What M(asr.hyperv.host_info) returned.
      type: dict
      returned: when O(whole) is set and it could be read
    vms:
      description: The VMs, as M(asr.hyperv.vm_info) returns them. Empty where Hyper-V does not run.
      type: list
      elements: dict
      returned: when it could be read
    machine:
      description: What the firmware calls it. Two names of one host have the same.
      type: str
      returned: when its VMs could be read
    cluster:
      description: The failover cluster that it is a node of. Empty without one.
      type: str
      returned: when its VMs could be read
    switch_map:
      description: Its variable C(asr_switch_map), what it calls the switches of another host.
      type: dict
      returned: when it has one
    error:
      description: Why it could not be read.
      type: str
      returned: when it could not be read
    reached:
      description: Whether it answered at all.
      type: bool
      returned: when it could not be read
  sample:
    - {inventory: hv01, name: hv01.contoso.example, machine: 4c4c4544-0042-3510-8053-b9c04f4d5931, vms: []}
    - {inventory: hv02, name: hv02.contoso.example, error: "takes no connection at 192.0.2.3:5986 (timed out)", reached: false}
"""
