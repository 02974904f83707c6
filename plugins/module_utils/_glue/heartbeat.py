# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""A sign of life in every wait of a module: when nothing was said for a minute, a line that says what it waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

SILENCE = 60  # seconds


class Heartbeat:
    """Says `words()` whenever nothing was said for `silence` seconds, whatever the run itself hangs in, until it is stopped."""

    def __init__(self, say: Callable[[str], None], words: Callable[[], str], silence: float = SILENCE) -> None:
        self.say, self.words, self.silence = say, words, silence
        self.last, self.done = time.monotonic(), threading.Event()
        self.thread = threading.Thread(target=self.beat, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        self.done.set()

    def heard(self) -> None:
        """Something was said."""
        self.last = time.monotonic()

    def beat(self) -> None:
        """The thread. What it says counts as said."""
        while not self.done.wait(max(0.01, self.last + self.silence - time.monotonic())):
            if time.monotonic() - self.last >= self.silence:
                self.say(self.words())


def at_work(begun: Sequence[str], until: str) -> str:
    """The line for a module that follows no items.

    `begun` is what it sent, in words; `until` the time at which the run ends in any case.
    """
    doing = (
        f"waiting for what was sent: {', '.join(begun)}"
        if begun
        else "still reading the vault, nothing was sent yet: it answers slowly or asks to wait"
    )
    return f"{doing} (until {until} at most)"
