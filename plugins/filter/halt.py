# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.halt`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: halt
short_description: Say why nothing new may be started in a failback
version_added: 0.1.0
description:
  - Too many critical VMs have failed, or a recovery plan that goes by its own operations would have to go without one of its VMs.
author: asr.hyperv contributors (@asr-hyperv)
positional: allowed, native, manual_actions
options:
  _input:
    description: The roster, as P(asr.hyperv.roster#filter) returns it.
    type: list
    elements: dict
    required: true
  allowed:
    description: How many critical VMs may fail; V(-1) for no limit.
    type: int
    default: -1
  native:
    description: Whether the plan goes by its own operations.
    type: bool
    default: false
  manual_actions:
    description: The names of the plan's manual actions on the way home, for the message.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Nobody may fail
  ansible.builtin.assert:
    that: roster | asr.hyperv.halt(0) == ''
    fail_msg: "{{ roster | asr.hyperv.halt(0) }}"
"""

RETURN = r"""
_value:
  description: The reason; empty when the run may go on.
  type: str
  sample: ""
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import course as _course


def halt(roster: Sequence, allowed: int = -1, native: bool = False, manual_actions: Sequence[str] = ()) -> str:
    """See DOCUMENTATION."""
    return _course.halt(roster, int(allowed), native, manual_actions)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"halt": halt}
