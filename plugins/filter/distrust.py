# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.distrust`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: distrust
short_description: Say why a file of ours may have been written by somebody else
version_added: 0.1.0
description:
  - What a run wrote is read by the next one only from a file that no other user of the control node can have put there or
    changed.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _input:
    description: The path of a file that is there.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: The report is ours
  ansible.builtin.assert:
    that: "'report.json' | asr.hyperv.distrust == ''"
"""

RETURN = r"""
_value:
  description: The reason; empty when there is none.
  type: str
  sample: it is a link
"""

from ansible_collections.asr.hyperv.plugins.plugin_utils import _places


def distrust(path: str) -> str:
    """See DOCUMENTATION."""
    return _places.distrust(str(path))


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"distrust": distrust}
