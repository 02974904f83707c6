# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.plan_inventory`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: plan_inventory
short_description: Make an inventory of the members of recovery plans
version_added: 0.1.0
description:
  - Each plan becomes a group, and each of its groups too. All plans are in the group C(recovery_plans).
  - A VM whose name cannot be a host is not in it, such as V(db[01:03]), which would be three hosts.
    P(asr.hyperv.unfit_hosts#filter) names them.
author: asr.hyperv contributors (@asr-hyperv)
positional: taken
options:
  _input:
    description: Plans in the words of M(asr.hyperv.recovery_plan), as C(definition) of M(asr.hyperv.recovery_plan_info).
    type: list
    elements: dict
    required: true
  taken:
    description: Names of Hyper-V hosts, which a VM never becomes.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Write an inventory of all plans
  ansible.builtin.copy:
    content: "{{ vault.recovery_plans | map(attribute='definition') | select | asr.hyperv.plan_inventory
      | to_nice_yaml(sort_keys=false) }}"
    dest: inventory.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The inventory, as the data of a YAML inventory file.
  type: dict
"""

from collections.abc import Sequence

from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.module_utils._plans import inventory as _plan_inventory
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput


def plan_inventory(plans: Sequence, taken: Sequence = ()) -> dict:
    """See DOCUMENTATION."""
    try:
        return _plan_inventory.plan_inventory(plans, taken)
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"plan_inventory": plan_inventory}
