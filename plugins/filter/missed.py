# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.missed`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: missed
short_description: Say who was part of a failback and is not now, and which failbacks are nobody's
version_added: 0.1.0
description:
  - Compares members of an earlier moment with those of now, in view of all that the vault has.
  - The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: found, vault, accepted
options:
  _input:
    description: The members of before, with C(name), C(id), C(vm_id), C(phase) and C(azure_vm_id).
    type: list
    elements: dict
    required: true
  found:
    description: The members of now, as M(asr.hyperv.protected_item_info) returns them.
    type: list
    elements: dict
    required: true
  vault:
    description:
      - C(items), all items of the vault as M(asr.hyperv.protected_item_info) returns them; none where they cannot be read.
      - C(jobs) of M(asr.hyperv.job_info) and C(plans) of M(asr.hyperv.recovery_plan_info). Without C(jobs) nothing is said of
        failbacks that are nobody's.
    type: dict
    required: true
  accepted:
    description: Names or ids of VMs that a person agreed to miss.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Who is missing?
  ansible.builtin.debug:
    msg: "{{ before | asr.hyperv.missed(now.protected_items, {'items': all.protected_items}) | map(attribute='says') }}"
"""

RETURN = r"""
_value:
  description:
    - One entry for each, with C(name), C(id), C(phase), C(azure_vm_id), C(says) (where it runs, what is left, what to do),
      C(accepted), and C(kind) - V(member), V(stranger) (a failback under way that is in no plan) or V(abandoned) (one
      that the vault only remembers by its job).
  type: list
  elements: dict
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import membership as _membership
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import AllOfVault


def missed(before: Sequence, found: Sequence, vault: AllOfVault, accepted: Sequence[str] | str = ()) -> list:
    """See DOCUMENTATION."""
    names = accepted.split(",") if isinstance(accepted, str) else accepted
    return _membership.missed(before, found, vault, names)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"missed": missed}
