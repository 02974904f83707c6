# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.remembered`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: remembered
short_description: Say whom an earlier report of a failback has as its members
version_added: 0.1.0
description:
  - Whoever was in a failback that has not ended for all of them.
  - The role P(asr.hyperv.failback#role) compares them with those of now.
author: asr.hyperv contributors (@asr-hyperv)
positional: plan
options:
  _input:
    description: The report, as the role writes it; empty for none.
    type: dict
    required: true
  plan:
    description: The recovery plan of now, empty where VMs are named. Another one has other members.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Who was in it?
  ansible.builtin.debug:
    msg: "{{ lookup('ansible.builtin.file', 'report.json') | from_json | asr.hyperv.remembered('production') }}"
"""

RETURN = r"""
_value:
  description: The members of then, with C(name), C(id), C(vm_id), C(phase) and C(azure_vm_id).
  type: list
  elements: dict
"""


from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.module_utils._roles import story as _story
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Report


def remembered(previous: Report, plan: str = "") -> list:
    """See DOCUMENTATION."""
    try:
        return _story.remembered(previous, plan)
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"remembered": remembered}
