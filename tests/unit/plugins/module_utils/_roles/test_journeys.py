# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run's report has one entry for each VM, with how long it took to its outage and how long it was away."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.journeys import journeys
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part


def told(phase, *timings, mode=None, before="failed_over", **more):
    return {
        "name": "vm1",
        "id": "/vm1",
        "group": 1,
        "wave": 1,
        "phase_before": before,
        "phase": phase,
        "steps": [timing[0] for timing in timings],
        "jobs": ["job1"],
        "data_sync": {"mode": mode} if mode else None,
        "timings": [{"step": step, "asked": at(asked), "ended": at(ended)} for step, asked, ended in timings],
        "error": None,
        "warnings": ["w"],
        **more,
    }


def at(minute):
    return None if minute is None else f"2026-11-20T22:{minute:02}:00Z"


SPANS = [  # what was told in the run; seconds of synchronization, of outage
    ([told("protected", before="protected")], None, None),
    (
        [
            told("synchronized", ("planned_failover", 0, None), mode="before_failover"),
            told("protected", ("complete_failover", 30, 36), ("commit_failover", 36, 37), before="synchronized"),
        ],
        1800,
        360,
    ),
    ([told("protected", ("planned_failover", 0, 20), mode="during_failover")], None, 1200),
    ([told("cutting_over", ("complete_failover", 30, None), before="synchronized")], None, None),
]


@pytest.mark.parametrize(("calls", "sync", "outage"), SPANS)
def test_the_outage_is_measured_from_the_shutdown_to_the_end_of_the_failback(calls, sync, outage):
    (found,) = journeys(calls)
    assert (found["sync_seconds"], found["outage_seconds"]) == (sync, outage)


def test_a_journey_tells_the_group_of_the_plan_and_the_wave_of_the_whole_run():
    call = told("protected", group=None, wave=1)  # the canary of a plan, in a call for it alone
    assert (
        journeys([call], [part(RosterEntry, id="/vm1", group=3, wave=2)])[0].items() >= {"group": 3, "wave": 2}.items()
    )
    assert journeys([call])[0].items() >= {"group": None, "wave": 1}.items()


def test_several_answers_about_one_vm_become_one_entry():
    (found,) = journeys(SPANS[1][0])
    assert (found["phase_before"], found["phase"], found["warnings"]) == ("failed_over", "protected", ["w"])
    assert found["steps"] == ["planned_failover", "complete_failover", "commit_failover"] and found["jobs"] == ["job1"]
