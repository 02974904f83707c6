# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.after_protect`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: after_protect
short_description: Say for whom the hooks after the protection still have to run
version_added: 0.1.0
description:
  - A run that is stopped owes them to the VMs that become protected afterwards; the report of the run before remembers it.
  - The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: hooks, previous, ran
options:
  _input:
    description: The roster, as P(asr.hyperv.roster#filter) returns it.
    type: list
    elements: dict
    required: true
  hooks:
    description: The hooks of the run, as O(asr.hyperv.failback#role:main:failback_hooks).
    type: list
    elements: dict
    default: []
  previous:
    description: The report that was there when the run began, empty for none.
    type: dict
    default: {}
  ran:
    description: Names of the VMs that they ran for in this run.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Whose hooks are still to run?
  ansible.builtin.debug:
    msg: "{{ (roster | asr.hyperv.after_protect(hooks, report)).owed | join(', ') }}"
"""

RETURN = r"""
_value:
  description:
    - Names of VMs. C(owed) are those that came home in this run, or in one before that did not get to their hooks.
    - C(unknown) are those that have such a hook and were protected when the run began, while no report tells whether it ran.
  type: dict
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import hooks as _hooks
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Report


def after_protect(
    roster: Sequence, hooks: Sequence = (), previous: Report | None = None, ran: Sequence[str] = ()
) -> dict:
    """See DOCUMENTATION."""
    return _hooks.after_protect(roster, hooks, previous or {}, ran)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"after_protect": after_protect}
