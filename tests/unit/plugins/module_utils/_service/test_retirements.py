# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Azure retires of a VM is told with its day before a failback: a warning within a year, a note before that."""

from __future__ import annotations

import re
from datetime import date, datetime, timezone

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.retirement_checks import of_retirements
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureDisk, AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._service.retirements import retirement_of
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import item

SIZES = [  # names of sizes, their series, the day it ends; series that stay have none
    ("Standard_A1 Basic_A0 standard_a7", "Av1", date(2024, 8, 31)),
    ("Standard_NC6s_v3 Standard_NC24rs_v3", "NCv3", date(2025, 9, 30)),
    ("Standard_NV12s_v3", "NVv3", date(2026, 9, 30)),
    ("Standard_NV4as_v4", "NVv4", date(2026, 9, 30)),
    ("Standard_M192is_v2 Standard_M192ims_v2 Standard_M192ids_v2 Standard_M192idms_v2", "M192i", date(2027, 3, 31)),
    ("Standard_D2 Standard_D14", "D", date(2028, 5, 1)),
    ("Standard_DS3", "Ds", date(2028, 5, 1)),
    ("Standard_D2_v2 Standard_D11_v2_Promo", "Dv2", date(2028, 5, 1)),
    ("Standard_DS13-2_v2 Standard_DS2_v2", "Dsv2", date(2028, 5, 1)),
    ("Standard_L4s", "Ls", date(2028, 5, 1)),
    ("Standard_A1_v2 Standard_A2m_v2", "Av2", date(2028, 11, 15)),
    ("Standard_B1s Standard_B1ls Standard_B20ms", "B (V1)", date(2028, 11, 15)),
    ("Standard_F4", "F", date(2028, 11, 15)),
    ("Standard_F4s", "Fs", date(2028, 11, 15)),
    ("Standard_F4s_v2", "Fsv2", date(2028, 11, 15)),
    ("Standard_G5", "G", date(2028, 11, 15)),
    ("Standard_GS5-8", "Gs", date(2028, 11, 15)),
    ("Standard_L8s_v2", "Lsv2", date(2028, 11, 15)),
    (
        "Standard_D2s_v3 Standard_D2s_v5 Standard_B2ts_v2 Standard_F4s_v6 Standard_L8s_v3 Standard_NV6ads_A10_v5 E2",
        "",
        None,
    ),
    ("Standard_M192idms_v3 Standard_G Standard_A8 a", "", None),
]


@pytest.mark.parametrize(("sizes", "series", "ends"), SIZES)
def test_a_size_is_known_by_its_series_and_no_newer_one_is_taken_for_it(sizes, series, ends):
    for size in sizes.split():
        found = retirement_of(size)
        assert (found and (found.series, found.ends)) == ((series, ends) if series else None), size


def findings(size="", target="", day: tuple[int, int, int] = (2026, 11, 20), *, managed=True, use_managed=True):
    disk = AzureDisk("os", 10, managed, "where")
    vm = AzureVm("/vm", "vm1", "", size, "running", "", disks=(disk,)) if size else None
    told = of_retirements(
        item(azure_vm_size=target, use_managed_disks=use_managed), vm, datetime(*day, tzinfo=timezone.utc)
    )
    return [(one.check, str(one)) for one in told]


TOLD = [  # what there is; check and words of the only finding
    (
        {"size": "Standard_A1_v2"},
        "azure_size_retires",
        "has the size Standard_A1_v2: Azure retires the series Av2 on 2028-11-15",
    ),
    (
        {"size": "Standard_A1_v2", "day": (2027, 11, 17)},
        "azure_size_retired",
        "retires the series Av2 on 2028-11-15 .as of",
    ),
    (
        {"size": "Standard_A1_v2", "day": (2028, 11, 15)},
        "azure_size_retired",
        "Azure retired the series Av2 on 2028-11-15",
    ),
    ({"size": "Standard_A1_v2", "target": "standard_a1_v2"}, "azure_size_retires", "the Azure VM vm1"),
    (
        {"target": "Standard_NV4as_v4"},
        "azure_size_retired",
        "the next failover of vm1 makes a VM of the size Standard_NV4as_v4",
    ),
    (
        {"use_managed": False},
        "azure_unmanaged_disks",
        "it fails over to unmanaged disks, which Azure retired on 2026-03-31",
    ),
    ({"size": "x", "managed": False}, "azure_unmanaged_disks", "has the unmanaged disks os, which Azure retired"),
    ({"use_managed": False, "day": (2026, 3, 30)}, "azure_unmanaged_disks", "which Azure retires on 2026-03-31"),
]


@pytest.mark.parametrize(("there", "check", "words"), TOLD)
def test_what_is_retired_is_told_with_its_day_and_what_to_do(there, check, words):
    [(name, told)] = findings(**there)
    assert name == check and re.search(words, told), told


def test_sizes_that_stay_and_managed_disks_are_told_nothing_of():
    assert findings("Standard_D2s_v5", "Standard_D2s_v5") == findings() == []


def test_both_sizes_are_told_where_they_differ():
    assert len(findings("Standard_A1_v2", "Standard_F4")) == 2
