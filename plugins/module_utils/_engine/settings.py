# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run is told: how long, how many at a time, and when to stop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """`timeout` is what the caller gave for all of it, `elapsed` what the call has used of that already, both in seconds.

    A look comes every `interval` seconds; `parallel` steps may be sent at once; `plan` narrows the list of items.
    When more than `max_failures` items have failed, nothing new is started; None means that the others always go on.
    No more than `max_concurrent` items are cut over at a time; None means as many as have their turn.
    `native`: as long as all members stand together, the steps are those of the plan itself.
    A cutover is sent no later than `cut_over_within` seconds after the call began.
    `share`: percent of the items (of the optional ones only when there are no others) that have to get there for the run to end.
    `until_due`: the run ends as soon as its caller is needed: an item that calls is at its goal, one failed, or one is held.
    """

    wait: bool = True
    timeout: float = 86400
    interval: float = 10
    parallel: int = 8
    plan: str = ""
    max_failures: int | None = None
    max_concurrent: int | None = None
    native: bool = False
    stop_at_manual_action: bool = False
    share: float = 100
    cut_over_within: float | None = None
    elapsed: float = 0
    until_due: bool = False

    @property
    def left(self) -> float:
        """The seconds that the run may still take."""
        return self.timeout - self.elapsed
