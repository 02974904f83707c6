# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.roster`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: roster
short_description: Say of each VM of a failback whether it goes on, was left behind, or waits in Azure
version_added: 0.1.0
description:
  - Puts the waves and all answers of M(asr.hyperv.failback) in a run together.
  - The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: told, why, optional
options:
  _input:
    description: The waves, as P(asr.hyperv.waves#filter) returns them.
    type: list
    elements: list
    required: true
  told:
    description: The C(protected_items) of all answers so far, in their order.
    type: list
    elements: dict
    default: []
  why:
    description:
      - By name of a VM why the run goes on without it, in one mapping for each kind - C(failed) (a step, a hook, the validation),
        C(blocked) (by the preflight), C(held) (right before its cutover), C(vetoed) (its commit).
      - C(outside) has those that the maintenance window does not let in, with its reason.
    type: dict
    default: {}
  optional:
    description: Names of VMs whose failure holds nobody back.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Who waits in Azure?
  ansible.builtin.debug:
    msg: "{{ waves | asr.hyperv.roster(answer.protected_items, {'failed': {'sql01': 'no answer'}}) | selectattr('waits') }}"
"""

RETURN = r"""
_value:
  description:
    - For each VM, in order, its entry with C(wave) (from 1), C(phase_before) and C(phase) (the phases at the beginning and
      now), C(at_goal), C(optional), C(left_behind) and C(waits) (reasons, empty for none), C(kind) (of C(left_behind)), and
      C(excused) (it waits for the window only).
    - What its phase means is told by C(away) (it runs in Azure), C(to_start) (its failback has not begun), C(uncommitted) (it
      runs on-premises) and C(home) (it is protected again).
    - Later waves wait in Azure while a critical VM of an earlier one was left behind, or is kept out by the window.
  type: list
  elements: dict
"""

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import course as _course


def roster(waves: Sequence, told: Sequence = (), why: Mapping | None = None, optional: Sequence = ()) -> list:
    """See DOCUMENTATION."""
    return _course.roster(waves, told, why or {}, optional)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"roster": roster}
