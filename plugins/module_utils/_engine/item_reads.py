# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Reading items; those of which it is known that they will be read are fetched together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from ansible_collections.asr.hyperv.plugins.module_utils._engine.parallel import answers_or_errors
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem

WIDTH = 8  # reads at a time, as many as the connections that the starts use
LIST_FROM = 25  # fewer are read one by one: that may be less work for the service, and lists lag behind more often
FEW = 4  # fewer are always read one by one where nobody knows how long the list is: it has a page at the least
PAGE = 10  # items on a page of the list, at the least; nobody has published how many there are


class ItemReads:
    """One read for each question: what was fetched ahead answers the next one, and only that.

    `read` gives one item by its id, `read_all` the list of all that the run may be about.
    """

    def __init__(
        self, read: Callable[[str], ProtectedItem | None], read_all: Callable[[], Iterable[ProtectedItem]]
    ) -> None:
        self.read, self.read_all = read, read_all
        self.fetched: dict[str, ProtectedItem | None | AsrError] = {}
        self.on_list = 0  # how long the list was when it was read last

    def ahead(self, item_ids: Iterable[str]) -> None:
        """Fetch these items now. What goes wrong with one is raised when somebody asks for it."""
        self.fetched = {}
        missing = list(item_ids)
        if len(missing) >= max(LIST_FROM, self.on_list / PAGE):
            listed = {item.id.lower(): item for item in self.read_all()}
            self.on_list = len(listed)
            self.fetched = {item_id: listed[item_id.lower()] for item_id in missing if item_id.lower() in listed}
            missing = [item_id for item_id in missing if item_id not in self.fetched]
        self.fetched |= answers_or_errors({item_id: partial(self.read, item_id) for item_id in missing}, WIDTH)

    def item(self, item_id: str) -> ProtectedItem | None:
        """The item as the service has it; raises what reading it raised."""
        if item_id not in self.fetched:
            return self.read(item_id)
        answer = self.fetched.pop(item_id)
        if isinstance(answer, AsrError):
            raise answer
        return answer
