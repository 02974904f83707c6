# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The shapes of what a VM has, as modules tell it. Pure."""

from __future__ import annotations

from typing import TypedDict


class DiskEntry(TypedDict):
    """A disk of a protected item."""

    name: str
    size_mb: int
    role: str
    azure_location: str


class NicEntry(TypedDict):
    """A network adapter of a protected item."""

    id: str
    switch: str
    static_ips: list[str]
    azure_network_id: str
    azure_static_ips: list[str]
