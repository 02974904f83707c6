# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.vetoed`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: vetoed
short_description: Say whose commit is held back by a veto, and what that means
version_added: 0.1.0
description:
  - A veto holds back who runs on-premises and is not committed. The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: objections
options:
  _input:
    description: Entries of the roster, as P(asr.hyperv.roster#filter) returns it.
    type: list
    elements: dict
    required: true
  objections:
    description: By name, who objects, as P(asr.hyperv.vetoes#filter) returns it.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Who stays uncommitted?
  ansible.builtin.debug:
    msg: "{{ roster | asr.hyperv.vetoed(roster | asr.hyperv.vetoes(['app01'])) }}"
"""

RETURN = r"""
_value:
  description: The reasons by name.
  type: dict
  sample: {app01: "veto: failback_veto names it. It runs on-premises, uncommitted, and its Azure VM is kept. ..."}
"""

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles.veto import standing


def vetoed(entries: Sequence, objections: Mapping) -> dict:
    """See DOCUMENTATION."""
    return standing(entries, objections)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"vetoed": vetoed}
