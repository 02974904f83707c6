# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup `asr.hyperv.addresses_of`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: addresses_of
short_description: Resolve names of computers as the control node does
version_added: 0.1.0
description:
  - Whether two names or addresses mean one computer can be seen from what they have in common.
  - A name that cannot be resolved has no addresses.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _terms:
    description: Names or IP addresses.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: It is what the VM tells
  ansible.builtin.assert:
    that: lookup('asr.hyperv.addresses_of', 'web01.contoso.example') | intersect(vm.ip_addresses) | length > 0
"""

RETURN = r"""
_raw:
  description: One list with all addresses, each once.
  type: list
  elements: list
  sample: [[192.0.2.10]]
"""

import socket
from collections.abc import Mapping

from ansible.plugins.lookup import LookupBase


def resolve(name: str) -> list[str]:
    """The addresses of a name; those of an address are itself, in its usual form."""
    try:
        return [str(found[4][0]).partition("%")[0] for found in socket.getaddrinfo(name, None)]
    except (OSError, UnicodeError):
        return []


class LookupModule(LookupBase):
    """See DOCUMENTATION."""

    def run(self, terms: list, variables: Mapping | None = None, **options: object) -> list:
        self.set_options(var_options=variables, direct=options)
        return [list(dict.fromkeys(address for name in terms for address in resolve(str(name))))]
