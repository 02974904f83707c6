# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the preflight found, and the verdict that follows from it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import IntEnum


class Level(IntEnum):
    """How bad a finding is; the worst one is the verdict."""

    READY = 0
    WARNING = 1
    BLOCKED = 2

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Finding:
    """One finding: what was checked, how bad it is, on which thing, what it is in words, and what to do about it.

    The message has no full stop: whoever shows it puts one between message and remedy.
    """

    check: str
    level: Level
    thing: str
    message: str
    remedy: str = ""

    def told(self) -> dict:
        return {**asdict(self), "level": self.level.word}


def blocked(check: str, thing: str, message: str, remedy: str) -> Finding:
    return Finding(check, Level.BLOCKED, thing, message.rstrip("."), remedy)


def warning(check: str, thing: str, message: str, remedy: str) -> Finding:
    return Finding(check, Level.WARNING, thing, message.rstrip("."), remedy)


def verdict(findings: Iterable[Finding]) -> Level:
    """The worst of the findings; ready without any."""
    return max((finding.level for finding in findings), default=Level.READY)
