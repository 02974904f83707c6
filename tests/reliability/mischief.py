# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fault schedules: those that the simulator ships by name, every POST and every kind of read under every fault of ours, and
answers of somebody who means harm (`hostile_answers.py`).

What is expected of each (the simulator's words): `home`, the run gets every VM home by itself; `rerun`, running again once
the cause is gone does; `reported`, the run says truthfully which VM is not home, and nothing else is harmed.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError
from ansible_collections.asr.hyperv.tests.reliability import hostile_answers
from ansible_collections.asr.hyperv.tests.reliability.judging import (
    Verdict,
    Watchman,
    doubled,
    lost,
    slowest,
    told_the_truth,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import THREE
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import LONG_ENOUGH, Service
from asr_simulator.faults.schedules import resolved, schedules
from asr_simulator.jobs.engine import complete_initial_replication

INTERVAL = 30
HIT = "app01"  # the VM of the second group that most faults are for
POSTS = ("plannedFailover", "resume", "failoverCommit", "reProtect")
TASKS = (
    "VmPfoPrerequisitesCheck",
    "PrepareVmOnPremForFailback",
    "DataSync",
    "VmShutdownVmOnSecondary",
    "VmFailover",
    "VmFoStartVmOnPrimary",
    "FinalizeRestoreOnRecovery",
    "FinalizeRestoreOnPrimary",
    "EnableProtection",
    "VmStartInitialReplication",
    "CompleteInitialReplication",
)
OF_POSTS: dict[str, dict[str, Any]] = {  # faults that every POST is tried with
    "throttled": {"kind": "throttle", "retry_after": 20},
    "throttled for long": {"kind": "throttle", "retry_after": 900},
    "throttled without a time": {"kind": "throttle", "retry_after": None, "count": 3},
    "503 before it is accepted": {"kind": "server_error", "status": 503},
    "502 after it was accepted": {"kind": "server_error", "status": 502, "body": "html", "when": "after"},
    "reset before it is accepted": {"kind": "reset"},
    "reset after it was accepted": {"kind": "reset", "when": "after"},
    "no answer before it is accepted": {"kind": "timeout"},
    "no answer after it was accepted": {"kind": "timeout", "when": "after"},
    "shown late in the lists": {"kind": "stale", "what": ["items", "jobs"], "seconds": 65},
    "shown late everywhere": {"kind": "stale", "what": ["items", "jobs", "item", "job"], "seconds": 65},
}
READS = {"method": "GET"}
JOBS = {"method": "GET", "path": "replicationJobs$"}
ITEMS = {"method": "GET", "path": "replicationProtectedItems$"}
ITEM = {"method": "GET", "path": "replicationProtectedItems/"}
OF_READS: dict[str, dict[str, Any]] = {
    "throttled": {"kind": "throttle", "retry_after": 10, "count": 14, "skip": 10, "match": READS},
    "throttled for long": {"kind": "throttle", "retry_after": 900, "skip": 10, "match": READS},
    "throttled without a time": {"kind": "throttle", "retry_after": None, "count": 14, "skip": 10, "match": READS},
    "500s": {"kind": "server_error", "status": 500, "count": 14, "skip": 10, "match": READS},
    "502s of a gateway": {
        "kind": "server_error",
        "status": 502,
        "body": "html",
        "count": 14,
        "skip": 10,
        "match": READS,
    },
    "503s without a body": {
        "kind": "server_error",
        "status": 503,
        "body": "empty",
        "count": 14,
        "skip": 10,
        "match": READS,
    },
    "504s": {"kind": "server_error", "status": 504, "count": 14, "skip": 10, "match": READS},
    "no network for ten minutes": {"kind": "reset", "count": None, "after": 100, "lasts": 600},
    "no answers": {"kind": "timeout", "count": 4, "skip": 10, "match": READS},
    "slow answers": {"kind": "slow", "seconds": 20, "count": None},
    "half a list of jobs": {"kind": "truncated", "skip": 2, "count": 4, "match": JOBS},
    "half a list of items": {"kind": "truncated", "skip": 1, "match": ITEMS},
    "half an item": {"kind": "truncated", "count": 2, "match": ITEM},
    "an empty list of jobs": {"kind": "empty", "skip": 1, "count": 2, "match": JOBS},
    "a page of a proxy": {"kind": "content_type", "body": "html", "skip": 8, "count": 2, "match": READS},
    "a list of jobs that is too deep": {"kind": "nasty", "bytes": "deep", "skip": 2, "count": 3, "match": JOBS},
    "an item that is no text": {"kind": "nasty", "bytes": "no_utf8", "skip": 1, "count": 3, "match": ITEM},
    "a list of jobs that is null": {"kind": "nasty", "bytes": "null", "skip": 3, "count": 3, "match": JOBS},
    "a number without an end": {"kind": "nasty", "bytes": "number", "skip": 8, "count": 3, "match": READS},
    "jobs on a day that is none": {
        "kind": "unknown_word",
        "where": "jobs",
        "field": "startTime",
        "word": "2026-02-31T00:00:00Z",
        "after": 100,
        "lasts": 300,
    },
    "jobs twice": {"kind": "paging", "how": "duplicates", "count": None, "match": JOBS},
    "items twice": {"kind": "paging", "how": "duplicates", "count": None, "match": ITEMS},
    "pages that go in a circle": {"kind": "paging", "how": "loop", "skip": 3, "count": 3, "match": JOBS},
    "a page on a foreign host": {"kind": "paging", "how": "foreign", "skip": 3, "count": 3, "match": JOBS},
    "a list of jobs without entries": {"kind": "paging", "how": "skipped", "skip": 3, "count": 14, "match": JOBS},
    "a list of items without entries": {"kind": "paging", "how": "skipped", "skip": 1, "count": 2, "match": ITEMS},
    "pages of one": {"kind": "small_pages", "size": 1},
    "a clock that is ahead": {"kind": "clock_skew", "seconds": 240, "where": "both"},
    "a clock that is behind": {"kind": "clock_skew", "seconds": -240, "where": "both"},
    "dates that are ahead of the jobs": {"kind": "clock_skew", "seconds": 120, "where": "headers"},
    "jobs that are ahead of the dates": {"kind": "clock_skew", "seconds": 120, "where": "jobs"},
    "a state nobody knows": {"kind": "unknown_word", "field": "protectionState", "match": {"item": HIT}, "lasts": 400},
    "a token that has expired": {"kind": "token_expiry", "delay": 100},
}


OWN: dict[str, dict[str, Any]] = {
    **{
        f"{verb} {name}": {"expect": "home", "faults": [{**fault, "match": {"method": "POST", "verb": verb}}]}
        for verb in POSTS
        for name, fault in OF_POSTS.items()
    },
    **{f"reads: {name}": {"expect": "home", "faults": [fault]} for name, fault in OF_READS.items()},
    "reads: a list without an end": {
        "expect": "home",
        "faults": [{"kind": "paging", "how": "endless", "count": None, "after": 100, "lasts": 50, "match": JOBS}],
    },
}
HOSTILE = {f"hostile: {name}": row for name, row in hostile_answers.ROWS.items()}
SCHEDULES = (*OWN, *HOSTILE, *schedules())


def trial(name: str) -> Verdict:
    """One schedule: a run under its faults, and one in peace where that is expected to be needed."""
    service = Service(THREE)
    watchman = Watchman(service)
    if name in HOSTILE:
        service.core.twist = hostile_answers.asked_in_turn(HOSTILE[name])
    hostile: dict[str, Any] = {"expect": "home", "faults": []}
    schedule = hostile if name in HOSTILE else OWN.get(name) or resolved(service.world, name)
    for fault in schedule["faults"]:
        service.fault(**fault)
    tracks, failed = attempt(service)
    broken, ticks = told_the_truth(service, tracks), slowest(service, INTERVAL)
    if schedule["expect"] == "home":
        broken += failed
    elif failed:
        service.world.faults.clear()
        repair(service)
        service.wait(40000)
        failed = attempt(service)[1]
        broken += failed if schedule["expect"] == "rerun" else []
    alone = all(fault["kind"] != "operator" for fault in schedule["faults"])
    left = [one for one in lost(service) if one.split(":")[0] not in excused(schedule)]
    return Verdict(name, left, doubled(service, alone=alone), broken + watchman.seen, ticks)


def excused(schedule: dict[str, Any]) -> list[str]:
    """Who need not come home: the VM that it is about, with the groups behind it, or all when it is about everything."""
    if schedule["expect"] != "reported":
        return []
    names = ["db01", "app01", "web01"]
    about = schedule.get("about")
    return names if about in (None, "db01") else [about]


def repair(service: Service) -> None:
    """What only a person can do: repair a replication whose last step failed."""
    for item in service.world.estate.items:
        if item.state == "initial_replication" and not item.job:
            complete_initial_replication(service.world, item)


def attempt(
    service: Service, interval: float = INTERVAL, timeout: float = LONG_ENOUGH
) -> tuple[list[Track], list[str]]:
    """One run: its tracks, and what it says went wrong."""
    try:
        tracks = service.run(interval=interval, timeout=timeout)
    except AsrError as refused:
        return [], [str(refused)]
    return tracks, [str(track.problem["message"]) for track in tracks if track.problem]
