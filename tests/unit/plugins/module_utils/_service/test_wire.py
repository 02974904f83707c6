# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service's JSON as it is really written: key case, times, ids, numbers, ways to say no."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import (
    job_name,
    last_part,
    number,
    read,
    rows,
    same_id,
    segment,
    sentence,
    squeeze,
    text,
    when,
)

ARM_ID = (
    "/Subscriptions/s/resourceGroups/rg/providers/x/vaults/v/replicationFabrics/site1/replicationProtectedItems/vm1"
)


@pytest.mark.parametrize("digits", range(8))
def test_a_time_may_have_up_to_seven_fraction_digits(digits):
    fraction = "." + "1234567"[:digits] if digits else ""
    micros = int("1234567"[:digits][:6].ljust(6, "0")) if digits else 0
    assert when(f"2017-06-08T13:50:58{fraction}Z") == datetime(2017, 6, 8, 13, 50, 58, micros, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "never", ["0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "1753-01-01T01:01:01Z", None, "", "soon", 5]
)
def test_never_is_no_time(never):
    assert when(never) is None


def test_a_time_may_come_with_an_offset_of_zero_or_none_at_all():
    assert when("2026-01-01T00:00:00+00:00") == when("2026-01-01T00:00:00") == datetime(2026, 1, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ({"recoveryAzureVmName": "a"}, "a"),
        ({"recoveryAzureVMName": "a"}, "a"),
        ({"RECOVERYAZUREVMNAME": "a"}, "a"),
        ({"recoveryAzureVmName": None}, ""),
        ({}, ""),
        (None, ""),
        ("no mapping", ""),
    ],
)
def test_keys_are_read_in_any_case_and_what_is_missing_is_empty(source, found):
    assert text(source, "recoveryAzureVmName") == found


def test_an_exact_key_wins_over_one_in_another_case():
    assert read({"VMID": 1, "vmId": 2}, "vmId") == 2


@pytest.mark.parametrize(("value", "found"), [([1], [1]), (None, []), ("text", []), ({}, [])])
def test_a_list_is_a_list_and_everything_else_is_none(value, found):
    assert rows({"a": value}, "A") == found


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (ARM_ID, ARM_ID.lower(), True),
        (ARM_ID, ARM_ID.replace("/Sub", "/sub") + "/", True),
        (ARM_ID, ARM_ID + "2", False),
        ("", "", False),
    ],
)
def test_ids_are_the_same_in_any_case(one, other, same):
    assert same_id(one, other) is same


def test_ids_are_taken_apart():
    assert segment(ARM_ID, "REPLICATIONFABRICS") == "site1"
    assert segment(ARM_ID, "replicationJobs") == ""
    assert last_part(f"https://x/{ARM_ID}?api-version=1") == "vm1"


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("/x/replicationJobs/8f3d", "8f3d"),
        ("/x/replicationJobs/None", ""),
        ("/x/replicationJobs/00000000-0000-0000-0000-000000000000", ""),
        ("/x/replicationJobs/", ""),
        ("", ""),
    ],
)
def test_every_way_to_say_no_job_is_no_name(given, name):
    assert job_name(given) == name


@pytest.mark.parametrize(
    ("given", "found"), [("40960", 40960), (40960, 40960), (None, None), ("", None), ("big", None)]
)
def test_a_number_may_come_as_text(given, found):
    assert number(given) == found


def test_texts_of_the_service_are_put_on_one_line():
    assert squeeze("\n   The VM\n\t can't   start.\n") == "The VM can't start."


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("The VM\n  is not ready.", "The VM is not ready."),
        ('{"error": {"code": "VmNotReady", "message": "The VM\\nis not ready."}}', "The VM is not ready."),
        ('{"code": "VmNotReady", "message": "No."}', "No."),
        ('{"code": "VmNotReady"}', '{"code": "VmNotReady"}'),
        ("{0} of 3 disks", "{0} of 3 disks"),
        ("", ""),
    ],
)
def test_a_message_that_is_an_error_as_json_is_told_in_its_words(message, words):
    assert sentence(message) == words
