# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.own_file`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: own_file
short_description: Say where a file is written, without following a link
version_added: 0.1.0
description:
  - The full path of a file that is named from where Ansible was started. Links on the way to its folder are followed, unless
    another user of the control node made them.
  - A link in its own place is not followed, so that M(ansible.builtin.copy) replaces it instead of writing through it.
  - A folder in its place, or a link to one, is refused.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _input:
    description: The path of a file.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Write a report
  ansible.builtin.copy:
    content: "{{ report | to_nice_json }}"
    dest: "{{ 'report.json' | asr.hyperv.own_file }}"
    mode: "0600"
"""

RETURN = r"""
_value:
  description: The full path.
  type: str
  sample: /srv/dr/report.json
"""

from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node import places


def own_file(path: str) -> str:
    """See DOCUMENTATION."""
    try:
        return places.own_file(str(path))
    except OSError as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"own_file": own_file}
