# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.veto_line`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: veto_line
short_description: Say who is committed when, unless somebody objects
version_added: 0.1.0
description:
  - The line that the role P(asr.hyperv.failback#role) shows each minute while commits wait.
author: asr.hyperv contributors (@asr-hyperv)
positional: objections, seconds
options:
  _input:
    description: Entries of the roster that wait for their commit.
    type: list
    elements: dict
    required: true
  objections:
    description: By name, who objects, as P(asr.hyperv.vetoes#filter) returns it.
    type: dict
    required: true
  seconds:
    description: How long they still wait.
    type: float
    required: true
"""

EXAMPLES = r"""
- name: Say what comes
  ansible.builtin.debug:
    msg: "{{ roster | asr.hyperv.veto_line({}, 3600) }}"
"""

RETURN = r"""
_value:
  description: The line.
  type: str
  sample: "In 60 min the commit of app01, web01 deletes their Azure VMs; vetoed: nobody."
"""

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles.veto import waiting


def veto_line(entries: Sequence, objections: Mapping, seconds: float) -> str:
    """See DOCUMENTATION."""
    return waiting(entries, objections, float(seconds))


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"veto_line": veto_line}
