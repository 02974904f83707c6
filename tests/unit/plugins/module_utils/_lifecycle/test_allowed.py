# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the vault does not allow now is neither promised nor sent."""

from __future__ import annotations

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import Wish
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import hyperv_items
from ansible_collections.asr.hyperv.plugins.module_utils._engine.survey import survey
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.allowed import is_allowed, refusal_of
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Phase, Step, legal_steps
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.step_table import BY_STEP
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._run.waiting import next_words
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import FailoverOptions, Intent
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._engine.test_cycle import (
    CLEANUP,
    COMMIT,
    DRILL,
    OUT,
    REPAIR,
    UNPLANNED,
    carry_out,
    point,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._lifecycle.test_lifecycle import (
    AT_HOME,
    GATE,
    UNCOMMITTED,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import AWAY, item, job, known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service

HOME, AZURE = "Primary", "Recovery"
WAITS = job(state="Suspended", actions=GATE["actions"], description=GATE["description"])
DRILL_WAITS = job("TestFailover", "Suspended")
LEGAL = [  # phase, where, what is allowed, the open job, and what may then be asked for
    ("failed_over", AZURE, AWAY, None, "planned_failover (RecoveryToPrimary)"),
    ("failed_over", AZURE, "DisableProtection", None, ""),
    ("failed_over_uncommitted", AZURE, UNCOMMITTED, None, "commit_failover, apply_recovery_point"),
    ("failed_over_uncommitted", AZURE, "Commit DisableProtection", None, "commit_failover"),
    ("synchronized", AZURE, "", WAITS, "complete_failover"),
    ("failed_back_uncommitted", HOME, "DisableProtection FinalizeFailback", None, "commit_failover"),
    ("failed_back", HOME, "ReverseReplicate DisableProtection", None, "reverse_replication"),
    ("failed_back", HOME, "DisableProtection", None, ""),
    ("protected", HOME, AT_HOME, None, "planned_failover (PrimaryToRecovery), unplanned_failover, test_failover"),
    ("protected", HOME, "UnplannedFailover DisableProtection", None, "unplanned_failover"),
    ("protected", HOME, "RepairReplication DisableProtection", None, "repair_replication"),
    ("protected", HOME, "AWordOfTomorrow", None, ""),
    ("replicating", HOME, "DisableProtection", None, ""),
    ("replicating", HOME, "", job("IrCompletion"), ""),
    ("tested", HOME, "TestFailoverCleanup", None, "test_failover_cleanup"),
    ("tested", HOME, "", DRILL_WAITS, "test_failover_cleanup"),
    ("failing_over", HOME, "", job("UnplannedFailover"), ""),
]


@pytest.mark.parametrize(("phase", "where", "allowed", "running", "legal"), LEGAL)
def test_the_legal_steps_of_a_phase_are_those_of_all_ways_that_the_vault_allows(phase, where, allowed, running, legal):
    assert ", ".join(legal_steps(Phase(phase), item(allowed, where), running)) == legal


@pytest.mark.parametrize("step", [step for step in Step if step is not Step.COMPLETE_FAILOVER])
@pytest.mark.parametrize("where", [HOME, AZURE])
def test_a_step_is_allowed_by_its_word_and_refused_without_it_but_not_while_something_runs(step, where):
    word = BY_STEP[step].operations[where == AZURE]
    assert is_allowed(step, item(word, where), None)
    assert f"needs {word}, and the vault allows Other now" in refusal_of(step, item("Other", where), None)
    assert "the vault allows nothing now" in refusal_of(step, item("", where), None)
    busy = item("", where, current_job_id="job1")
    assert not is_allowed(step, busy, None) and refusal_of(step, busy, None) == ""
    assert refusal_of(step, item("", where), job("EnableDr")) == ""


FORCED = Wish(REPAIR.goal, REPAIR.permitted, failover=FailoverOptions(force=True), errand=REPAIR.errand)
WISHES = [  # a state of the simulator, what is asked for, and the word that is taken away
    ("protected", OUT, "PlannedFailover"),
    ("protected", UNPLANNED, "UnplannedFailover"),
    ("protected", DRILL, "TestFailover"),
    ("protected", FORCED, "RepairReplication"),
    ("failed_over_uncommitted", point("latest_app_consistent"), "ChangePit"),
]


def without(service: Service, word: str, *, lists: bool = True) -> None:
    """From now on the vault does not allow this any more; without `lists` only who reads the item itself sees it."""
    one, many = service.vault.items.get, service.vault.items.list

    def less(found):
        return type(found)(**{**vars(found), "allowed_operations": found.allowed_operations - {word}})

    service.vault.items.get = lambda item_id: less(one(item_id))
    if lists:
        service.vault.items.list = lambda *names: [less(found) for found in many(*names)]


@pytest.mark.parametrize(("state", "wish", "word"), WISHES, ids=[row[2] for row in WISHES])
def test_what_the_vault_does_not_allow_is_refused_before_anything_is_sent_in_check_mode_as_well(state, wish, word):
    service = Service(vault("vm1", vms={"vm1": {"state": state}}))
    without(service, word)
    with pytest.raises(BadInput, match=rf"vm1 is {state}: \w+ needs {word}, and the vault allows .* now"):
        carry_out(service, wish, ["vm1"])
    assert service.posts() == []


@pytest.mark.parametrize(("state", "wish", "word"), [row for row in WISHES if row[2] != "RepairReplication"])
def test_what_the_vault_does_not_allow_any_more_is_not_sent(state, wish, word):
    service = Service(vault("vm1", vms={"vm1": {"state": state}}))
    without(service, word, lists=False)
    tracks = carry_out(service, wish, ["vm1"])
    assert known(tracks[0].problem)["code"] == "NotAllowed" and f"needs {word}" in known(tracks[0].problem)["message"]
    assert service.posts() == [] and tracks[0].phase.value == state


def test_a_commit_that_is_not_allowed_any_more_is_not_sent():
    service = Service(vault("vm1"))
    service.run("cut_over")
    without(service, "FinalizeFailback", lists=False)
    service.run(timeout=600)
    assert "failoverCommit" not in service.posts()


def test_what_comes_next_is_what_the_vault_allows():
    service = Service(vault("home away", vms={"home": {"state": "protected"}}))
    assert [next_words(track) for track in survey(service.vault, hyperv_items(service.vault), None)] == [
        "nothing to do",
        "next: planned_failover",
    ]
    track = Track(
        item("DisableProtection", HOME, "RestoreFinalized"), Intent(Goal.PROTECTED, way=None), Phase.FAILED_BACK
    )
    assert next_words(track).startswith("nothing: reverse_replication needs ReverseReplicate, and the vault allows")


def test_wishes_of_all_modules_that_move_are_tried():
    tried = {step for _state, wish, _word in WISHES for step in wish.permitted}
    others = {Step.COMMIT_FAILOVER, Step.REVERSE_REPLICATION, Step.COMPLETE_FAILOVER, Step.TEST_FAILOVER_CLEANUP}
    assert tried | others == set(Step), "those phases are told by the very word"
    assert {COMMIT.goal, CLEANUP.goal} == {Goal.FAILED_OVER, Goal.CLEANED_UP}
