# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which acts a rehearsal plays, what people do before each, and what the report of the night must not keep quiet about."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from acts import AGAIN, CHECKPOINT, LATE, LOCKED, MORNING, MOVED, NIGHT, NODE, acts
from rehearse import SHIPPED

from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known

SCENARIO = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
ESTATE = {vm["name"]: vm for vm in SCENARIO["vms"]}
NIGHT_REPORT: dict[str, Any] = {
    "runs": [
        {
            "blocked": {"app03": "the Azure VM app03 has the disk app03-data (512 GB)"},
            "held": {"web01": "held before its cutover: it has the checkpoint backup of 02:00"},
            "vetoed": {"web02": "veto: the veto file names it"},
            "cluster_roles": {"web04": "clu-amsterdam"},
        }
    ],
    "deleted_in_azure": [{"name": "file01", "remaining": "VM file01"}],
    "validated": [{"name": MOVED, "host": NODE, "passed": True}],
}


REMOVED: dict[str, Any] = {"held": {}, "hooks": [{"hook": "before_cutover of web01"}]}


@pytest.mark.parametrize(
    ("away", "played"),
    [
        (set(ESTATE), [NIGHT, MORNING]),
        ({"web01", "web03"}, [NIGHT, MORNING]),  # the night was stopped in the middle
        (set(LATE), [MORNING]),
        ({"app03"}, [MORNING]),  # the morning was
        (set(), [AGAIN]),
    ],
)
def test_a_rehearsal_plays_what_has_still_to_be_played(tmp_path, away, played):
    assert [act.why for act in acts(tmp_path, away, lambda *_: None)] == played


def test_people_lift_the_veto_and_the_lock_before_the_morning_and_touch_nothing_in_an_estate_that_is_home(tmp_path):
    told = []
    night, morning = acts(tmp_path, set(ESTATE), lambda *call: told.append(call))
    night.before()
    assert (tmp_path / "veto").read_text().split() == ["web02"] and not told
    morning.before()
    assert (tmp_path / "veto").read_text() == ""
    wanted = [{"locks": []}, {"gone": "with disks"}]
    assert told == [("vms", {"name": LOCKED, "azure": facts}) for facts in wanted]
    (again,) = acts(tmp_path, set(), lambda *_: pytest.fail("nobody has anything to do"))
    again.before()
    assert again.wishes == morning.wishes and morning.wishes["failback_accept_unprotected_disks"] == ["app03"]
    assert "failback_hooks" not in night.wishes, "what is removed before anybody sees it holds nobody"
    assert [hook["vms"] for hook in morning.wishes["failback_hooks"]] == [[CHECKPOINT]]


def test_the_acts_speak_of_what_the_scenario_has():
    assert set(ESTATE) > LATE and ESTATE["app03"]["azure"]["added_disks"] and ESTATE[LOCKED]["azure"]["locks"]
    faults = {fault["match"]["item"]: fault["set"] for fault in SCENARIO["faults"]}
    assert set(faults) == {CHECKPOINT, MOVED} and faults[CHECKPOINT]["checkpoints"] and faults[MOVED] == {"host": NODE}
    clusters = {host["name"]: host.get("cluster") for site in SCENARIO["sites"] for host in site["hosts"]}
    assert ESTATE[MOVED]["host"] != NODE and clusters[NODE] and clusters[ESTATE[MOVED]["host"]] == clusters[NODE]


@pytest.mark.parametrize(
    ("without", "unsaid"),
    [
        ({}, []),
        ({"blocked": {}}, ["the disk of app03"]),
        ({"vetoed": {}}, ["the veto on web02"]),
        ({"cluster_roles": {}}, ["the role of web04 in the cluster"]),
        ({"held": {}}, ["the checkpoint of web01"]),
    ],
)
def test_a_night_whose_report_keeps_something_quiet_does_not_end_well(tmp_path, without, unsaid):
    night = acts(tmp_path, set(ESTATE), lambda *_: None)[0]
    assert known(night.unsaid)({**NIGHT_REPORT, "runs": [{**NIGHT_REPORT["runs"][0], **without}]}) == unsaid
    assert known(night.unsaid)({**NIGHT_REPORT, "deleted_in_azure": []}) == ["what is left of file01"]
    elsewhere = {"validated": [{"name": MOVED, "host": ESTATE[MOVED]["host"], "passed": True}]}
    assert known(night.unsaid)({**NIGHT_REPORT, **elsewhere}) == ["the node that app01 is on"]


@pytest.mark.parametrize(
    ("runs", "unsaid"),
    [
        ([*NIGHT_REPORT["runs"], REMOVED], []),
        ([REMOVED], ["the checkpoint that held web01 in the night"]),
        ([*NIGHT_REPORT["runs"], {**REMOVED, "hooks": []}], ["the hook that removed it"]),
        ([*NIGHT_REPORT["runs"], {**REMOVED, **NIGHT_REPORT["runs"][0]}], ["web01 as no longer held"]),
    ],
)
def test_a_morning_whose_report_forgets_the_checkpoint_or_its_removal_does_not_end_well(tmp_path, runs, unsaid):
    assert known(acts(tmp_path, set(LATE), lambda *_: None)[-1].unsaid)({"runs": runs}) == unsaid
