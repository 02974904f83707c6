# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the data gets home: chosen at the boundary of 30 days, for a VM that is gone, and never in silence."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._wish.data_sync import DataSync, choose
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import NOW, ago, item

DELTA, FULL = DataSync.BEFORE_FAILOVER, DataSync.DURING_FAILOVER
CHOICES = [  # asked for, failed over at, VM present, mode, words of the reason
    ("auto", ago(days=2), True, DELTA, "2 days in Azure (fewer than 30)"),
    ("auto", ago(days=29.9), True, DELTA, "29 days in Azure (fewer than 30)"),
    ("auto", ago(days=30), True, FULL, "30 days in Azure (30 or more)"),
    ("auto", ago(days=45), None, FULL, "45 days"),
    ("auto", ago(days=2), False, FULL, "VM is gone"),
    ("auto", None, True, DELTA, "does not say how long"),
    ("auto", None, False, FULL, "VM is gone"),
    ("before_failover", ago(days=90), True, DELTA, "asked for"),
    ("during_failover", ago(days=1), True, FULL, "asked for"),
    ("before_failover", ago(days=1), False, DELTA, "asked for"),
]


@pytest.mark.parametrize(("wanted", "since", "present", "mode", "words"), CHOICES)
def test_the_choice_and_its_reason(wanted, since, present, mode, words):
    choice = choose(wanted, item(failed_over_at=since), NOW, vm_present=present)
    assert choice.mode is mode and words in choice.reason
    assert choice.full_download is (mode is FULL)


def test_there_is_no_silent_default():
    with pytest.raises(BadInput, match=r"data_sync is required.*vm1.*before_failover.*during_failover.*auto"):
        choose(None, item(), NOW, vm_present=True)


def test_the_words_of_the_service_are_not_mixed_up():
    assert (DELTA.option, FULL.option) == ("ForDownTime", "ForSynchronization")
