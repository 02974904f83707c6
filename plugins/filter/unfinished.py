# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.unfinished`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: unfinished
short_description: Say which VMs are not where they were to be, and why, and which of them make a failback a failure
version_added: 0.1.0
description:
  - Those that were left where they stand, and those that wait for them in Azure. Optional VMs are told and do not count. Those
    that only the maintenance window holds are neither.
author: asr.hyperv contributors (@asr-hyperv)
positional: finished, also, suspects
options:
  _input:
    description: The roster, as P(asr.hyperv.roster#filter) returns it.
    type: list
    elements: dict
    required: true
  finished:
    description: Whether the run went past the gate to its end. Then every VM that is not protected counts.
    type: bool
    default: true
  also:
    description: By name of a VM what makes the run a failure whoever it is about, such as that it is missing.
    type: dict
    default: {}
  suspects:
    description: By name of a VM why it could not be cut over as things stand.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Everybody is home
  ansible.builtin.assert:
    that: (roster | asr.hyperv.unfinished).fails == []
"""

RETURN = r"""
_value:
  description:
    - C(lines) has one for each VM, with its reason, optional ones too.
    - C(fails) has the names of those that make the run a failure.
  type: dict
  sample: {lines: ["web01: an earlier one is not home as it should be: sql01"], fails: [web01]}
"""

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import course as _course


def unfinished(
    roster: Sequence, finished: bool = True, also: Mapping | None = None, suspects: Mapping | None = None
) -> dict:
    """See DOCUMENTATION."""
    return _course.ending(roster, also or {}, suspects or {}, finished=finished)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"unfinished": unfinished}
