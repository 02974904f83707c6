# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Whether a host of the inventory takes a connection at all: a knock at its WinRM port, which costs seconds and no sign-in."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

PATIENCE = 5.0  # seconds that a host may take
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


def knock(door: tuple[str, int] | None) -> str:
    """Why there is no connection; empty when there is one, or nobody can know."""
    if door is None:
        return ""
    try:
        with socket.create_connection(door, timeout=PATIENCE):
            return ""
    except OSError as error:
        return f"takes no connection at {door[0]}:{door[1]} ({error.strerror or error})"
