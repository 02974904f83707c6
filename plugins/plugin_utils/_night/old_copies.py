# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a failback to another host left on the old one: looked for, named, and removed where that was declared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._night.book import option
from ansible_collections.asr.hyperv.plugins.module_utils._roles.old_copies import (
    gone_elsewhere,
    ids_of,
    in_words,
    old_copies,
    silent,
)
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import OldCopy
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry
from ansible_collections.asr.hyperv.plugins.plugin_utils._hosts.looking import Look, Looking
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.surroundings import Around

DETAILS = ("disks", "replication")  # what is read of a copy
LookAt = Callable[[Sequence[str], Sequence[str], Sequence[str]], list[Look]]


class OldCopies:
    """The old copies of one run. `changed`: whether one was removed, or would be in check mode."""

    def __init__(self, around: Around, looking: Looking, book: Book) -> None:
        self.around, self.looking, self.book = around, looking, book
        self.changed = False

    def see_to(self, items: Sequence[ItemEntry], look_at: LookAt) -> None:
        """Look at all hosts for old copies of those that went to another one. `items`: all, as they are now."""
        came: Any = {name: option(self.book, name) for name in ("alternate_host", "item_options")}
        gone = gone_elsewhere(items, came)
        if not gone or not self.book["hosts"]:
            return
        before = self.book["items"]
        ids = sorted({one for item in gone for one in ids_of(item, before)})
        seen: Any = look_at(self.book["hosts"], ids, DETAILS)
        unwell = {**self.book["wellness"]["unwell"], **self.book["wellness"]["notes"]}
        self.around.say([self.told(copy) for copy in old_copies(gone, before, seen, came, unwell)])
        if unknown := silent(seen):
            names = ", ".join(sorted(item["name"] for item in gone))
            self.around.say(
                [f"Whether an old copy of {names} is there as well, these did not tell: {', '.join(unknown)}"]
            )

    def told(self, copy: OldCopy) -> str:
        """What is said of one copy, which is removed before where that was asked for and nothing speaks against it."""
        words = in_words(copy)
        if option(self.book, "old_copy") != "remove":
            return f"An old copy {words}. It is kept: keep it off, two would have one name and one MAC address"
        if copy["why"]:
            return f"WARNING: an old copy {words}. It is kept, not removed: {copy['why']}"
        answer = self.looking.run(
            copy["inventory"], "vm_removal", {"id": copy["vm_id"], "state": "absent", "timeout": 60}
        )
        if answer.get("failed") or "vm" not in answer or "msg" in answer:
            why = str(answer.get("msg") or "no answer").rstrip(".")
            return f"WARNING: an old copy {words}. It could not be removed: {why}"
        self.changed |= bool(answer.get("changed"))
        done = "would be removed" if self.book["checks"] else "is removed"
        return f"The old copy {words}. It {done} there; its disks are left"
