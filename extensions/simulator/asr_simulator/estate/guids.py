# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Guids that are the same in every run."""

from __future__ import annotations

import hashlib
import uuid


def stable_guid(seed: int, *names: str) -> str:
    """A guid that depends on the seed and a name only."""
    digest = hashlib.sha256("/".join([str(seed), *names]).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))
