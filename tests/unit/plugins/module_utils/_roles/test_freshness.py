# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A verdict is bound to what it saw: what has changed since is named, and one that is too old is not relied on."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.freshness import stale, told

NOW = "2026-11-28T22:10:00+00:00"
SAW = {"recovery plan": "plan1", "switches of hv01": "LAN", "checkpoints of app01": "none"}


def report(taken="2026-11-28T22:10:00+01:00", **saw):
    return {"taken": taken, "saw": {**SAW, **saw}}


STALE = [  # report, seconds that are allowed; words
    (report(), 3600, ""),
    (report(), 0, "3600 seconds ago, and 0 are allowed"),
    (report(), 3599, "it is of 2026-11-28 22:10, 3600 seconds ago, and 3599 are allowed"),
    (report(), -1, ""),
    (report("2026-11-28T22:14:00+00:00"), 60, ""),
    (report("2026-11-28T23:10:00+00:00"), 3600, "which is yet to come: compare the clocks"),
    (report(**{"recovery plan": "plan2"}), -1, "it is of plan2, not of PLAN1"),
    (report(**{"recovery plan": ""}), -1, "it is of VMs that were named, not of PLAN1"),
    (report("soon"), -1, "no report of a preflight"),
    (report("2026-11-28T22:10:00"), -1, "no report of a preflight"),
    ({"taken": NOW}, -1, "no report of a preflight"),
    ([], -1, "no report of a preflight"),
]


@pytest.mark.parametrize(("given", "max_age", "words"), STALE)
def test_a_preflight_that_is_too_old_or_of_something_else_is_not_relied_on(given, max_age, words):
    said = stale(given, NOW, max_age, "PLAN1")
    assert words in said and bool(words) == bool(said)


def test_what_has_changed_since_is_named_and_what_only_one_has_seen_is_not():
    now = {**SAW, "switches of hv01": "none", "volumes of hv01": "C:"}
    assert told(report(), now) == "changed since the preflight of 22:10 (2026-11-28): switches of hv01: LAN -> none"
    assert told(report(), SAW) == "nothing has changed since the preflight of 22:10 (2026-11-28)"
    many = {f"disks of vm{number}": "1" for number in range(14)}
    assert told(report(**many), dict.fromkeys(many, "2")).endswith("vm11: 1 -> 2; and 2 more")
    assert told({}, SAW) == ""
