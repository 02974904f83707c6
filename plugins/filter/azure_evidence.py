# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.azure_evidence`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: azure_evidence
short_description: Say what a run deleted in Azure, and what is left there
version_added: 0.1.0
description:
  - One entry for each VM that the run committed, whatever was found, and for each of which an earlier commit left something.
author: asr.hyperv contributors (@asr-hyperv)
positional: before, again
options:
  _input:
    description: What the filter P(asr.hyperv.journeys#filter) made of the answers of the run.
    type: list
    elements: dict
    required: true
  before:
    description: What this filter returned in the run before, as its report has it. Only what was not gone then is told again.
    type: list
    elements: dict
    default: []
  again:
    description: What M(asr.hyperv.failback) returned as C(left_in_azure) for it. Whatever is not in it is not proven to be gone.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Is anything left in Azure?
  ansible.builtin.debug:
    msg: "{{ answers | asr.hyperv.journeys | asr.hyperv.azure_evidence | selectattr('remaining') | map(attribute='says') }}"
"""

RETURN = r"""
_value:
  description:
    - C(name) and C(id) of the VM, and C(gone), whether all that was there is proven to be gone.
    - C(says) in one line; C(deleted), C(remaining) and C(not_proven) as texts, empty for nothing.
    - C(deletes) and C(azure_after) as M(asr.hyperv.failback) has them.
  type: list
  elements: dict
"""

from ansible_collections.asr.hyperv.plugins.module_utils._roles.evidence import evidence


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"azure_evidence": evidence}
