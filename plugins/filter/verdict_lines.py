# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.verdict_lines`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: verdict_lines
short_description: Tell the verdicts of a preflight in lines for people
version_added: 0.1.0
description:
  - A line for each VM with what only it has below it, then what several have or the whole run, and an estimate.
  - More than five VMs that are simply ready for the same way to the same host are one line, with their names below it.
  - The role P(asr.hyperv.preflight#role) shows verdicts this way.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _input:
    description: What M(asr.hyperv.readiness_info) returned.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show whether it would work
  ansible.builtin.debug:
    msg: "{{ readiness | asr.hyperv.verdict_lines }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "app01                ready     failed_over              hv01             before_failover, 11 min + 2 min outage"
"""

from ansible_collections.asr.hyperv.plugins.module_utils._roles.verdict_lines import verdict_lines


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"verdict_lines": verdict_lines}
