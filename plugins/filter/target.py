# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.target`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: target
short_description: Say how M(asr.hyperv.failback) is asked for some of the VMs of a failback
version_added: 0.1.0
description:
  - A recovery plan is asked for by its name only when all of its members are meant. Whoever is left out by name is left alone.
author: asr.hyperv contributors (@asr-hyperv)
positional: concerned, plan, share, allowed
options:
  _input:
    description: The roster, as P(asr.hyperv.roster#filter) returns it.
    type: list
    elements: dict
    required: true
  concerned:
    description: Those of the roster that are meant.
    type: list
    elements: dict
    required: true
  plan:
    description: The recovery plan. Without it, or when the order is another, they are asked for in groups.
    type: str
    default: ""
  share:
    description: How many percent of the critical VMs that were away at the beginning have to get there.
    type: int
    default: 100
  allowed:
    description: How many critical VMs may fail in the whole run; V(-1) for no limit.
    type: int
    default: -1
"""

EXAMPLES = r"""
- name: Go on with those that may
  asr.hyperv.failback:
    recovery_plan: "{{ target.recovery_plan | default(omit) }}"
    groups: "{{ target.groups | default(omit) }}"
    data_sync: auto
  vars:
    target: "{{ roster | asr.hyperv.target(roster | rejectattr('waits'), 'production') }}"
"""

RETURN = r"""
_value:
  description: Either C(recovery_plan) or C(groups), and C(share) and C(max_failures), the options of the module for this call.
  type: dict
  sample: {groups: [[/Subscriptions/.../replicationProtectedItems/sql01]], share: 100.0, max_failures: -1}
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import course as _course


def target(roster: Sequence, concerned: Sequence, plan: str = "", share: int = 100, allowed: int = -1) -> dict:
    """See DOCUMENTATION."""
    return _course.target(roster, concerned, plan, share, int(allowed))


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"target": target}
