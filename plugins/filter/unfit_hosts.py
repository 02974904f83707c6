# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.unfit_hosts`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: unfit_hosts
short_description: Name the VMs of recovery plans that cannot be hosts of an inventory
version_added: 0.1.0
description:
  - Ansible reads more out of some names than a name, such as ports, ranges and templates; others mean the control node or a
    Hyper-V host. P(asr.hyperv.plan_inventory#filter) leaves them out.
author: asr.hyperv contributors (@asr-hyperv)
positional: taken
options:
  _input:
    description: Plans in the words of M(asr.hyperv.recovery_plan), as C(definition) of M(asr.hyperv.recovery_plan_info).
    type: list
    elements: dict
    required: true
  taken:
    description: Names of Hyper-V hosts.
    type: list
    elements: str
    default: []
"""

EXAMPLES = r"""
- name: Say which VMs are not in the inventory
  ansible.builtin.debug:
    msg: "{{ plans | asr.hyperv.unfit_hosts(groups['hyperv_hosts']) }}"
"""

RETURN = r"""
_value:
  description: The reason for each of them, by name.
  type: dict
  sample: {"hv01": it is the name of a Hyper-V host}
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._plans import inventory as _inventory


def unfit_hosts(plans: Sequence, taken: Sequence = ()) -> dict:
    """See DOCUMENTATION."""
    return _inventory.unfit_hosts(plans, taken)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"unfit_hosts": unfit_hosts}
