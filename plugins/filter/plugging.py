# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.plugging`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: plugging
short_description: Say into which switches the network adapters of VMs have to be plugged
version_added: 0.1.0
description:
  - Compares the switches that the vault recorded with those that the VMs are plugged into on their hosts. The entry points
    C(isolate) and C(plug_in) of the role P(asr.hyperv.validate#role) are made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: looks
options:
  _input:
    description: Protected items as M(asr.hyperv.protected_item_info) returns them.
    type: list
    elements: dict
    required: true
  looks:
    description: Looks of M(asr.hyperv.look_at_hosts), which have the host variable C(asr_switch_map) with them.
    type: list
    elements: dict
    required: true
  isolated_switch:
    description: The switch that all adapters have to be plugged into, instead of those that were recorded.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Who is not plugged in as it was?
  ansible.builtin.debug:
    msg: "{{ vault.protected_items | asr.hyperv.plugging(found.looks) }}"
"""

RETURN = r"""
_value:
  description:
    - C(plugs) has the options of M(asr.hyperv.vm_network_adapter) for each adapter that has to be changed, and the C(host) to
      do it on. C(problems) says of which VMs it cannot be told, and why.
  type: dict
  sample:
    plugs:
      - {host: hv03, vm: web01, id: 8e5c2e0f-3c8e-4d25-9a7e-1a2b3c4d5e6f, adapter: Ethernet, virtual_switch: LAN, vlan: null}
    problems: []
"""

from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.module_utils._roles.plugs import plugging as plugs
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible_all
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import Look


def look_of(told: dict) -> Look:
    """A look of look_at_hosts as the domain takes it."""
    return {"host": told["inventory"], "vms": told.get("vms") or [], "switch_map": told.get("switch_map")}


def plugging(items: list, looks: list, isolated_switch: str = "") -> dict:
    """See DOCUMENTATION."""
    try:
        found = plugs(items, [look_of(look) for look in looks], isolated_switch)
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error
    return dict(visible_all(found))


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"plugging": plugging}
