# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.extra_vars`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: extra_vars
short_description: Write variables as an option of a command line
version_added: 0.1.0
description:
  - One C(-e) with JSON, quoted for a shell, for commands that a person is told to run. What the shell and Ansible make of it is
    what was given, whatever is in the values.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _input:
    description: The variables.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Say how to go on
  ansible.builtin.debug:
    msg: "ansible-playbook asr.hyperv.failback {{ {'failback_recovery_plan': plan} | asr.hyperv.extra_vars }}"
"""

RETURN = r"""
_value:
  description: The option.
  type: str
  sample: "-e '{\"failback_gate\": \"now\"}'"
"""

from collections.abc import Mapping

from ansible_collections.asr.hyperv.plugins.module_utils._roles import commands as _commands


def extra_vars(variables: Mapping) -> str:
    """See DOCUMENTATION."""
    return _commands.as_extra_vars(variables)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"extra_vars": extra_vars}
