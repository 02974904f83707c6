# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.window_objection`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: window_objection
short_description: Say why a cutover does not fit into the maintenance window
version_added: 0.1.0
description:
  - Compares the estimated seconds of a cutover with what is left of the window.
author: asr.hyperv contributors (@asr-hyperv)
positional: now, window
options:
  _input:
    description: Seconds that the cutover takes by the estimate.
    type: float
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
- name: Is there time for it?
  ansible.builtin.debug:
    msg: "{{ 5400 | asr.hyperv.window_objection('2026-11-28T21:00:00Z', failback_window) }}"
"""

RETURN = r"""
_value:
  description: The reason; empty when it fits.
  type: str
  sample: ""
"""

from collections.abc import Mapping

from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.module_utils import _gate
from ansible_collections.asr.hyperv.plugins.module_utils._errors import BadInput


def window_objection(seconds: float, now: str, window: Mapping) -> str:
    """See DOCUMENTATION."""
    try:
        return _gate.fits(now, window, seconds)
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"window_objection": window_objection}
