# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How much one run may take from the service: every bound on time and size, in one table. `docs/limits.md` shows it."""

from __future__ import annotations

CONNECT_SECONDS = 10  # to get a connection
READ_SECONDS = 60  # between two pieces of an answer
IDENTITY_CONNECT_SECONDS, IDENTITY_READ_SECONDS = 5, 10  # of the endpoint of a managed identity, which is near
MOST_PAGES = 1_000  # of one list
MOST_BYTES = 32 * 1024 * 1024  # of one answer after it was unpacked, and of all pages of one list together
MOST_ERROR_BYTES = 64 * 1024  # of an answer that says no: the rest is not read
LONGEST_RETRY_AFTER = 86_400  # seconds: whatever is asked for beyond that counts as this
