# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.entrance`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: entrance
short_description: Say whom the preflight of a failback leaves out
version_added: 0.1.0
description:
  - Reads the answer of M(asr.hyperv.readiness_info). The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: policy, looks
options:
  _input:
    description: The whole answer of M(asr.hyperv.readiness_info).
    type: dict
    required: true
  policy:
    description: V(leave) leaves those that are blocked out, with V(stop) nobody goes then.
    type: str
    choices: [leave, stop]
    default: leave
  looks:
    description: Whether the hosts are looked at again right before the cutover.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Who may not go?
  ansible.builtin.debug:
    msg: "{{ (readiness | asr.hyperv.entrance).blocked }}"
"""

RETURN = r"""
_value:
  description:
    - C(barrier), why nothing is to be started; empty when something may be. C(blocked), by name why some are left out.
    - C(suspects), the same of those that stand at the gate, which the look right before the cutover decides on.
    - C(locked), by name which lock in Azure would let the commit of some fail.
  type: dict
  sample: {barrier: "", blocked: {app01: "hv01 has no virtual switch 'LAN'. Create it."}, suspects: {}, locked: {}}
"""


from ansible_collections.asr.hyperv.plugins.module_utils._roles import entrance as _entrance
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Readiness


def entrance(answer: Readiness, policy: str = _entrance.LEAVE, looks: bool = False) -> dict:
    """See DOCUMENTATION."""
    return _entrance.entrance(answer, policy=policy, looks=looks)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"entrance": entrance}
