# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Everything that is checked, in one table: what, when, who is asked, what it does, and what to do about it. Pure.

Code that judges yields `found(...)`, which takes level, moments and remedy from the row: a check without a row does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import Check, Level, Moment
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rows_azure import ROWS as OF_AZURE
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rows_host import ROWS as OF_HOSTS
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rows_vault import ROWS as OF_THE_VAULT
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rows_vm import ROWS as OF_VMS
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import FindingEntry

ROWS: tuple[Check, ...] = (*OF_THE_VAULT, *OF_HOSTS, *OF_VMS, *OF_AZURE)
CHECKS = {row.name: row for row in ROWS}


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

    def told(self) -> FindingEntry:
        """As a module returns it."""
        return {
            "check": self.check,
            "level": self.level.word,
            "thing": self.thing,
            "message": self.message,
            "remedy": self.remedy,
        }

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}".rstrip(" ")


def found(check: str, thing: str, message: str, **words: str) -> Iterator[Finding]:
    """The finding of a check on a thing. `words` fill the remedy of its row in, or replace it as `remedy`."""
    row = CHECKS.get(check)
    if row:
        remedy = words.pop("remedy", "") or row.remedy.format(**words)
        yield Finding(check, row.level, visible(thing), visible(message).rstrip("."), visible(remedy))


def at(moment: Moment, findings: Iterable[Finding]) -> list[Finding]:
    """Those that are asked for at this moment."""
    return [finding for finding in findings if moment in CHECKS[finding.check].moments]


def verdict(findings: Iterable[Finding]) -> Level:
    """The worst of the findings; ready without any."""
    return max((finding.level for finding in findings), default=Level.READY)
