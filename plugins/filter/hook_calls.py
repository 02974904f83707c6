# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.hook_calls`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: hook_calls
short_description: Say which hooks of the role failback run at a point, and for whom
version_added: 0.1.0
description:
  - Checks the hooks and lists every time that one has to run. The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: hooks, at
options:
  _input:
    description: Protected items as M(asr.hyperv.protected_item_info) or M(asr.hyperv.failback) return them.
    type: list
    elements: dict
    required: true
  hooks:
    description: The hooks, as the role takes them in C(failback_hooks).
    type: list
    elements: dict
    required: true
  at:
    description: The point. Without it the hooks are only checked, against all items of the run.
    type: str
    choices: [before_sync, before_cutover, after_boot, before_commit, after_protect]
"""

EXAMPLES = r"""
- name: Run them
  ansible.builtin.include_tasks: "{{ call.tasks }}"
  loop: "{{ vault.protected_items | asr.hyperv.hook_calls(failback_hooks, 'before_sync') }}"
  loop_control:
    loop_var: call
"""

RETURN = r"""
_value:
  description: One entry for each call, with C(tasks), C(on_failure), C(label), C(items), C(vm), C(group) and C(hint).
  type: list
  elements: dict
"""

from collections.abc import Sequence

from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.module_utils._roles import hooks as _hooks
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Hook


def hook_calls(items: Sequence, hooks: Sequence[Hook], at: str = "") -> list:
    """See DOCUMENTATION."""
    if at:
        return _hooks.hook_calls(hooks, at, items)
    try:
        _hooks.check_hooks(hooks, items)
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error
    return []


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"hook_calls": hook_calls}
