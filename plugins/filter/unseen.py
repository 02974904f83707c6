# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.unseen`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: unseen
short_description: Say which VMs none of some Hyper-V hosts has
version_added: 0.1.0
description:
  - VMs are found by their id. The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: sightings
options:
  _input:
    description: Protected items with C(id), C(name) and C(vm_id).
    type: list
    elements: dict
    required: true
  sightings:
    description: One entry for each host that was read, with C(inventory), C(name), and C(vms) or C(error).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Who is nowhere?
  ansible.builtin.debug:
    msg: "{{ wave | asr.hyperv.unseen(sightings) }}"
"""

RETURN = r"""
_value:
  description: The names of the VMs.
  type: list
  elements: str
  sample: [app01]
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import looks as _looks


def unseen(members: Sequence, sightings: Sequence) -> list:
    """See DOCUMENTATION."""
    return _looks.unseen(members, sightings)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"unseen": unseen}
