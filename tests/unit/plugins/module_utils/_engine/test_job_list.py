# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""With hundreds of items the list of jobs reaches as far back as it has to, and reads are made once each."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._engine.item_reads import LIST_FROM, PAGE, ItemReads
from ansible_collections.asr.hyperv.plugins.module_utils._engine.job_list import CLOCK_MARGIN, JobList, window
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import SentStep, Track, Unconfirmed
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import ServiceError
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import NOW, ago, item, job, known

SENT = SentStep(Step.REVERSE_REPLICATION, "job9", ago(minutes=20))
GATE = SentStep(Step.PLANNED_FAILOVER, "job9", ago(hours=9))


@pytest.mark.parametrize(
    ("followed", "sent_steps", "doubt", "expected"),
    [
        (None, [], None, NOW),
        (job(started=ago(hours=8)), [SENT], None, ago(hours=8)),
        (job(state="NotStarted", started=None), [SENT], None, ago(minutes=20)),
        (None, [SENT], None, ago(minutes=20)),
        (job(name="job9", started=None), [GATE, SENT], None, ago(hours=9)),
        (job(started=ago(hours=1)), [], Unconfirmed(Step.COMMIT_FAILOVER, ago(hours=2)), ago(hours=2)),
    ],
    ids=[
        "nothing known",
        "a followed job",
        "one that has not begun",
        "one that is to come",
        "one that was at a gate",
        "one in doubt",
    ],
)
def test_the_list_reaches_back_to_the_oldest_job_that_may_tell_something(followed, sent_steps, doubt, expected):
    track = Track(item(), Intent(Goal.PROTECTED), Phase.UNKNOWN)
    track.job, track.sent_steps, track.doubt = followed, sent_steps, doubt
    assert window([track], NOW) == expected - CLOCK_MARGIN


def test_jobs_are_found_by_the_vm_that_they_are_about():
    mine, other = job(), job(name="job2", target_id="guid-of-vm2")
    listed = JobList([mine, other])
    assert listed.about(item()) == [mine]
    assert listed.get("JOB2") is other


def test_what_was_fetched_ahead_is_used_once_and_its_error_raised_when_asked_for():
    asked = []

    def read(name):
        asked.append(name)
        if name == "bad":
            raise ServiceError("read it", "no")
        return item(name=name)

    reads = ItemReads(read, list)
    reads.ahead(["vm1", "bad"])
    assert sorted(asked) == ["bad", "vm1"]
    assert known(reads.item("vm1")).name == "vm1" and asked.count("vm1") == 1
    assert known(reads.item("vm1")).name == "vm1" and asked.count("vm1") == 2
    with pytest.raises(ServiceError):
        reads.item("bad")


def test_many_items_are_fetched_with_one_list_and_only_those_it_lacks_by_themselves():
    asked = []

    def read(name):
        asked.append(name)
        return item(name=name)

    names = [f"vm{number}" for number in range(LIST_FROM)]
    listed = [item(name=name) for name in names[1:]]
    reads = ItemReads(read, lambda: asked.append("all") or listed)
    reads.ahead([one.id for one in listed] + ["vm0"])
    assert asked == ["all", "vm0"]
    assert reads.item(listed[0].id) is listed[0] and known(reads.item("vm0")).name == "vm0" and len(asked) == 2


def test_a_list_that_is_much_longer_than_what_is_missing_is_read_once_and_not_again():
    listed = [item(name=f"vm{number}") for number in range(LIST_FROM * PAGE + 1)]
    asked: list[Any] = []
    reads = ItemReads(asked.append, lambda: asked.append("all") or listed)
    for _tick in range(2):
        reads.ahead(one.id for one in listed[:LIST_FROM])
    assert asked.count("all") == 1 and len(asked) == 1 + LIST_FROM
