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
positional: now, rules
options:
  _input:
    description: The roster, as P(asr.hyperv.roster#filter) returns it.
    type: list
    elements: dict
    required: true
  now:
    description: The time, ISO 8601 with a zone.
    type: str
    required: true
  rules:
    description:
      - C(gate) - V(now), V(stop), or a time with a zone.
      - C(window) - C(opens) and C(closes), times with a zone; empty for no window.
      - C(share) - how many percent of the critical VMs that were away at the beginning have to be synchronized.
      - C(detached) - whether the run only starts the synchronization.
      - C(closed) - why the gate stays closed in any case; empty for no reason.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: May we?
  ansible.builtin.debug:
    msg: "{{ roster | asr.hyperv.gate('2026-11-28T21:00:00Z', {'gate': '2026-11-28T22:00:00Z', 'window': {}, 'share': 80}) }}"
"""

RETURN = r"""
_value:
  description:
    - C(open), C(wait_seconds), C(reason), and C(ready), the names of the VMs that wait for it.
    - C(missing) names those that are not ready when too few are; that is a failure. Else it is empty.
  type: dict
  sample: {open: true, wait_seconds: 3600, reason: "open since 2026-11-28T22:00:00+00:00", ready: [web01], missing: []}
"""

from collections.abc import Sequence

from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.module_utils._roles import gate as _gate
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import GateAnswer
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Rules


def gate(roster: Sequence, now: str, rules: Rules) -> GateAnswer:
    """See DOCUMENTATION."""
    try:
        _gate.check_gate({**rules})
        return _gate.gate(roster, now, rules)
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"gate": gate}
