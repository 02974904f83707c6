# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.stale_preflight`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: stale_preflight
short_description: Say why a preflight of before may not be relied on
version_added: 0.1.0
description:
  - Looks at its time and its plan. The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: now, max_age, plan
options:
  _input:
    description: The report, as the role P(asr.hyperv.preflight#role) writes it.
    type: raw
    required: true
  now:
    description: The time, ISO 8601 with a zone.
    type: str
    required: true
  max_age:
    description: How many seconds it may be old; V(-1) for no limit.
    type: int
    default: -1
  plan:
    description: The recovery plan of now, empty where VMs are named.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: It is of today
  ansible.builtin.assert:
    that: report | asr.hyperv.stale_preflight('2026-11-28T22:00:00+00:00', 86400, 'production') == ''
"""

RETURN = r"""
_value:
  description: The reason; empty when it holds.
  type: str
  sample: ""
"""

from ansible_collections.asr.hyperv.plugins.module_utils._roles import freshness as _freshness
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json


def stale_preflight(report: Json, now: str, max_age: int = -1, plan: str = "") -> str:
    """See DOCUMENTATION."""
    return _freshness.stale(report, now, int(max_age), plan)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"stale_preflight": stale_preflight}
