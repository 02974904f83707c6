# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.meant_for`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: meant_for
short_description: Those of some names or item options that mean one of the given VMs
version_added: 0.1.0
description:
  - A VM may be named by its name, its protected item's name or its ARM id, as in the options of M(asr.hyperv.failback).
author: asr.hyperv contributors (@asr-hyperv)
positional: items
options:
  _input:
    description: Names, or rows as the option O(asr.hyperv.failback#module:item_options) takes them.
    type: list
    elements: raw
    required: true
  items:
    description: Protected items as M(asr.hyperv.protected_item_info) or M(asr.hyperv.failback) return them.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Cut over a part of the items, with the options that concern it
  asr.hyperv.failback:
    resource_group: recovery
    vault_name: vault1
    protected_items: "{{ part | map(attribute='id') }}"
    item_options: "{{ item_options | asr.hyperv.meant_for(part) }}"
    data_sync: auto
    state: cut_over
"""

RETURN = r"""
_value:
  description: The names or rows that mean one of them, in their order.
  type: list
  elements: raw
"""

from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import meant_for


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"meant_for": meant_for}
