# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup `asr.hyperv.own_wishes`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: own_wishes
short_description: What the inventory says of single VMs, with the variables of the role failback
version_added: 0.1.0
description:
  - Reads C(asr_failback) of the hosts of the inventory that are VMs of the run, by C(asr_item_id), which the inventory
    P(asr.hyperv.vault#inventory) sets, else by name.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _terms:
    description: The protected items of the run, as M(asr.hyperv.protected_item_info) returns them, as one list.
    type: list
    elements: list
    required: true
  said:
    description:
      - What the variables of the roles say, C(item_options), C(optional), C(dependencies), C(hooks) and C(vms), which is
        C(validate_vms).
    type: dict
    required: true
  before:
    description: What this lookup gave to an earlier run of the role in the same play, whose facts are not what the user gave.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: What differs for single VMs?
  ansible.builtin.debug:
    msg: "{{ lookup('asr.hyperv.own_wishes', vault.protected_items, said=wishes) }}"
  vars:
    wishes: {item_options: [], optional: [], dependencies: {}, hooks: [], vms: {}}
"""

RETURN = r"""
_raw:
  description:
    - One dictionary. C(wishes) are those of the run, with the keys of O(said), C(given) the same without the inventory, and
      C(takes) the variables of the roles that are to be set for that. C(hosts) are the names of the VMs whose hosts say
      something, and C(complaints) has a line for each thing that cannot be.
  type: list
  elements: dict
"""

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.own_wishes import own_wishes


class LookupModule(LookupBase):
    """Ansible asks this for the lookup."""

    def run(self, terms: Sequence, variables: Mapping | None = None, **options: object) -> list[dict]:
        """See DOCUMENTATION."""
        self.set_options(var_options=variables, direct=options)
        if self._loader is None:
            raise AnsibleError("asr.hyperv.own_wishes: Ansible hands over no variables here.")
        items = [item for term in terms for item in term]
        said, before = self.get_option("said"), self.get_option("before")
        return [own_wishes(items, said, before, variables or {}, self._loader)]
