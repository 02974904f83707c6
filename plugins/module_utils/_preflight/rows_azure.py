# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The rows of what is checked of the VMs in Azure. Pure."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import Check

ROWS: tuple[Check, ...] = ()
