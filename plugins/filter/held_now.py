# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.held_now`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: held_now
short_description: Say which VMs are not cut over after a last look
version_added: 0.1.0
description:
  - Reads the answer of M(asr.hyperv.readiness_info) for the moment of the cutover. What it does not tell of is held as well.
  - The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: answer
options:
  _input:
    description: The VMs that are about to be cut over, with C(id) and C(name).
    type: list
    elements: dict
    required: true
  answer:
    description: The whole answer of M(asr.hyperv.readiness_info), also one of a failure.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Who stays in Azure?
  ansible.builtin.debug:
    msg: "{{ wave | asr.hyperv.held_now(readiness) }}"
"""

RETURN = r"""
_value:
  description: The reasons by name.
  type: dict
  sample: {app01: "held before its cutover, its Azure VM still runs: app01 on hv01 has checkpoints. ..."}
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import looks as _looks
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Readiness


def held_now(members: Sequence, answer: Readiness) -> dict:
    """See DOCUMENTATION."""
    return _looks.held_now(members, answer)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"held_now": held_now}
