# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a row of the table of checks is. Pure; the rows are in rows_vault, rows_host and rows_azure, the table in checks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

VAULT = "the vault (Site Recovery Reader)"
HOST = "the Hyper-V host (WinRM, Hyper-V Administrators)"
AZURE = "Azure Resource Manager (Reader)"
RIGHTS = "Azure Resource Manager (Microsoft.Authorization/permissions/read)"


class Level(IntEnum):
    """How bad a finding is; the worst one is the verdict. What is blocked is not started, or held where it stands."""

    READY = 0
    WARNING = 1
    BLOCKED = 2

    @property
    def word(self) -> str:
        return self.name.lower()


class Moment(str, Enum):
    """When something is checked: before anything is started, and again right before and after the steps that rest on it."""

    PREFLIGHT = "preflight"
    GATE = "gate"
    CUTOVER = "cutover"
    COMMIT = "commit"
    AFTER = "after"


BEFORE = (Moment.PREFLIGHT,)
BEFORE_AND_AT_THE_GATE = (Moment.PREFLIGHT, Moment.GATE)
GATE_AND_CUTOVER = (Moment.GATE, Moment.CUTOVER)
UNTIL_THE_CUTOVER = (Moment.PREFLIGHT, Moment.GATE, Moment.CUTOVER)


@dataclass(frozen=True)
class Check:
    """One row. `remedy` may have {fields} that the finding fills in; `asks` is who is asked, and the right that takes."""

    name: str
    what: str
    moments: tuple[Moment, ...]
    asks: str
    level: Level
    remedy: str
