# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How often each step was sent and answered in which way, so that nothing is sent for ever."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.answer_classes import (
    FIRST_REST,
    LONGEST_REST,
    LOOKS,
    MOST_LOOKS,
    class_of,
    growing,
    is_last,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError


@dataclass(frozen=True)
class Tried:
    """One more try: whether it was the last, and else the ticks to look, and the seconds to rest, before the next."""

    last: bool
    looks: int
    rest: int


class Tries:
    """Counts requests on the wire and tries, for each item, step and class of answer."""

    def __init__(self) -> None:
        self.posts: Counter[tuple[str, Step, str]] = Counter()
        self.times: Counter[tuple[str, Step, str]] = Counter()

    def add(self, track: Track, step: Step, error: AsrError) -> Tried:
        """One more answer of this kind. The error's `sends` says how often the request left for it, if more than once."""
        kind = class_of(error)
        key = (track.item.id, step, kind.name)
        self.posts[key] += error.sends
        self.times[key] += 1
        times = self.times[key]
        return Tried(
            is_last(kind, self.posts[key]),
            growing(LOOKS, MOST_LOOKS, times),
            growing(FIRST_REST, LONGEST_REST, times),
        )
