# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""One line for all items that come to the same place in one round, so that hundreds of VMs can be read. Pure.

What one item alone has to say, such as a problem, is said at once, and not here.
"""

from __future__ import annotations

from collections.abc import Callable

LONGEST = 10.0  # seconds that a line may be kept back: a round of a thousand POSTs takes minutes


class Together:
    """Keeps lines until the round is over. `say` gets each, `now` tells the time in seconds."""

    def __init__(self, say: Callable[[str], None], now: Callable[[], float]) -> None:
        self.say, self.now = say, now
        self.kept: dict[str, list[tuple[str, str]]] = {}
        self.since = 0.0

    def tell(self, name: str, words: str, alone: str = "") -> None:
        """An item has come to a place. `alone` are the words when it is the only one, with what concerns it alone."""
        if not self.kept:
            self.since = self.now()
        self.kept.setdefault(words, []).append((name, alone or words))
        if self.now() - self.since >= LONGEST:
            self.end_round()

    def end_round(self) -> None:
        """Say a line for each place."""
        kept, self.kept = self.kept, {}
        for words, told in kept.items():
            (name, alone), more = told[0], told[1:]
            self.say(f"{words}: {', '.join(one for one, _alone in told)}" if more else f"{name}: {alone}")
