# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.gate`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: gate
short_description: Say whether the gate before the cutover is open
version_added: 0.1.0
description:
  - Looks at who is synchronized, at the wish, the maintenance window and the time. The role P(asr.hyperv.failback#role) is
    made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: now, wanted, window, share
options:
  _input:
    description: Protected items as M(asr.hyperv.protected_item_info) or M(asr.hyperv.failback) return them.
    type: list
    elements: dict
    required: true
  now:
    description: The time, ISO 8601 with a zone.
    type: str
    required: true
  wanted:
    description: V(now), V(stop), or a time with a zone.
    type: str
    default: stop
  window:
    description: C(opens) and C(closes), times with a zone; empty for no window.
    type: dict
    default: {}
  share:
    description: How many percent of the VMs have to be synchronized.
    type: int
    default: 100
"""

EXAMPLES = r"""
- name: May we?
  ansible.builtin.debug:
    msg: "{{ synchronized.protected_items | asr.hyperv.gate('2026-11-28T21:00:00Z', '2026-11-28T22:00:00+00:00') }}"
"""

RETURN = r"""
_value:
  description: C(open), C(wait_seconds), C(reason), and C(ready), the names of the VMs that wait for it.
  type: dict
  sample: {open: true, wait_seconds: 3600, reason: "open since 2026-11-28T22:00:00+00:00", ready: [web01]}
"""

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.module_utils import _gate
from ansible_collections.asr.hyperv.plugins.module_utils._errors import BadInput


def gate(items: Sequence, now: str, wanted: str = "stop", window: Mapping | None = None, share: int = 100) -> dict:
    """See DOCUMENTATION."""
    try:
        _gate.check_gate(wanted, window or {}, share)
        return _gate.gate(items, now, wanted, window or {}, share)
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"gate": gate}
