# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The arithmetic of the benchmark is right: nobody checks a table of figures by hand."""

from __future__ import annotations

import importlib
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ansible_collections.asr.hyperv.tests.benchmark import figures, page, targets


def step(item, name, asked="2026-11-23T08:00:00.0000000Z", lag=1.0):
    return {"item": item, "step": name, "asked_at": asked, "lag_wall_seconds": lag}


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([], 0.95, 0.0), ([3.0], 0.95, 3.0), ([4, 1, 3, 2], 0.5, 2), (list(range(1, 101)), 0.95, 95), ([1, 2], 1.0, 2)],
)
def test_a_percentile_is_one_of_the_values(values, share, expected):
    assert figures.percentile(values, share) == expected


def test_the_first_step_of_an_item_and_one_that_nobody_asked_for_have_no_lag():
    rows = [step("a", "planned_failover", lag=9.0), step("a", "commit_failover", lag=2.0), step("a", "x", asked=None)]
    assert figures.lags(rows) == [2.0]


def test_the_ideal_is_the_slowest_vm_without_its_waiting():
    rows = [step("a", "planned_failover"), step("a", "commit_failover", lag=3.0), step("b", "planned_failover")]
    ends = {"a": "2026-11-23T08:10:00.0000000Z", "b": "2026-11-23T08:05:00.0000000Z"}
    assert figures.ideal(rows, ends, speed=10) == pytest.approx(57.0)


def test_the_most_requests_in_a_second_are_counted_by_the_clock():
    seconds = ["2026-11-23T08:00:00.1", "2026-11-23T08:00:00.9", "2026-11-23T08:00:01.0"]
    assert figures.most_a_second(seconds) == 2
    assert figures.most_a_second([]) == 0


def row(contestant, vms, **more):
    facts = {"cpu": 10.0, "engine_cpu": 5.0, "lag_median": 2.0, "lag_p95": 5.0, "over_ideal": 1.1}
    return {
        "contestant": contestant,
        "title": contestant,
        "vms": vms,
        **facts,
        "requests_per_vm": 5.5,
        "peak_memory": 150.0,
        **more,
    }


def test_a_target_is_met_missed_or_not_measured():
    rows = [row("ours", 500), row("threads", 500, cpu=12.0, lag_p95=6.0), row("ours", 50), row("uri5", 50, cpu=200.0)]
    words = {text: word for text, _value, _bound, word in targets.judged({"poll": 5, "rows": rows})}
    assert words["50 VMs: CPU of all processes, as a share of uri with 5 forks"] == "met"
    assert words["500 VMs: p95 lag, as a share of the SDK script"] == "met"
    assert words["50 VMs: median lag, as a share of uri with 5 forks"] == "missed"
    assert words["500 VMs: wall over ideal, beyond that of the limit"] == "not measured"


def test_a_run_that_did_not_end_is_no_figure_to_compare_with():
    rows = [row("ours", 50), row("uri5", 50, lag_median=None, cpu=0)]
    assert {word for *_rest, word in targets.judged({"poll": 5, "rows": rows})} == {"not measured"}


def test_table_and_plot_take_rows_with_and_without_figures():
    rows = [row("ours", 50), row("ours", 500), {"contestant": "uri5", "title": "uri", "vms": 500, "note": "not tried"}]
    assert page.table(rows).count("\n") == len(rows) + 1
    assert ElementTree.fromstring(page.plot(rows)).tag.endswith("svg")


def test_figures_are_put_between_their_marks(tmp_path):
    (tmp_path / "scale.md").write_text("a\n<!-- measured: table -->\nold\n<!-- end of table -->\nb\n", encoding="utf-8")
    page.write(tmp_path, {"table": "new"}, {"scale.svg": "<svg/>"})
    text = (tmp_path / "scale.md").read_text(encoding="utf-8")
    assert text == "a\n<!-- measured: table -->\nnew\n<!-- end of table -->\nb\n"


BEGAN = "2026-11-29T01:00:{:02}.0000000Z"
TOLD = {  # real time and simulated time are equal at second 0, and a second stands for four
    "wall_time": BEGAN.format(0),
    "simulated_time": BEGAN.format(0),
    "vms": [
        {"name": name, "host": "hv02" if name == "slow" else "hv01", "protection_state": "Protected"}
        for name in ("a", "b", "c", "slow")
    ],
    "jobs": [
        {"id": name, "target": name, "scenario": "PlannedFailover", "state": "Succeeded", "end": BEGAN.format(end)}
        for name, end in (("a", 8), ("b", 16), ("slow", 48), ("c", 56))
    ],
    "requests": [
        {
            "arm": True,
            "method": "POST",
            "status": 202,
            "verb": verb,
            "item": item,
            "job": job,
            "wall_time": BEGAN.format(at),
        }
        for verb, item, job, at in (
            ("resume", "", "a", 1),
            ("failoverCommit", "a", "", 8),
            ("failoverCommit", "b", "", 12),
            ("resume", "", "c", 11),
        )
    ],
    "calls": [
        {"host": "hv01", "module": "asr.hyperv.vm_info", "args": args, "wall_time": BEGAN.format(at)}
        for args, at in (({}, 1), ({"name": ["a"], "ids": None}, 3), ({"ids": ["id of b"]}, 7), ({"name": ["a"]}, 9))
    ]
    + [{"host": "hv01", "module": "asr.hyperv.host_info", "args": {"vm_details": []}, "wall_time": BEGAN.format(4)}],
}


@pytest.fixture
def night(monkeypatch):
    """The figures of a night; they are found as its own script finds them."""
    monkeypatch.syspath_prepend(str(Path(figures.__file__).parent))
    return importlib.import_module("night_figures")


def test_a_vm_is_validated_by_the_last_look_that_began_after_it_ran_and_ended_before_its_commit(night):
    found = night.courses(TOLD, speed=4, latency=3, ids={"id of b": "b"})
    assert (found["a"].validated - found["a"].runs, found["b"].validated - found["b"].runs) == (4, 6)
    waited = night.waits(found, [["a", "b", "slow"], ["c"]], ["slow"])
    assert (waited.to_validated, waited.to_commit, waited.of_those_after) == ([4, 6], [6, 8], [1])
    assert night.waits(found, [["a", "b", "slow"], ["c"]], ["slow"], chained=True).of_those_after == [5]


def test_a_night_is_drawn_by_the_moments_of_each_vm_since_the_first_cutover(night):
    found = night.courses(TOLD, speed=4, latency=3, ids={"id of b": "b"})
    rows = night.bars(found, ["c", "a", "slow"])
    assert rows == [("c", [10.0, 13.0, None, None]), ("a", [0.0, 1.0, 7.0, None])]
    drawn = ElementTree.fromstring(importlib.import_module("night_picture").picture({"now": rows, "then": []}))
    colours = [one.get("fill") for one in drawn.iter("{http://www.w3.org/2000/svg}rect") if float(one.get("y", 0)) > 20]
    assert colours == ["#c98a2b", "#c98a2b", "#b3261e"]


def test_a_night_counts_headers_requests_and_vms_at_home(night):
    waited = night.waits(
        night.courses(TOLD, speed=4, latency=3, ids={"id of b": "b"}), [["a", "b", "slow"], ["c"]], ["slow"]
    )
    told = night.row(TOLD, waited, "PLAY [x] ***\n\nTASK [y] ***\nok: [localhost]\n")
    assert (told["home"], told["lines"], told["headers"], told["requests_per_vm"]) == (4, 4, 2, 1.0)
    assert (told["validated_median"], told["validated_p95"], told["next_wave"]) == (5, 6, 1)
