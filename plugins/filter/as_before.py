# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.as_before`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: as_before
short_description: Say in what VMs differ from what they were
version_added: 0.1.0
description:
  - Compares looks at Hyper-V hosts with earlier ones, such as those that the playbook C(asr.hyperv.baseline) keeps.
author: asr.hyperv contributors (@asr-hyperv)
positional: before
options:
  _input:
    description:
      - Looks of M(asr.hyperv.look_at_hosts) as it is now, with the details C(disks), C(network_adapters) and C(configuration).
    type: list
    elements: dict
    required: true
  before:
    description: Earlier looks with the same details.
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: Who is not as before?
  ansible.builtin.debug:
    msg: "{{ found.looks | asr.hyperv.as_before(baseline) | selectattr('differences') }}"
"""

RETURN = r"""
_value:
  description:
    - One entry for each VM of the earlier looks. C(differences) are sentences, C(old_copies) other VMs of its id or name, such
      as the one that is left on the old host after a failback to another one.
  type: list
  elements: dict
  sample:
    - name: web01
      id: 8e5c2e0f-3c8e-4d25-9a7e-1a2b3c4d5e6f
      host: hv03
      differences: ["automatic_start_action was StartIfRunning and is Nothing"]
      old_copies: ["web01 on hv01, stopped, id 8e5c2e0f-3c8e-4d25-9a7e-1a2b3c4d5e6f"]
"""

from ansible_collections.asr.hyperv.plugins.module_utils._roles.baseline import changed, known_of


def as_before(now: list, before: list) -> list:
    """See DOCUMENTATION."""
    return changed(known_of(before), known_of(now))


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"as_before": as_before}
