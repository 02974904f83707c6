# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.since_preflight`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: since_preflight
short_description: Say what has changed since a preflight of before
version_added: 0.1.0
description:
  - Compares what both saw, fact by fact. The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: now
options:
  _input:
    description: The report of before, with C(taken) and RV(asr.hyperv.readiness_info#module:saw).
    type: dict
    required: true
  now:
    description: What is seen now, RV(asr.hyperv.readiness_info#module:saw).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: What is new?
  ansible.builtin.debug:
    msg: "{{ report | asr.hyperv.since_preflight(readiness.saw) }}"
"""

RETURN = r"""
_value:
  description: A sentence; empty where there is nothing to compare with.
  type: str
  sample: "changed since the preflight of 21:10 (2026-11-28): switches of hv01: LAN -> none"
"""

from collections.abc import Mapping

from ansible_collections.asr.hyperv.plugins.module_utils._roles import freshness as _freshness


def since_preflight(report: Mapping, now: Mapping) -> str:
    """See DOCUMENTATION."""
    return _freshness.told(report, now)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"since_preflight": since_preflight}
