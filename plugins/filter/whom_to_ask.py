# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.whom_to_ask`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: whom_to_ask
short_description: Say which Hyper-V hosts have some VMs, or get them
version_added: 0.1.0
description:
  - For a VM that no host was seen with, and that no host gets, it is all of them.
  - The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: sightings, homes
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
  homes:
    description: By id of the item, the host that it comes home to.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Whom do we ask?
  ansible.builtin.debug:
    msg: "{{ wave | asr.hyperv.whom_to_ask(sightings) }}"
"""

RETURN = r"""
_value:
  description: The names of the hosts in the inventory.
  type: list
  elements: str
  sample: [hv01.contoso.example]
"""

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import looks as _looks


def whom_to_ask(members: Sequence, sightings: Sequence, homes: Mapping | None = None) -> list:
    """See DOCUMENTATION."""
    return _looks.whom_to_ask(members, sightings, homes or {})


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"whom_to_ask": whom_to_ask}
