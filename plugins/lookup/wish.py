# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup `asr.hyperv.wish`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: wish
short_description: What a failback is asked for, to be kept in its report
version_added: 0.1.0
description:
  - The variables of the role P(asr.hyperv.failback#role), and of the validation before a commit, that say what happens to whom.
  - Not those that only say when, such as the gate and timeouts.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _terms:
    description: Nothing.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Show it
  ansible.builtin.debug:
    msg: "{{ lookup('asr.hyperv.wish') }}"
"""

RETURN = r"""
_raw:
  description: The variables and their values.
  type: list
  elements: dict
"""

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase

from ansible_collections.asr.hyperv.plugins.module_utils._roles.fingerprint import wish_of
from ansible_collections.asr.hyperv.plugins.module_utils._roles.wishes import INSTEAD
from ansible_collections.asr.hyperv.plugins.plugin_utils._specs import specs


class LookupModule(LookupBase):
    """Ansible asks this for the lookup."""

    def run(self, terms: Sequence[str], variables: Mapping | None = None, **kwargs: object) -> list[dict]:
        """See DOCUMENTATION."""
        known = [*specs("failback"), *(name for name in specs("validate") if name not in INSTEAD)]
        if self._templar is None:
            raise AnsibleError("asr.hyperv.wish: Ansible hands over no variables here.")
        there = variables or {}
        given = {name: self._templar.template(there[name]) for name in known if name in there}
        return [wish_of(known, given)]
