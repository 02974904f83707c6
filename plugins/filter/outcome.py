# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.outcome`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: outcome
short_description: Say in one word for programs how a run of the role failback ended
version_added: 0.1.0
description:
  - Exit codes 0 and 2 each have several reasons. The role writes this into C(failback_result) and the custom stat C(asr_result).
author: asr.hyperv contributors (@asr-hyperv)
options:
  _input:
    description:
      - What the role knows. C(roster), C(end) as P(asr.hyperv.unfinished#filter) tells, C(gate), C(broke), C(refused),
        C(checked), C(finished), C(detached), C(summary), C(recovery_plan), C(began) and C(ended).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Note how it ended
  ansible.builtin.set_stats:
    data:
      asr_result: "{{ run | asr.hyperv.outcome }}"
"""

RETURN = r"""
_value:
  description:
    - C(outcome) is V(home), V(gate_closed), V(detached), V(window), V(checked), V(gate_missed), V(left_behind), V(failed) or
      V(refused).
    - C(exit_code) is that of the run. C(reason) and C(lines) are for people. C(left_behind) names those for whom the run
      failed. C(waiting) are those whom a maintenance window leaves in Azure, C(ready) those that wait at the gate, C(phases)
      where all stand.
  type: dict
"""

from ansible_collections.asr.hyperv.plugins.module_utils._roles import outcome as _outcome
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Ended


def outcome(run: Ended) -> dict:
    """See DOCUMENTATION."""
    return {**_outcome.outcome(run)}


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"outcome": outcome}
