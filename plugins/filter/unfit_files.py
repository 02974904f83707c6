# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.unfit_files`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: unfit_files
short_description: Name those that cannot be the names of files
version_added: 0.1.0
description:
  - A name such as V(../plan) would lead out of the folder.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _input:
    description: Names.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Every plan can have a file
  ansible.builtin.assert:
    that: plans | map(attribute='name') | asr.hyperv.unfit_files == {}
"""

RETURN = r"""
_value:
  description: The reason for each of them, by name.
  type: dict
  sample: {"..": it leads elsewhere}
"""

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._service.names import file_objection


def unfit_files(names: Sequence) -> dict:
    """See DOCUMENTATION."""
    told = {str(name): file_objection(str(name)) for name in names}
    return {name: why for name, why in told.items() if why}


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"unfit_files": unfit_files}
