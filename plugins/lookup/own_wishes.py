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

from collections.abc import Iterator, Mapping, Sequence

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ansible_collections.asr.hyperv.plugins.module_utils._inventory.hosts import ITEM_ID
from ansible_collections.asr.hyperv.plugins.module_utils._roles.own_wishes import NAME, own_hooks, own_of, taken
from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import who
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import OwnRow
from ansible_collections.asr.hyperv.plugins.plugin_utils._places import file_complaints
from ansible_collections.asr.hyperv.plugins.plugin_utils._task_files import COLLECTIONS, TaskFiles


class LookupModule(LookupBase):
    """Ansible asks this for the lookup."""

    def run(self, terms: Sequence, variables: Mapping | None = None, **options: object) -> list[dict]:
        """See DOCUMENTATION."""
        self.set_options(var_options=variables, direct=options)
        if self._loader is None:
            raise AnsibleError("asr.hyperv.own_wishes: Ansible hands over no variables here.")
        own, told = own_of([item for term in terms for item in term], hosts_of(variables or {}))
        told += of_files(own_hooks(own), TaskFiles(self._loader, COLLECTIONS))
        found = taken(self.get_option("said"), self.get_option("before"), own)
        return [{**found, "complaints": told, "hosts": list(own)}]


def of_files(hooks: Sequence[Mapping], files: TaskFiles) -> Iterator[str]:
    """Task files of hooks that are not there, cannot be parsed, or name what is not there, with the VMs that have them."""
    found: dict[str, list[str]] = {}
    for hook in hooks:
        if hook.get("tasks"):
            found.setdefault(hook["tasks"], []).extend(hook["vms"])
    for path, vms in found.items():
        where = f"{who(list(dict.fromkeys(vms)))}: {NAME}.hooks"
        missing = list(file_complaints(where, path))
        yield from missing or (f"{where}: {line}" for line in files.complaints(path))


def hosts_of(variables: Mapping) -> Iterator[OwnRow]:
    """The hosts of the inventory, each with what it says; all, as others may need one that says nothing itself."""
    everyone = variables.get("hostvars", {})
    for host in (variables.get("groups") or {}).get("all", ()):
        known = everyone[host]
        yield {"host": host, "item_id": str(known.get(ITEM_ID) or ""), "wish": known.get(NAME)}
