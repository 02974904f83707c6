# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.journeys`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: journeys
short_description: Say what a run did with each VM
version_added: 0.1.0
description:
  - Puts the answers of several calls of M(asr.hyperv.failback) together. The report of the role P(asr.hyperv.failback#role) is
    made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: roster
options:
  _input:
    description: The C(protected_items) of all answers, one after the other.
    type: list
    elements: dict
    required: true
  roster:
    description: The roster, as P(asr.hyperv.roster#filter) returns it, whose C(group) and C(wave) are told then.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: How long were they away?
  ansible.builtin.debug:
    msg: "{{ (synchronized.protected_items + home.protected_items) | asr.hyperv.journeys | map(attribute='outage_seconds') }}"
"""

RETURN = r"""
_value:
  description:
    - One entry for each VM, with the keys of M(asr.hyperv.failback).
    - C(before_outage_seconds) is from the start of the failback to the shutdown in Azure, the wait at the gate included,
      C(outage_seconds) from there to the end of the failback. They are null where the run did not see both ends.
  type: list
  elements: dict
"""

from ansible_collections.asr.hyperv.plugins.module_utils._roles.journeys import journeys


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"journeys": journeys}
