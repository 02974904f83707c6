# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup `asr.hyperv.silent_hosts`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: silent_hosts
short_description: Say which hosts of the inventory take no connection
version_added: 0.1.0
description:
  - Knocks at the WinRM port of all hosts at once, so that hosts that are gone cost the time of one.
  - A host that is not reached directly is never called silent, as through a proxy or by another connection than WinRM.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _terms:
    description: Names of hosts of the inventory. Their connection variables tell address and port.
    type: list
    elements: str
    required: true
  timeout:
    description: Seconds that a host may take.
    type: float
    default: 5
"""

EXAMPLES = r"""
- name: Who does not answer?
  ansible.builtin.debug:
    msg: "{{ lookup('asr.hyperv.silent_hosts', *groups['hyperv_hosts']) }}"
"""

RETURN = r"""
_raw:
  description: One dictionary with the hosts that take no connection, and why.
  type: list
  elements: dict
  sample: [{hv03: "takes no connection at 192.0.2.3:5986 (timed out)"}]
"""

import os
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from ansible.plugins.lookup import LookupBase

PROXIES = ("ansible_winrm_proxy", "ansible_psrp_proxy")
SECURE = 5986  # the ports of WinRM
PLAIN = 5985


def door_of(host: str, known: Mapping) -> tuple[str, int] | None:
    """Address and port of a host by its variables; None for one that is not reached directly."""
    kind = str(known.get("ansible_connection") or "").rpartition(".")[2]
    if kind not in ("winrm", "psrp") or any(known.get(name) for name in PROXIES):
        return None
    if any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")):
        return None
    own = f"ansible_{kind}"
    scheme = known.get(f"{own}_scheme") or known.get(f"{own}_protocol")
    port = known.get(f"{own}_port") or known.get("ansible_port") or (PLAIN if scheme == "http" else SECURE)
    return str(known.get(f"{own}_host") or known.get("ansible_host") or host), int(port)


def knock(door: tuple[str, int], timeout: float) -> str:
    """Why there is no connection; empty when there is one."""
    try:
        with socket.create_connection(door, timeout=timeout):
            return ""
    except OSError as error:
        return f"takes no connection at {door[0]}:{door[1]} ({error.strerror or error})"


class LookupModule(LookupBase):
    """See DOCUMENTATION."""

    def run(self, terms: list, variables: Mapping | None = None, **options: object) -> list:
        self.set_options(var_options=variables, direct=options)
        everyone = (variables or {}).get("hostvars", {})
        doors = {host: door_of(host, everyone[host]) for host in terms if host in everyone}
        doors = {host: door for host, door in doors.items() if door}
        if not doors:
            return [{}]
        with ThreadPoolExecutor(min(len(doors), 64)) as pool:
            told = pool.map(lambda door: knock(door, self.get_option("timeout")), doors.values())
            return [{host: why for host, why in zip(doors, told, strict=True) if why}]
