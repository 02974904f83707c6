# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.objection`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: objection
short_description: Say what is wrong with the wishes for a failback
version_added: 0.1.0
description:
  - An order, hooks or a gate that cannot be understood or kept, in words, for a message of your own.
author: asr.hyperv contributors (@asr-hyperv)
positional: wishes
options:
  _input:
    description: Protected items as M(asr.hyperv.protected_item_info) or M(asr.hyperv.failback) return them.
    type: list
    elements: dict
    required: true
  wishes:
    description:
      - Any of C(dependencies), C(canary), C(named) (by option, names in it), C(hooks), C(vms) (wishes for VMs, by name), C(login)
        (whether Ansible logs in to VMs, which then have to be in C(inventory)), and C(rules), those of
        the gate - C(gate), C(window), C(share) and C(commit_after).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: An order that can be kept
  ansible.builtin.assert:
    that: "vault.protected_items | asr.hyperv.objection({'dependencies': needs}) == ''"
    fail_msg: "{{ vault.protected_items | asr.hyperv.objection({'dependencies': needs}) }}"
"""

RETURN = r"""
_value:
  description: A line for each thing that is wrong; empty when nothing is.
  type: str
  sample: ""
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import wishes as _wishes
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Wishes


def objection(items: Sequence, wishes: Wishes) -> str:
    """See DOCUMENTATION."""
    return _wishes.objection(items, wishes)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"objection": objection}
