# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.wellness`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: wellness
short_description: Say whether VMs that the vault calls protected are
version_added: 0.1.0
description:
  - Protected takes the word of the vault, its opinion of the health, and the replication that the host shows.
  - The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: sightings
options:
  _input:
    description: Protected items as M(asr.hyperv.protected_item_info) returns them.
    type: list
    elements: dict
    required: true
  sightings:
    description: One entry for each host that was read, with C(inventory), C(name), and C(vms) or C(error).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Who is not really home?
  ansible.builtin.debug:
    msg: "{{ (vault.protected_items | asr.hyperv.wellness(sightings)).unwell }}"
"""

RETURN = r"""
_value:
  description: C(unwell), the reasons by name of those that are not, and C(notes), what is to be known of others.
  type: dict
  sample: {unwell: {app01: "protected for the vault, but hv01 says Suspended (Warning). ..."}, notes: {}}
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import looks as _looks


def wellness(items: Sequence, sightings: Sequence) -> dict:
    """See DOCUMENTATION."""
    return _looks.wellness(items, sightings)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"wellness": wellness}
