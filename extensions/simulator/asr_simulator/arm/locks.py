# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Management locks: the list at each scope."""

from __future__ import annotations

from typing import Any

from ..estate.azure import Lock
from ..jobs.locks import above, inside
from .call import Answer, Request

TYPE = "Microsoft.Authorization/locks"


def listed(request: Request) -> Answer:
    """Locks at, above and below the scope of the path; with the filter atScope() those below are left out (assumed)."""
    estate = request.world.estate
    scope = request.path[: request.path.lower().rindex(f"/providers/{TYPE.lower()}")]
    found = above(estate, scope)
    if "atscope()" not in request.query.get("$filter", "").lower():
        found += [lock for lock in estate.locks if lock not in found and inside(lock.scope, scope)]
    return 200, {}, {"value": [body(lock) for lock in found]}


def body(lock: Lock) -> dict[str, Any]:
    """One lock."""
    return {
        "id": f"{lock.scope}/providers/{TYPE}/{lock.name}",
        "name": lock.name,
        "type": TYPE,
        "properties": {"level": lock.level, "notes": ""},
    }
