# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Every class of answer to a request that changes something: how often it is sent in all, at what pace, and how it ends. Pure.

One row for each; `posts` bounds what one step of one item puts on the wire when every answer is of that class. Reads are sent
again freely (`_azure/retries.py`). docs/troubleshooting.md shows the table.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AsrError,
    NotConnected,
    OutcomeUnknown,
    SignInFailed,
    Throttled,
)

RESENDS = 2  # how often one try is sent again by itself, after the wait that a 429 asks for
LOOKS, MOST_LOOKS = 3, 60  # ticks without a trace before a step in doubt is sent again: at first, and at the most
FIRST_REST, LONGEST_REST = 10, 600  # seconds before a throttled step is tried again: at first, and at the most


@dataclass(frozen=True)
class AnswerClass:
    """One row. `posts` None: the request never arrives, so there is nothing to bound but the time of the run."""

    name: str
    answers: str
    posts: int | None
    pace: str
    ends: str


REFUSED = AnswerClass(
    "refused",
    "403, 404, 409 and any other 4xx",
    1,
    "-",
    "the item's error at once, with code and remedy; somebody else's job that explains it is followed instead",
)
SIGNED_OUT = AnswerClass(
    "signed out",
    "401, also one that asks for more than the token has (multi-factor authentication, Conditional Access, continuous access "
    "evaluation); no token",
    2,
    "the next tick, with a fresh token; a challenge is answered at once",
    "the item's error with the remedy; when reads are refused as well, that of all items after three looks",
)
THROTTLED = AnswerClass(
    "throttled",
    "429",
    30,
    f"after `Retry-After`, else after {FIRST_REST} s, twice as long each time up to {LONGEST_REST} s; none sends meanwhile",
    "the item's error",
)
UNKNOWN = AnswerClass(
    "unknown outcome",
    "5xx, 408, no answer, an answer that cannot be read",
    8,
    f"only after {LOOKS} looks without a trace of it, twice as many each time up to {MOST_LOOKS}",
    "the item's error, after as many looks",
)
UNREACHABLE = AnswerClass(
    "unreachable",
    "no connection, so that nothing arrived",
    None,
    "every tick",
    "with the time limit",
)
TURNED_AWAY = AnswerClass(
    "turned away",
    "accepted, and the job ends with 532 (a commit also with 25037, a reverse replication with 25038): it did nothing",
    5,
    "when the item is free again",
    "the item's error",
)
CLASSES = (REFUSED, SIGNED_OUT, THROTTLED, UNKNOWN, UNREACHABLE, TURNED_AWAY)
OF_ERRORS = ((OutcomeUnknown, UNKNOWN), (Throttled, THROTTLED), (SignInFailed, SIGNED_OUT), (NotConnected, UNREACHABLE))


def class_of(error: AsrError) -> AnswerClass:
    """The class of the answer that became this error."""
    return next((row for kind, row in OF_ERRORS if isinstance(error, kind)), REFUSED)


def is_last(answers: AnswerClass, posts: int) -> bool:
    """Whether a step that was sent so often, and answered so each time, is not sent again."""
    more = 1 + RESENDS if answers is THROTTLED else 1
    return answers.posts is not None and posts + more > answers.posts


def growing(first: int, most: int, tries: int) -> int:
    """A wait that is twice as long after each try, up to the most."""
    return min(first << max(tries - 1, 0), most)


def table() -> str:
    """The rows as the documentation shows them."""
    rows = [(row.name, row.answers, row.posts or "-", row.pace, row.ends) for row in CLASSES]
    head = ("class", "answer to a request that changes something", "sent at most", "again", "ends")
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in (head, ["---"] * len(head), *rows))
