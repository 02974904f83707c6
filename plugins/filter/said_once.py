# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.said_once`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: said_once
short_description: Say a reason that several VMs have once
version_added: 0.1.0
description:
  - The role P(asr.hyperv.failback#role) tells so who is left out, and why.
author: asr.hyperv contributors (@asr-hyperv)
positional: one, several
options:
  _input:
    description: Reasons, by name of the VM.
    type: dict
    required: true
  one:
    description: What stands between one VM and its reason.
    type: str
    default: ": "
  several:
    description: What stands between several VMs and their reason; as O(one) when it is empty.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Who is left out?
  ansible.builtin.debug:
    msg: "{{ blocked | asr.hyperv.said_once(' is left out: ', ' are left out: ') }}"
"""

RETURN = r"""
_value:
  description: A line for each reason. Several VMs are told by their count, with the names of the first.
  type: list
  elements: str
  sample: ["2 VMs (app01, db01) are left out: hv01 has no virtual switch 'LAN'."]
"""

from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import said_once


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"said_once": said_once}
