# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup `asr.hyperv.objections`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: objections
short_description: Say what is wrong with the variables of a role or playbook of this collection
version_added: 0.1.0
description:
  - Everything that can be known before anything is started, all at once. Variables that nobody knows; values that cannot be;
    options that do not go together; task files that name what is not there; reports that could not be written.
  - The roles and playbooks of this collection begin with it.
  - Your own variables that begin like those of this collection are allowed by name in the variable C(asr_known_variables).
author: asr.hyperv contributors (@asr-hyperv)
options:
  _terms:
    description: The role, such as V(failback), or the playbook, such as V(fail_over).
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Is everything as it should be?
  ansible.builtin.debug:
    msg: "{{ query('asr.hyperv.objections', 'failback') }}"
"""

RETURN = r"""
_raw:
  description: A line for each thing that is wrong; none when all is well.
  type: list
  elements: str
  sample: ["failback_hook is no variable of this collection. Near to it: failback_hooks."]
"""

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.sight import Sight


class LookupModule(LookupBase):
    """Ansible asks this for the lookup."""

    def run(self, terms: Sequence[str], variables: Mapping | None = None, **kwargs: object) -> list[str]:
        """See DOCUMENTATION."""
        if self._loader is None or self._templar is None:
            raise AnsibleError("asr.hyperv.objections: Ansible hands over no variables here.")
        sight = Sight(variables or {}, self._loader, self._templar)
        return [line for of in terms for line in sight.objections(of)]
