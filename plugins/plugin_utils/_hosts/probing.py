# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Whether a VM answers over the network, from the control node: its ports, and its pages."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from urllib.error import HTTPError, URLError

from ansible.module_utils.urls import open_url

KNOCK = 5.0  # seconds for one port
PATIENCE = 15.0  # seconds for one page
NO_ADDRESS = "'An address to ask' failed: tells no address. Give one as address in validate_vms."


def probe(address: str, ports: Sequence[int], pages: Sequence[Mapping], timeout: float) -> str:
    """What is wrong now, in words; empty when all of it answers. `timeout`: seconds that it had, which are only told.

    A page is a row of the variable validate_http.
    """
    if (ports or pages) and not address:
        return NO_ADDRESS
    for port in ports:
        if knock(address, int(port)):
            return f"'Ports are open' failed: does not answer at {address}, port {port}, within {timeout:g} s"
    for page in pages:
        if why := visit(address, page):
            return f"'It answers over HTTP' failed: {why}"
    return ""


def knock(address: str, port: int) -> str:
    try:
        with socket.create_connection((address, port), timeout=KNOCK):
            return ""
    except OSError as error:
        return str(error)


def visit(address: str, page: Mapping) -> str:
    """Why a page is not as it should be; empty when it is."""
    place = f"[{address}]" if ":" in address else address
    port = f":{page['port']}" if page.get("port") else ""
    url = f"{page.get('scheme') or 'http'}://{place}{port}{page['path']}"
    wanted = page.get("status") or 200
    codes = [int(code) for code in (wanted if isinstance(wanted, (list, tuple)) else [wanted])]
    try:
        with open_url(url, validate_certs=page.get("validate_certs", True), timeout=PATIENCE) as answer:
            code = answer.status
    except HTTPError as error:
        code = error.code
    except (URLError, OSError, ValueError) as error:
        return f"{url}: {getattr(error, 'reason', None) or error}"
    return "" if code in codes else f"Status code was {code} and not {codes}: {url}"
