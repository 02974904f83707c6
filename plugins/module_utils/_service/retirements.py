# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What Azure has retired or announced to retire of what a protected item is made of there, with its date. Pure.

Sources, below https://learn.microsoft.com/azure/virtual-machines/: `SIZES` sizes/retirement/retired-sizes-list, `UNMANAGED`
unmanaged-disks-deprecation; the series Av1: https://github.com/Azure/EOL (service_list.json).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

AS_OF = date(2026, 4, 15)  # when the list was last read: what was announced later is not in it
UNMANAGED = date(2026, 3, 31)  # disks that are blobs of a storage account


@dataclass(frozen=True)
class Retirement:
    """A series of VM sizes and the day on which Azure ends it: `size` is the pattern of its names without `Standard_`."""

    series: str
    size: str
    ends: date


SIZES = (
    Retirement("Av1", r"(basic_)?a[0-7]", date(2024, 8, 31)),
    Retirement("NCv3", r"nc\d+r?s_v3", date(2025, 9, 30)),
    Retirement("NVv3", r"nv\d+s_v3", date(2026, 9, 30)),
    Retirement("NVv4", r"nv\d+as_v4", date(2026, 9, 30)),
    Retirement("M192i", r"m192id?m?s_v2", date(2027, 3, 31)),
    Retirement("D", r"d\d+", date(2028, 5, 1)),
    Retirement("Ds", r"ds\d+", date(2028, 5, 1)),
    Retirement("Dv2", r"d\d+_v2(_promo)?", date(2028, 5, 1)),
    Retirement("Dsv2", r"ds\d+(-\d+)?_v2(_promo)?", date(2028, 5, 1)),
    Retirement("Ls", r"l\d+s", date(2028, 5, 1)),
    Retirement("Av2", r"a\d+m?_v2", date(2028, 11, 15)),
    Retirement("B (V1)", r"b\d+[lm]?s", date(2028, 11, 15)),
    Retirement("F", r"f\d+", date(2028, 11, 15)),
    Retirement("Fs", r"f\d+s", date(2028, 11, 15)),
    Retirement("Fsv2", r"f\d+s_v2", date(2028, 11, 15)),
    Retirement("G", r"g\d+", date(2028, 11, 15)),
    Retirement("Gs", r"gs\d+(-\d+)?", date(2028, 11, 15)),
    Retirement("Lsv2", r"l\d+s_v2", date(2028, 11, 15)),
)


def retirement_of(size: str) -> Retirement | None:
    """The retirement of a VM size such as `Standard_A1_v2`; None where none was announced as of `AS_OF`."""
    name = size.lower().removeprefix("standard_")
    return next((one for one in SIZES if re.fullmatch(one.size, name)), None)
