# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.markdown`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: markdown
short_description: Put text into Markdown as text
version_added: 0.1.0
description:
  - For cells of tables, bullets and headings. What would begin markup, a link or a tag, or end the cell, is escaped.
  - Text is made visible as P(asr.hyperv.visible#filter) does.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _input:
    description: A text, or any other single value.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Write a line of a table
  ansible.builtin.debug:
    msg: "| {{ vm.name | asr.hyperv.markdown }} | {{ vm.phase }} |"
"""

RETURN = r"""
_value:
  description: The text, for Markdown.
  type: str
  sample: "web01 \\| &lt;b&gt;"
"""

from ansible_collections.asr.hyperv.plugins.module_utils._service import texts as _texts


def markdown(value: object) -> str:
    """See DOCUMENTATION."""
    return _texts.markdown(value)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"markdown": markdown}
