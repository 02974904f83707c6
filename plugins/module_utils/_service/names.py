# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Names that others chose, where they become something else: a file, a part of an address, a host of an inventory. Pure.

Each function says why a name cannot be that, or nothing. What a name may hold is listed, not what it may not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible

LONGEST_FILE_NAME = 200  # bytes; file systems take 255, and an ending is put to it
NOT_IN_A_FILE_NAME = re.compile(r'[/\\:*?"<>|]')  # separators, and what Windows has other uses for
NOT_IN_AN_ADDRESS = re.compile(r"[/\\?#%]")
HOST = re.compile(r"\w(?:[\w.() -]*[\w)])?")  # nothing that is a range, a port, a pattern, a template or another option
ADDRESS = re.compile(
    r"(?i)(0x[0-9a-f]+|\d+)(\.(0x[0-9a-f]+|\d+))*"
)  # all that resolvers take for an IPv4 address: 127.1, 0x7f000001
THE_CONTROLLER = ("localhost", "localhost4", "localhost6", "ip6-localhost", "ip6-loopback", "broadcasthost")
GROUPS_OF_ANSIBLE = ("all", "ungrouped")


def segment_objection(name: str) -> str:
    """Why a name cannot be one part of an address; empty when it can."""
    if not name.strip(". "):
        return "it leads elsewhere" if name.strip() else "it is empty"
    if visible(name) != name or NOT_IN_AN_ADDRESS.search(name):
        return "it has a character of / \\ ? # % or one that cannot be seen"
    return ""


def file_objection(name: str) -> str:
    """Why a name cannot be that of a file in one folder; empty when it can."""
    if not name.strip(". "):
        return "it leads elsewhere" if name.strip() else "it is empty"
    if visible(name) != name or NOT_IN_A_FILE_NAME.search(name):
        return 'it has a character of / \\ : * ? " < > | or one that cannot be seen'
    if name.startswith((".", "-")) or len(name.encode()) > LONGEST_FILE_NAME:
        return f"it begins with a dot or a dash, or is longer than {LONGEST_FILE_NAME} bytes"
    return ""


def host_objection(name: str, taken: Iterable[str] = (), groups: Iterable[str] = ()) -> str:
    """Why a VM's name cannot be a host of an inventory; empty when it can.

    `taken`: hosts that a VM is never: the Hyper-V hosts. They count by their short names too, as a resolver may take one for the
    other. `groups`: the groups of the inventory, whose names would be ambiguous.
    """
    low = name.lower()
    if not HOST.fullmatch(name):
        return "Ansible would read more out of it than a name (allowed: letters, digits, blanks and . _ - ( ) within)"
    if ADDRESS.fullmatch(name):
        return "it is an address, which may be that of another machine"
    if short(low) in THE_CONTROLLER or low.rpartition(".")[2] == "localhost":
        return "it means the control node"
    if short(low) in {short(one.lower()) for one in taken}:
        return "it is the name of a Hyper-V host"
    if low in {one.lower() for one in (*groups, *GROUPS_OF_ANSIBLE)}:
        return "it is the name of a group"
    return ""


def short(host: str) -> str:
    """The first label of a host's name."""
    return host.partition(".")[0]
