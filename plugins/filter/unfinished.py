# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.unfinished`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: unfinished
short_description: Say which VMs make a failback a failure, and why
version_added: 0.1.0
description:
  - Those that were left where they stand, and those that wait for them in Azure. Optional VMs, and those that only the
    maintenance window holds, do not count.
author: asr.hyperv contributors (@asr-hyperv)
positional: finished
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
"""

EXAMPLES = r"""
- name: Everybody is home
  ansible.builtin.assert:
    that: roster | asr.hyperv.unfinished == {}
"""

RETURN = r"""
_value:
  description: The reasons by name of the VM.
  type: dict
  sample: {web01: "an earlier one is not home as it should be: sql01"}
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import course as _course


def unfinished(roster: Sequence, finished: bool = True) -> dict:
    """See DOCUMENTATION."""
    return _course.reasons(roster, finished=finished)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"unfinished": unfinished}
