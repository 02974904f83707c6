# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.other_wishes`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: other_wishes
short_description: Say in what a run is asked for something else than the one that it continues
version_added: 0.1.0
description:
  - Compares what P(asr.hyperv.wish#lookup) says now with what it said then. The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: before
options:
  _input:
    description: The wish of now.
    type: dict
    required: true
  before:
    description: The wish of then.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: What is different?
  ansible.builtin.debug:
    msg: "{{ lookup('asr.hyperv.wish') | asr.hyperv.other_wishes(report.wish) }}"
"""

RETURN = r"""
_value:
  description: A line for each option.
  type: list
  elements: str
  sample: ["failback_canary was [\"dc01\"] and is []"]
"""

from collections.abc import Mapping

from ansible_collections.asr.hyperv.plugins.module_utils._roles import fingerprint as _fingerprint


def other_wishes(wish: Mapping, before: Mapping) -> list:
    """See DOCUMENTATION."""
    return _fingerprint.other_wishes(wish, before)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"other_wishes": other_wishes}
