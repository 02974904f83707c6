# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Who waits for whom, who counts, how many may fail, when enough are ready: for one call and for a whole run. Pure.

A later wave cuts over when every earlier one is where it was to go. Only the cutover has an order; data is synchronized,
committed and protected again as soon as each VM is ready. An optional VM that failed holds nobody back and counts nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

NO_LIMIT = -1  # as options have it; None within
TOLERANCE = 1e-6  # percent; a share need not be a whole number


class Member(Protocol):
    """A VM as these rules see it: in a call of a module, or in a whole run of the role.

    `left_behind`: nothing more is done to bring it there. `there`: it runs where its way leads, as it should.
    """

    @property
    def wave(self) -> int: ...
    @property
    def optional(self) -> bool: ...
    @property
    def left_behind(self) -> bool: ...
    @property
    def there(self) -> bool: ...


One = TypeVar("One", bound=Member)


def limit(option: int) -> int | None:
    """A limit as it was given, or None for no limit."""
    return None if option == NO_LIMIT else option


def holds_back(member: Member) -> bool:
    """Whether later waves have to wait for it."""
    return not member.there and not (member.optional and member.left_behind)


def is_lost(member: Member) -> bool:
    """Whether later waves wait for it in vain."""
    return member.left_behind and holds_back(member)


def front(members: Sequence[Member]) -> float:
    """The last wave that may cut over now."""
    return min((member.wave for member in members if holds_back(member)), default=math.inf)


def earlier(member: Member, others: Iterable[One]) -> list[One]:
    """Those of the others that are in a wave before this member's."""
    return [one for one in others if one.wave < member.wave]


def that_count(members: Sequence[One]) -> list[One]:
    """Those of which a share has to be ready: not the optional ones, unless there are no others."""
    return [member for member in members if not member.optional] or list(members)


def too_few(members: Sequence[One], share: float, is_ready: Callable[[One], bool]) -> list[One]:
    """Who is missing when less than `share` percent of those that count are ready; nobody when enough are."""
    counted = that_count(members)
    missing = [member for member in counted if not is_ready(member)]
    enough = 100 * (len(counted) - len(missing)) >= share * len(counted) - TOLERANCE * len(counted)
    return [] if enough else missing


def too_many_failed(members: Sequence[One], allowed: int | None, has_failed: Callable[[One], bool]) -> list[One]:
    """Those that failed and are not optional, when they are more than may; nobody when the run may go on. None: any may."""
    failed = [member for member in members if has_failed(member) and not member.optional]
    return failed if allowed is not None and len(failed) > allowed else []


def share_of_call(run: Sequence[One], call: Sequence[One], share: float, is_away: Callable[[One], bool]) -> float:
    """How many percent of a call's members make `share` percent of those of the whole run that were `away` when it began.

    A call counts by itself: it does not know who was left behind before, and counts whoever is there already.
    """
    called = that_count(call)
    needed = math.ceil(share * len(that_count([one for one in run if is_away(one)])) / 100 - TOLERANCE)
    needed += sum(not is_away(one) for one in called)
    return min(100.0, 100 * needed / len(called)) if called else 100.0


def allowed_in_call(run: Sequence[One], allowed: int | None, has_failed: Callable[[One], bool]) -> int | None:
    """How many may still fail in a call, when `allowed` may in the whole run."""
    failed = sum(has_failed(one) and not one.optional for one in run)
    return None if allowed is None else max(allowed - failed, 0)
