# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.drilled`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: drilled
short_description: Say what a drill showed of each VM
version_added: 0.1.0
description:
  - Puts the answers of M(asr.hyperv.test_failover) and M(asr.hyperv.azure_vm_info) and the reasons of checks that failed
    together. The role P(asr.hyperv.drill#role) makes its verdicts of it.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _input:
    description: The C(protected_items) of M(asr.hyperv.test_failover) when it started the test VMs.
    type: list
    elements: dict
    required: true
  azure:
    description: The whole answer of M(asr.hyperv.azure_vm_info) with C(test_vms=true). Without it nothing is said of Azure.
    type: dict
  failures:
    description: The reasons of checks that failed, by the id of the protected item.
    type: dict
  cleaned:
    description: The whole answer of M(asr.hyperv.test_failover) with C(state=absent). Without it test VMs may stay.
    type: dict
  remains:
    description:
      - The whole answer of M(asr.hyperv.azure_vm_info) with C(test_vms=true) after the cleanup, with the managed disks of before
        in its option C(disks). Without it nobody looks whether the test VMs are gone.
    type: dict
"""

EXAMPLES = r"""
- name: Who did not start?
  ansible.builtin.debug:
    msg: "{{ started.protected_items | asr.hyperv.drilled(azure=azure) | rejectattr('passed') | map(attribute='problems') }}"
"""

RETURN = r"""
_value:
  description:
    - One entry for each VM with C(name), C(id), C(group) (of the plan), C(wave) (of the drill), C(passed), C(problems),
      C(test_vm), C(power_state), C(private_ips), C(start_seconds), C(cleaned_up), C(cleanup_seconds) and C(jobs).
  type: list
  elements: dict
"""

from ansible_collections.asr.hyperv.plugins.module_utils._roles.drill import drilled


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"drilled": drilled}
