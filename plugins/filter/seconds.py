# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter `asr.hyperv.seconds`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: seconds
short_description: Read a duration
version_added: 0.1.0
description:
  - Makes seconds of a duration as a person writes it. The role P(asr.hyperv.failback#role) is made of it.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _input:
    description: Seconds, or a text such as V(2h), V(90m) or V(1h30m).
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Two hours
  ansible.builtin.debug:
    msg: "{{ '2h' | asr.hyperv.seconds }}"
"""

RETURN = r"""
_value:
  description: The seconds.
  type: int
  sample: 7200
"""

from ansible.errors import AnsibleFilterError

from ansible_collections.asr.hyperv.plugins.module_utils._roles.veto import seconds_of
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput


def seconds(wanted: object) -> int:
    """See DOCUMENTATION."""
    try:
        return seconds_of(wanted, "the duration")
    except BadInput as error:
        raise AnsibleFilterError(str(error)) from error


class FilterModule:
    """Ansible asks this for the filters."""

    def filters(self) -> dict:
        return {"seconds": seconds}
