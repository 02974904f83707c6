# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""An entry of the roster, as the rules of the order see it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import AWAY
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry

FAILED = "failed"  # a step, a hook or the validation of it went wrong: only this counts as a failure of the run's
BLOCKED = "blocked"  # the preflight left it out, before anything was started


@dataclass(frozen=True, eq=False)
class Vm:
    """A VM of the run. `entry` is as in _course."""

    entry: RosterEntry

    @property
    def name(self) -> str:
        return self.entry["name"]

    @property
    def wave(self) -> int:
        return self.entry["wave"]

    @property
    def optional(self) -> bool:
        return self.entry["optional"]

    @property
    def left_behind(self) -> bool:
        return bool(self.entry["left_behind"])

    @property
    def there(self) -> bool:
        """Whether it runs on-premises, and nobody has found fault with it."""
        return not self.away and not self.left_behind

    @property
    def away(self) -> bool:
        return self.entry["phase"] in AWAY

    @property
    def failed(self) -> bool:
        return self.entry["kind"] == FAILED

    @property
    def ready(self) -> bool:
        return self.entry["at_goal"]

    @property
    def was_away(self) -> bool:
        """Whether it ran in Azure when the run began, and was meant to come home in it."""
        return self.entry["phase_before"] in AWAY and self.entry["kind"] != BLOCKED


def vms(entries: Iterable[RosterEntry]) -> list[Vm]:
    return [Vm(entry) for entry in entries]
