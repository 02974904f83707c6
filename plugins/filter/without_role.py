# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.without_role`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: without_role
short_description: Name the VMs that a failback has made in a failover cluster and that are no roles of it
version_added: 0.1.0
description:
  - A VM that was on its node before is left out, whether it is a role or not.
  - The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: sightings, came
options:
  _input:
    description: Protected items with C(id), C(name) and C(vm_id).
    type: list
    elements: dict
    required: true
  sightings:
    description: The C(looks) of M(asr.hyperv.look_at_hosts), after the failback.
    type: list
    elements: dict
    required: true
  came:
    description: What was asked for (C(alternate_host), C(item_options)), and C(verdicts) of M(asr.hyperv.readiness_info).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Who would not be started on another node?
  ansible.builtin.debug:
    msg: "{{ vault.protected_items | asr.hyperv.without_role(found.looks, {'alternate_host': 'hv03'}) }}"
"""

RETURN = r"""
_value:
  description: One entry for each of them, with the host in the words of the inventory and of the vault.
  type: list
  elements: dict
  sample:
    - name: web01
      vm_id: 8e5c2e0f-3c8e-4d25-9a7e-1a2b3c4d5e6f
      inventory: hv03
      name_of_host: hv03.contoso.example
      cluster: clu01
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import cluster_roles as _cluster_roles
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import Came


def without_role(items: Sequence, sightings: Sequence, came: Came) -> list:
    """See DOCUMENTATION."""
    return _cluster_roles.without_role(items, sightings, came)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"without_role": without_role}
