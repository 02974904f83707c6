# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.story`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: story
short_description: Put the report of a failback together from those of its runs
version_added: 0.1.0
description:
  - What earlier runs of the same failback validated, deleted and measured is kept.
  - The role P(asr.hyperv.failback#role) writes it.
author: asr.hyperv contributors (@asr-hyperv)
positional: previous
options:
  _input:
    description: What this run has to report.
    type: dict
    required: true
  previous:
    description: The report that is there, empty for none.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Put them together
  ansible.builtin.set_fact:
    report: "{{ now | asr.hyperv.story(before) }}"
"""

RETURN = r"""
_value:
  description: The report, with C(runs) for each run of this failback.
  type: dict
"""


from ansible_collections.asr.hyperv.plugins.module_utils._roles import story as _story
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Report


def story(now: Report, previous: Report | None = None) -> Report:
    """See DOCUMENTATION."""
    return _story.story(now, previous or {})


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"story": story}
