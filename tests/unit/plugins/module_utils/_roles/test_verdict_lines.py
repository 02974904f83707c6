# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A preflight names every VM: those that are simply ready are short, whoever is not stands by itself with its reasons."""

from __future__ import annotations

from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._roles.verdict_lines import verdict_lines

FULL = {"level": "blocked", "message": "hv01 has no room", "remedy": "Make some."}
TAG = {"level": "ready", "message": "it has a tag", "remedy": "Note it."}
SLOW = {"level": "warning", "message": "hv01 was not read", "remedy": "Give it."}
ESTIMATE = {"synchronize_seconds": 600, "total_seconds": 900, "assumptions": "an estimate"}
SUM = (
    "{ready} ready, {warning} with warnings, {blocked} blocked. "
    "About 10 min of synchronization, 5 min of cutovers: an estimate."
)


def verdict(name, *found, seconds=600, host="hv01", mode="before_failover"):
    worst = next((level for level in ("blocked", "warning") if level in [one["level"] for one in found]), "ready")
    return {
        "name": name,
        "verdict": worst,
        "phase": "failed_over",
        "host": host,
        "data_sync": {"mode": mode} if mode else None,
        "estimate": {"synchronize_seconds": seconds, "outage_seconds": 120},
        "findings": list(found),
    }


def told(*verdicts, findings=()):
    """The lines, without their padding, but the last."""
    counts = {level: sum(one["verdict"] == level for one in verdicts) for level in ("ready", "warning", "blocked")}
    answer: Any = {"verdicts": list(verdicts), "findings": list(findings), "counts": counts, "estimate": ESTIMATE}
    lines = verdict_lines(answer)
    assert lines[-1] == SUM.format(**counts)
    return [" ".join(line.split()) for line in lines[:-1]]


def test_each_of_a_few_has_a_line_with_what_only_it_has_and_what_several_have_is_said_once():
    assert told(verdict("app", TAG), verdict("db", FULL, SLOW), verdict("web", SLOW), findings=[FULL]) == [
        "app ready failed_over hv01 before_failover, 10 min + 2 min outage",
        "note: it has a tag. Note it.",
        "db blocked failed_over hv01 before_failover, 10 min + 2 min outage",
        "blocked: hv01 has no room. Make some.",
        "web warning failed_over hv01 before_failover, 10 min + 2 min outage",
        "warning, 2 VMs (db, web): hv01 was not read. Give it.",
        "blocked: hv01 has no room. Make some.",
    ]


def test_the_columns_stand_below_each_other():
    answer: Any = {
        "verdicts": [verdict("app"), verdict("db", mode="")],
        "findings": [],
        "counts": {"ready": 2, "warning": 0, "blocked": 0},
        "estimate": ESTIMATE,
    }
    assert verdict_lines(answer)[:2] == [
        "app                  ready     failed_over              hv01             before_failover, 10 min + 2 min outage",
        "db                   ready     failed_over              hv01",
    ]


def test_many_that_are_ready_for_the_same_are_one_line_with_all_names_from_the_shortest_to_the_longest_time():
    many = [verdict(f"vm{number}", seconds=60 * number) for number in range(1, 8)]
    lines = told(
        verdict("bad", FULL), *many, verdict("noted", TAG), verdict("other", host="hv02"), verdict("slow", SLOW)
    )
    assert lines == [
        "bad blocked failed_over hv01 before_failover, 10 min + 2 min outage",
        "blocked: hv01 has no room. Make some.",
        "7 VMs ready failed_over hv01 before_failover, 1 to 7 min + 2 min outage",
        "vm1, vm2, vm3, vm4, vm5, vm6, vm7",
        "noted ready failed_over hv01 before_failover, 10 min + 2 min outage",
        "note: it has a tag. Note it.",
        "other ready failed_over hv02 before_failover, 10 min + 2 min outage",
        "slow warning failed_over hv01 before_failover, 10 min + 2 min outage",
        "warning: hv01 was not read. Give it.",
    ]
