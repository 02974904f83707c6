# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.as_written`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: as_written
short_description: Call options in messages as the reader has to write them
version_added: 0.1.0
description:
  - A module tells to set C(create_vm_if_missing). Whoever runs a role has to set C(failback_create_vm_if_missing).
author: asr.hyperv contributors (@asr-hyperv)
positional: role, timeout
options:
  _input:
    description: A text, or data with texts in it.
    type: raw
    required: true
  role:
    description: The role, such as V(failback).
    type: str
    required: true
  timeout:
    description: What O(asr.hyperv.failback#module:wait_timeout) is called there, where the role has several.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Say what to do
  ansible.builtin.debug:
    msg: "{{ answer.msg | asr.hyperv.as_written('failback') }}"
"""

RETURN = r"""
_value:
  description: The same with the names of the role.
  type: raw
  sample: "Set failback_create_vm_if_missing: true."
"""

from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.specs import as_written


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"as_written": as_written}
