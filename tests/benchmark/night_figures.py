# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arithmetic of a measured night: how long each VM waited, and each wave, by what the simulator has seen. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from figures import moment, percentile
from night_picture import MOMENTS, Bars

LOOK = "vm_info"  # the module that looks at VMs that came home; before a cutover it is host_info that tells them
BAD = 300  # and more is no acceptance
HEADERS = ("PLAY [", "TASK [", "RUNNING HANDLER [")


@dataclass
class Course:
    """When it came to what for one VM, in seconds of real time since 1970; None where it did not."""

    resumed: float | None = None
    runs: float | None = None
    validated: float | None = None
    commit: float | None = None
    home: float | None = None  # the last of its jobs has ended


@dataclass
class Waits:
    """Seconds, without the stragglers: from "runs on-premises" on; and until somebody goes who waited for a validation."""

    to_validated: list[float] = field(default_factory=list)
    to_commit: list[float] = field(default_factory=list)
    of_those_after: list[float] = field(default_factory=list)


def courses(told: Mapping[str, Any], speed: float, latency: float, ids: Mapping[str, str]) -> dict[str, Course]:
    """The course of each VM. `told` is what the simulator says: jobs, requests, calls of hosts, and its clock.

    `ids` are the names of the VMs by the ids that their hosts know them by.
    """
    began = moment(told["wall_time"]) - moment(told["simulated_time"]) / speed
    jobs = {job["id"]: job["target"] for job in told["jobs"]}
    found: dict[str, Course] = {vm["name"]: Course() for vm in told["vms"]}
    for job in told["jobs"]:
        if job["state"] == "Succeeded" and job["target"] in found:
            ended(found[job["target"]], job["scenario"], began + moment(job["end"]) / speed)
    for entry in told["requests"]:
        one = found.get(ids.get(entry["item"], entry["item"]) or jobs.get(entry["job"], ""))
        if one and entry["method"] == "POST" and entry["status"] < BAD:
            asked(one, entry["verb"], moment(entry["wall_time"]))
    for call in told["calls"]:
        for name in looked_at(call, told["vms"], ids):
            one, at = found.get(name), moment(call["wall_time"]) + latency
            if one and one.runs and one.runs <= at - latency and at <= (one.commit or at):
                one.validated = at
    return found


def ended(one: Course, scenario: str, at: float) -> None:
    """Note a job that went well."""
    if scenario == "PlannedFailover":
        one.runs = at
    else:
        one.home = max(one.home or at, at)


def asked(one: Course, verb: str, at: float) -> None:
    """Note a step that was accepted."""
    if verb == "resume":
        one.resumed = one.resumed or at
    elif verb == "failoverCommit":
        one.commit = at


def looked_at(call: Mapping[str, Any], vms: Iterable[Mapping[str, Any]], ids: Mapping[str, str]) -> set[str]:
    """The names of the VMs that a call of a host was about: those that it names, else all of that host."""
    args = call["args"]
    named = [value for option in ("name", "id", "ids") for value in as_list(args.get(option))]
    if not call["module"].endswith(LOOK):
        return set()
    return {ids.get(one, one) for one in named} or {vm["name"] for vm in vms if vm["host"] == call["host"]}


def as_list(value: object) -> list[str]:
    """An option that may be one or several."""
    return [value] if isinstance(value, str) else list(value) if isinstance(value, list) else []


def waits(
    found: Mapping[str, Course], waves: Sequence[Sequence[str]], stragglers: Iterable[str], *, chained: bool = False
) -> Waits:
    """How long they waited; a VM that did not come so far is not counted.

    With `chained` each waits for the one at its place in the wave before, else a whole wave for the last of that.
    """
    slow, told = set(stragglers), Waits()
    for name, one in found.items():
        if name in slow or one.runs is None:
            continue
        told.to_validated += [one.validated - one.runs] if one.validated else []
        told.to_commit += [one.commit - one.runs] if one.commit else []
    for before, after in zip(waves, waves[1:], strict=False):
        pairs = [([one], [other]) for one, other in zip(before, after, strict=False)]
        for earlier, later in pairs if chained else [(before, after)]:
            last = max((at for name in earlier if (at := found[name].validated)), default=None)
            first = min((at for name in later if (at := found[name].resumed)), default=None)
            told.of_those_after += [first - last] if last and first else []
    return told


def lines(printed: str) -> tuple[int, int]:
    """How many lines were printed, and how many of them are headers of tasks and plays."""
    rows = printed.splitlines()
    return len(rows), sum(row.startswith(HEADERS) for row in rows)


def bars(found: Mapping[str, Course], order: Iterable[str]) -> list[Bars]:
    """The moments of each VM in seconds since the first cutover, in that order; a VM that was never cut over has none."""
    first = min((one.resumed for one in found.values() if one.resumed), default=0.0)
    return [
        (name, [None if (at := getattr(found[name], moment)) is None else round(at - first, 1) for moment in MOMENTS])
        for name in order
        if found[name].resumed
    ]


def figure(values: Sequence[float], which: Callable[[Sequence[float]], float]) -> float | None:
    return round(which(values), 1) if values else None


def p95(values: Sequence[float]) -> float:
    return percentile(values, 0.95)


def row(told: Mapping[str, Any], waited: Waits, printed: str) -> dict[str, Any]:
    """What the simulator and the console tell of one run."""
    requests = [entry for entry in told["requests"] if entry["arm"]]
    count, headers = lines(printed)
    home = sum(vm["protection_state"] == "Protected" for vm in told["vms"])
    return {
        "home": home,
        "validated_median": figure(waited.to_validated, statistics.median),
        "validated_p95": figure(waited.to_validated, p95),
        "commit_median": figure(waited.to_commit, statistics.median),
        "commit_p95": figure(waited.to_commit, p95),
        "next_wave": figure(waited.of_those_after, p95),
        "requests_per_vm": round(len(requests) / max(len(told["vms"]), 1), 1),
        "host_calls": len(told["calls"]),
        "lines": count,
        "headers": headers,
    }
