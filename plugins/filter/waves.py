# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.waves`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: waves
short_description: Put protected items into waves that come home one after the other
version_added: 0.1.0
description:
  - Canaries come first, then the groups of the plan, and nobody before the VMs that it needs.
  - VMs that need each other, and names that are not among the items, are errors.
author: asr.hyperv contributors (@asr-hyperv)
positional: dependencies, canary
options:
  _input:
    description: Protected items as M(asr.hyperv.protected_item_info) or M(asr.hyperv.failback) return them.
    type: list
    elements: dict
    required: true
  dependencies:
    description: By name of a VM, a list of the VMs that have to be home before it.
    type: dict
    default: {}
  canary:
    description: Names of the VMs that come first.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Bring them home in waves of our own
  asr.hyperv.failback:
    resource_group: recovery
    vault_name: vault1
    groups: "{{ waves | map('map', attribute='id') }}"
    data_sync: auto
  vars:
    waves: "{{ vault.protected_items | asr.hyperv.waves({'web01': ['sql01']}, ['test01']) }}"
"""

RETURN = r"""
_value:
  description: The waves, each a list of the items that were given.
  type: list
  elements: list
"""

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.module_utils._roles import waves as _waves
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput


def waves(items: Sequence, dependencies: Mapping | None = None, canary: Sequence = ()) -> list:
    """See DOCUMENTATION."""
    try:
        return _waves.waves(items, dependencies or {}, canary)
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"waves": waves}
