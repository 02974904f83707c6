# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.together`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: together
short_description: Tell each finding of a preflight once, with the VMs that have it
version_added: 0.1.0
description:
  - A host that cannot be read is a finding of each VM on it, and one line for whoever reads them.
  - The role P(asr.hyperv.preflight#role) shows findings this way.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _input:
    description: Verdicts of M(asr.hyperv.readiness_info).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: What was found, and of whom?
  ansible.builtin.debug:
    msg: "{{ item.who }}: {{ item.message }}"
  loop: "{{ readiness.verdicts | asr.hyperv.together }}"
"""

RETURN = r"""
_value:
  description:
    - Findings as M(asr.hyperv.readiness_info) returns them, each once, with C(names), the VMs that have it, and C(who), which is
      the name of one VM, and the count of several with the first names.
  type: list
  elements: dict
  sample: [{level: warning, message: hv01 was not read, remedy: Give it., names: [app01, db01], who: "2 VMs (app01, db01)"}]
"""

from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import together


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"together": together}
