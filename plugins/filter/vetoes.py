# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.vetoes`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: vetoes
short_description: Say whose commit somebody objects to
version_added: 0.1.0
description:
  - Reads names of a variable and of a file. What cannot be read, and a name that means nobody, counts as an objection to all.
  - The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
positional: named, path, read
options:
  _input:
    description: The roster, as P(asr.hyperv.roster#filter) returns it.
    type: list
    elements: dict
    required: true
  named:
    description: Names of VMs, as a list or separated by commas. V(*) means all.
    type: raw
    default: []
  path:
    description: Where the file is, for the words; empty for none.
    type: str
    default: ""
  read:
    description: What C(ansible.builtin.slurp) answered for the file.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Who objects?
  ansible.builtin.debug:
    msg: "{{ roster | asr.hyperv.vetoes(['app01']) }}"
"""

RETURN = r"""
_value:
  description: By name of each VM that somebody objects to, who does.
  type: dict
  sample: {app01: "failback_veto names it"}
"""

import base64
from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._roles import veto as _veto


def text_of(path: str, read: Mapping) -> dict:
    """The file as the pure function takes it: its text, or why there is none."""
    if not isinstance(read.get("content"), str):
        return {"path": path, "error": str(read.get("msg") or "no reason is given").rstrip(".")}
    try:
        return {"path": path, "text": base64.b64decode(read["content"]).decode("utf-8-sig")}
    except ValueError as error:
        return {"path": path, "error": f"it is not UTF-8: {error}"}


def vetoes(entries: Sequence, named: Sequence[str] | str = (), path: str = "", read: Mapping | None = None) -> dict:
    """See DOCUMENTATION."""
    return _veto.vetoes(entries, named, text_of(path, read or {}) if path else None)


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"vetoes": vetoes}
