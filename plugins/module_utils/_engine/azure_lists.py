# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Resources of Azure out of the lists of their groups, where several of a kind are wanted at the same moment.

A list is as fresh as a read, and shows what is there. It proves nothing about what it leaves out, and it may be denied, or fail,
where a read is not: whoever wants to know that asks by the id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AccessDenied, AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, text
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

LIST_FROM = 4  # fewer of a kind in a group are read one by one
PAGE = 50  # resources on a page of a list, at the least; Azure does not say how many there are (200 VMs were seen)

Rows: TypeAlias = Sequence[object]
Ask: TypeAlias = "Callable[[Mapping[str, Callable[[], Rows]]], Mapping[str, Rows | AsrError]]"


class AzureLists:
    """`read` lists all of a kind: the path of their collection is what it is given. `ask` makes several such calls at once."""

    def __init__(self, read: Callable[[str], Rows], ask: Ask) -> None:
        self.read, self.ask = read, ask
        self.length: dict[str, int] = {}  # of each collection's list when it was read last
        self.denied: set[str] = set()

    def of(self, arm_ids: Iterable[str]) -> dict[str, Json]:
        """What lists say of these, by their plain ids. Those that no list was asked for, or shows, are left out."""
        wanted: dict[str, list[str]] = {}
        for arm_id in arm_ids:
            wanted.setdefault(plain(arm_id).rpartition("/")[0], []).append(arm_id)
        calls = {
            key: partial(self.read, some[0].rstrip("/").rpartition("/")[0])
            for key, some in wanted.items()
            if self.is_less_work(key, len(some))
        }
        found: dict[str, Json] = {}
        for key, rows in self.ask(calls).items():
            if isinstance(rows, AsrError):
                self.denied |= {key} if isinstance(rows, AccessDenied) else set()
                continue
            self.length[key] = len(rows)
            found |= {plain(text(row, "id")): dict(row) for row in rows if isinstance(row, Mapping)}
        asked = {plain(arm_id) for some in wanted.values() for arm_id in some}
        return {arm_id: body for arm_id, body in found.items() if arm_id in asked}

    def is_less_work(self, collection: str, wanted: int) -> bool:
        """Whether a list takes fewer requests than so many reads do."""
        return collection not in self.denied and wanted >= max(LIST_FROM, self.length.get(collection, 0) / PAGE)
