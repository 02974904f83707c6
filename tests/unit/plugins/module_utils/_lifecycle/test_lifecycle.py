# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lifecycle table: every state of docs/service.md 3.1 and 3.5 has its phase, every cell of phase x goal its way."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.evidence import is_failback
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import (
    BY_PHASE,
    GOALS,
    LIFECYCLE,
    Goal,
    Phase,
    Way,
    is_before,
    next_phase,
    phase_of,
    reached,
    steps,
)
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Step
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import (
    AWAY,
    ago,
    item,
    job,
    problem,
    task,
)

AT_HOME = "PlannedFailover UnplannedFailover DisableProtection TestFailover"
UNCOMMITTED = "CompleteMigration Commit DisableProtection ChangePit"
STATES = [  # the rows of docs/service.md 3.1 without a job, plus words that nobody has seen yet
    ("UnprotectedStatesBegin", "Primary", "DisableProtection", "replicating"),
    ("InitialReplicationInProgress", "Primary", "DisableProtection", "replicating"),
    ("InitialReplicationRecoveryCompletionPending", "Primary", "DisableProtection", "replicating"),
    ("Protected", "Primary", AT_HOME, "protected"),
    ("Protected", "Primary", "TestFailoverCleanup", "protected"),
    ("PlannedFailoverCommitRequired", "Recovery", UNCOMMITTED, "failed_over_uncommitted"),
    ("UnplannedFailoverCommitPendingStatesBegin", "Recovery", UNCOMMITTED, "failed_over_uncommitted"),
    ("PlannedFailoverStatesBegin", "Recovery", AWAY, "failed_over"),
    ("UnplannedFailoverCommitted", "Recovery", AWAY, "failed_over"),
    ("UnplannedFailoverStatesBegin", "Recovery", AWAY, "failed_over"),
    ("AWordOfTomorrow", "Recovery", AWAY, "failed_over"),
    ("FinalizeRestorePending", "Primary", "DisableProtection FinalizeFailback", "failed_back_uncommitted"),
    ("RestoreFinalized", "Primary", "ReverseReplicate DisableProtection", "failed_back"),
    ("AWordOfTomorrow", "Primary", "DisableProtection", "unknown"),
    ("Protected", "Recovery", "DisableProtection", "unknown"),
    ("PlannedFailoverStatesBegin", "Primary", "CompleteMigration DisableProtection", "unknown"),
    ("AWordOfTomorrow", "", "", "unknown"),
]
GATE = {"actions": "Cancel Resume", "description": "WaitingForUserInput"}
PAST = (task("DataSync"), task("WaitForUserInputForFailback"))
MANUAL = (task("look at it", "Suspended", "ManualActionTaskDetails"),)
SPOILT = (task("VmPfoPrerequisitesCheck"), task("DataSync", "Failed"))
HARMLESS = (task("VmPfoPrerequisitesCheck", "Failed"), task("DataSync", "NotStarted"))
JOBS = [  # an item in Azure and its job: docs/service.md 3.5
    (job("", "NotStarted", started=None), "busy"),
    (job(state="NotStarted"), "synchronizing"),
    (job(), "synchronizing"),
    (job("Failback"), "synchronizing"),
    (job(state="Cancelling"), "synchronizing"),
    (job(state="Other"), "synchronizing"),
    (job(tasks=PAST), "cutting_over"),
    (job(tasks=(task("WaitForUserInputForFailback", "Other"),)), "cutting_over"),
    (job(tasks=(task("WaitForUserInputForFailback", "NotStarted"),)), "synchronizing"),
    (job(state="Suspended", **GATE), "synchronized"),
    (job(state="Suspended", actions="Cancel"), "busy"),
    (job(state="Suspended", actions="Cancel Resume", description="WaitingForManualAction"), "busy"),
    (job(state="Suspended", tasks=MANUAL, **GATE), "busy"),
    (job("CommitFailover"), "busy"),
    (job("AScenarioOfTomorrow"), "busy"),
    (job(primary_side="site1", recovery_side="Microsoft Azure"), "busy"),
    (job(state="Failed", tasks=SPOILT), "inconsistent"),
    (job(state="Failed"), "inconsistent"),
    (job(state="Cancelled", tasks=SPOILT), "inconsistent"),
    (job(state="Canceled", tasks=SPOILT), "inconsistent"),
    (job(state="Failed", tasks=HARMLESS), "failed_over"),
    (job(state="Failed", problems=problem("532")), "failed_over"),
    (job(state="Cancelled", started=None), "failed_over"),
    (job(state="Failed", tasks=SPOILT, started=ago(days=3)), "failed_over"),
    (job(state="Failed", tasks=SPOILT, primary_side="site1", recovery_side="Microsoft Azure"), "failed_over"),
    (job("CommitFailover", "Failed"), "failed_over"),
    (job(state="Succeeded"), "failed_over"),
    (job(state="PartiallySucceeded"), "failed_over"),
    (job(state="CompletedWithInformation"), "failed_over"),
    (job(state="Other", ended=ago(minutes=1)), "failed_over"),
]
AT_HOME_JOBS = [  # an item at home and its job
    ("FinalizeFailback", "busy"),
    ("ReprotectReplicationGroup", "replicating"),
    ("ReverseReplication", "replicating"),
    ("IrCompletion", "replicating"),
    ("PlannedFailover", "busy"),
    ("UpdateVmProperties", "busy"),
]

ALL = "planned_failover complete_failover commit_failover reverse_replication"
LAST_THREE, LAST_TWO, LAST = ALL.partition(" ")[2], "commit_failover reverse_replication", "reverse_replication"
WAYS = [  # phase, then the steps to failed_over, synchronized, cut_over, committed, replicating, protected; - for reached
    ("failed_over_uncommitted", "commit_failover", 1, 2, 3, 4, 4),
    ("failed_over", "-", 1, 2, 3, 4, 4),
    ("inconsistent", "-", 1, 2, 3, 4, 4),
    ("synchronizing", "-", "", "complete_failover", "complete_failover commit_failover", LAST_THREE, LAST_THREE),
    ("synchronized", "-", "-", "complete_failover", "complete_failover commit_failover", LAST_THREE, LAST_THREE),
    ("cutting_over", "-", "-", "", "commit_failover", LAST_TWO, LAST_TWO),
    ("failed_back_uncommitted", "-", "-", "-", "commit_failover", LAST_TWO, LAST_TWO),
    ("failed_back", "-", "-", "-", "-", LAST, LAST),
    ("replicating", "-", "-", "-", "-", "-", ""),
    ("protected", "-", "-", "-", "-", "-", "-"),
    ("busy", "", "", "", "", "", ""),
    ("unknown", "", "", "", "", "", ""),
]


def expected(phase: str, cell: int | str) -> tuple[str, ...]:
    """A number stands for that many of all steps; before them an uncommitted failover has its own commit."""
    if isinstance(cell, int):
        before = ["commit_failover"] if phase == "failed_over_uncommitted" else []
        return (*before, *ALL.split()[:cell])
    return tuple(cell.replace("-", "").split())


@pytest.mark.parametrize(("state", "active", "allowed", "phase"), STATES)
def test_every_state_of_an_item_has_its_phase(state, active, allowed, phase):
    assert phase_of(item(allowed, active, state)).value == phase


@pytest.mark.parametrize(("running", "phase"), JOBS, ids=lambda value: getattr(value, "state", value))
def test_every_state_of_a_job_has_its_phase(running, phase):
    assert phase_of(item(), running).value == phase


@pytest.mark.parametrize(("scenario", "phase"), AT_HOME_JOBS)
def test_a_job_at_home_shows_its_phase(scenario, phase):
    assert phase_of(item("", "Primary", "RestoreFinalized"), job(scenario)).value == phase


def test_an_item_without_allowed_operations_is_busy_with_the_job_it_names():
    assert phase_of(item("", "Primary", "Protected", current_job_id="job9")) is Phase.BUSY


def test_a_failback_that_ended_well_leaves_nothing_inconsistent():
    done = item("DisableProtection FinalizeFailback", "Primary", "FinalizeRestorePending")
    assert phase_of(done, job(state="Failed", tasks=SPOILT)) is Phase.FAILED_BACK_UNCOMMITTED


@pytest.mark.parametrize(
    ("sides", "active", "home"),
    [
        (("Microsoft Azure", "site1"), "Primary", True),
        (("site1", "Microsoft Azure"), "Recovery", False),
        (("", ""), "Recovery", True),
        (("", ""), "Primary", False),
    ],
)
def test_the_sides_of_a_job_tell_its_direction_and_else_the_item(sides, active, home):
    assert is_failback(item(active=active), job(primary_side=sides[0], recovery_side=sides[1])) is home


@pytest.mark.parametrize("row", WAYS, ids=lambda row: row[0])
def test_every_cell_of_phase_and_goal_has_its_steps(row):
    phase, *cells = row
    for goal, cell in zip(GOALS, cells, strict=True):
        assert reached(Phase(phase), goal) is (cell == "-"), goal
        assert tuple(step.value for step in steps(Phase(phase), goal)) == expected(phase, cell), goal


@pytest.mark.parametrize("phase", ["failed_over", "inconsistent"])
def test_a_full_download_goes_past_the_gate(phase):
    assert next_phase(Phase(phase), full_download=True) is Phase.CUTTING_OVER
    assert [step.value for step in steps(Phase(phase), Goal.CUT_OVER, full_download=True)] == ["planned_failover"]


def test_every_phase_has_its_cells_in_the_tables_of_this_file():
    at_home = {phase.value for phase in Phase if BY_PHASE[phase].lies_on(Way.HOME)}
    assert {row[0] for row in WAYS} == at_home and {row[0] for row in (*WAYS, *OTHER_CELLS)} == {
        one.value for one in Phase
    }


def test_the_table_has_one_way_for_every_phase_and_ends_at_home():
    assert {row.phase for row in LIFECYCLE} == set(Phase)
    for phase in set(Phase) - {Phase.BUSY, Phase.UNKNOWN}:
        here: Phase | None = phase
        hops = 0
        while here is not Phase.PROTECTED:
            assert here is not None and hops < len(Phase)
            here, hops = BY_PHASE[here].leads_to, hops + 1


ON_THE_OTHER_WAYS = [  # item, its job, then the phase on each way: home, out, drill, cleanup, and from all sides
    (("", "Primary", "Protected"), job(), "busy", "failing_over", "busy", "busy", "failing_over"),
    (("", "Primary", "Protected"), job("UnplannedFailover"), "busy", "failing_over", "busy", "busy", "failing_over"),
    (("", "Primary", "Protected"), job("TestFailover"), "busy", "testing", "testing", "testing", "testing"),
    (("", "Primary", "Protected"), job("TestFailover", "Suspended"), "busy", "tested", "tested", "tested", "tested"),
    (("TestFailoverCleanup", "Primary", "Protected"), None, "protected", "tested", "tested", "tested", "tested"),
    (("", "Primary", "Protected"), job("TestFailoverCleanup"), "busy", *["cleaning_up"] * 4),
    ((AWAY, "Recovery", "PlannedFailoverStatesBegin"), None, *["failed_over"] * 5),
    (
        ("", "Recovery", "PlannedFailoverStatesBegin"),
        job(),
        "synchronizing",
        "synchronizing",
        "busy",
        "synchronizing",
        "synchronizing",
    ),
    ((UNCOMMITTED, "Recovery", "PlannedFailoverCommitRequired"), job("ChangePit"), *["busy"] * 5),
]
OTHER_CELLS = [  # phase, then the steps to failed_over_uncommitted, failed_over (out), tested (drill), cleaned_up (cleanup)
    ("protected", "planned_failover", "planned_failover commit_failover", "test_failover", "-"),
    ("failing_over", "", "commit_failover", "", ""),
    ("failed_over_uncommitted", "-", "commit_failover", "", "-"),
    ("failed_over", "-", "-", "", "-"),
    ("inconsistent", "-", "-", "", "-"),
    ("synchronized", "-", "-", "", "-"),
    ("cutting_over", "", "", "", "-"),
    ("failed_back", *["reverse_replication planned_failover"] * 2, "reverse_replication test_failover", "-"),
    ("replicating", "planned_failover", "planned_failover commit_failover", "test_failover", "-"),
    ("testing", *["test_failover_cleanup planned_failover"] * 2, "", "test_failover_cleanup"),
    ("tested", *["test_failover_cleanup planned_failover"] * 2, "-", "test_failover_cleanup"),
    ("cleaning_up", "planned_failover", "planned_failover commit_failover", "test_failover", ""),
    ("busy", "", "", "", ""),
    ("unknown", "", "", "", ""),
]
OTHER_GOALS = [(Way.OUT, Goal.FAILED_OVER_UNCOMMITTED), (Way.OUT, Goal.FAILED_OVER), (Way.DRILL, Goal.TESTED)]


@pytest.mark.parametrize("row", ON_THE_OTHER_WAYS, ids=lambda row: row[-1])
def test_what_runs_beside_a_way_is_busy_on_it(row):
    shown, running, *phases = row
    one = item(shown[0], shown[1], shown[2], current_job_id="job1" if running else "")
    ways = (Way.HOME, Way.OUT, Way.DRILL, Way.CLEANUP, None)
    assert [phase_of(one, running, way).value for way in ways] == phases


@pytest.mark.parametrize("row", OTHER_CELLS, ids=lambda row: row[0])
def test_every_cell_of_the_other_ways_has_its_steps(row):
    phase, *cells = row
    for (way, goal), cell in zip([*OTHER_GOALS, (Way.CLEANUP, Goal.CLEANED_UP)], cells, strict=True):
        assert reached(Phase(phase), goal, way) is (cell == "-"), goal
        found = [step.value for step in steps(Phase(phase), goal, way)]
        if goal is Goal.FAILED_OVER and len(found) > 2:
            assert found.pop() == "commit_failover"
        assert found == cell.replace("-", "").split(), goal


def test_the_unplanned_way_differs_in_its_first_step_alone():
    for row in LIFECYCLE:
        out, unplanned = row.on(Way.OUT), row.on(Way.UNPLANNED)
        assert out == unplanned or (row.phase, unplanned.step) == (Phase.PROTECTED, Step.UNPLANNED_FAILOVER)


@pytest.mark.parametrize("way", Way)
def test_no_way_leads_in_a_circle(way):
    assert not any(is_before(phase, phase, way) for phase in Phase)
