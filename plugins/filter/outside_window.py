# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.outside_window`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: outside_window
short_description: Say which VMs may not be cut over now, since the maintenance window closes too early
version_added: 0.1.0
description:
  - Compares the longest estimated outage of VMs that are cut over side by side with what is left of the window. A VM without an
    estimate does not fit.
author: asr.hyperv contributors (@asr-hyperv)
positional: estimates, now, window
options:
  _input:
    description: The VMs that would be cut over, with C(name) and C(id).
    type: list
    elements: dict
    required: true
  estimates:
    description: The C(estimate) of each VM by its id, as M(asr.hyperv.readiness_info) returns it.
    type: dict
    required: true
  now:
    description: The time, ISO 8601 with a zone.
    type: str
    required: true
  window:
    description: C(opens) and C(closes), times with a zone; empty for no window.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Is there time for them?
  ansible.builtin.debug:
    msg: "{{ wave | asr.hyperv.outside_window(estimates, '2026-11-28T21:00:00Z', failback_window) }}"
"""

RETURN = r"""
_value:
  description: The reason by name of each VM; empty when they fit.
  type: dict
  sample: {}
"""

from collections.abc import Mapping, Sequence

from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.module_utils._roles import gate as _gate
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Window


def outside_window(away: Sequence, estimates: Mapping, now: str, window: Window) -> dict:
    """See DOCUMENTATION."""
    try:
        return _gate.outside(away, estimates, now, window)
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"outside_window": outside_window}
