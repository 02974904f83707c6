# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.visible`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: visible
short_description: Show text from elsewhere on one line, with nothing hidden
version_added: 0.1.0
description:
  - New lines become blanks, and characters without a shape (control, bidirectional, zero width) their escapes such as C(\x1b).
  - Names of VMs and messages of hosts are chosen by others. The modules of this collection return them like this already; what
    comes from elsewhere, such as the message of a failed task, needs this filter before it is shown.
author: asr.hyperv contributors (@asr-hyperv)
positional: lines
options:
  _input:
    description: A text, or data with texts in it.
    type: raw
    required: true
  lines:
    description: Whether the new lines of a text stay, as in a message of several lines.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Say what went wrong
  ansible.builtin.debug:
    msg: "{{ ansible_failed_result.msg | asr.hyperv.visible }}"
"""

RETURN = r"""
_value:
  description: The same, with all of its texts visible.
  type: raw
  sample: "web01\\x1b[2J"
"""

from ansible_collections.asr.hyperv.plugins.module_utils._service import texts as _texts


def visible(value: object, lines: bool = False) -> object:
    """See DOCUMENTATION."""
    return _texts.visible_lines(value) if lines else _texts.visible_all(value)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"visible": visible}
