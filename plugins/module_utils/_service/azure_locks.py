# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Locks in Azure: what they are on, and the command that removes them. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import last_part, plain, text
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import LockEntry


@dataclass(frozen=True)
class Lock:
    """A lock on a subscription, a group or one resource. `level` is CanNotDelete or ReadOnly."""

    id: str
    name: str
    level: str

    @classmethod
    def from_service(cls, body: object) -> Lock:
        """Make the record from the JSON of one lock."""
        return cls(text(body, "id"), text(body, "name"), text(body, "properties", "level"))

    def told(self) -> LockEntry:
        """As a module returns it."""
        return {"id": self.id, "name": self.name, "level": self.level}

    @property
    def scope(self) -> str:
        """The ARM id of what is locked, with all that is below it."""
        return plain(self.id).partition("/providers/microsoft.authorization/locks/")[0]

    def covers(self, arm_id: str) -> bool:
        return plain(arm_id) == self.scope or plain(arm_id).startswith(f"{self.scope}/")


def locked(lock: Lock) -> str:
    """What a lock is on, in words: the subscription, a group, or a resource."""
    kind = {1: "subscription", 2: "resource group"}.get(len(lock.scope.split("/")[1::2]), "resource")
    return f"the {kind} {last_part(lock.scope)}"


def unlock(locks: Sequence[Lock]) -> str:
    """The command that removes locks."""
    return shlex.join(["az", "lock", "delete", "--ids", *(lock.id for lock in locks)])
