# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is to know of a phase or a step is in its row; what is made of the rows is what the code goes by."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.asr.hyperv.plugins.module_utils._engine.starter import Starter
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import phase_sets
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import BY_PHASE
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Goal, Phase, Runs, Step
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.step_table import BY_STEP, MOVING, STEP_OF, STEPS
from ansible_collections.asr.hyperv.plugins.module_utils._roles.course import roster
from ansible_collections.asr.hyperv.plugins.module_utils._run.gone import WHERE
from ansible_collections.asr.hyperv.plugins.module_utils._run.steps import after, cuts_over, meanwhile
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known, part

MODULES = Path(__file__).parents[5] / "plugins" / "modules"
SETS = {  # each set as people know it
    "AWAY": "failed_over_uncommitted failed_over inconsistent synchronizing synchronized",
    "NO_START": "failed_over_uncommitted failed_over inconsistent synchronizing synchronized cutting_over failing_over",
    "TO_START": "failed_over inconsistent",
    "MAY_HAVE_TO_START": "failed_over inconsistent busy",
    "ONLY_IN_JOBS": "synchronizing synchronized cutting_over failing_over testing cleaning_up",
    "BEFORE_THE_GATE": "synchronizing synchronized",
    "LAST_CHANGES_DUE": "synchronized cutting_over",
    "COMMITTED": "failed_back replicating protected",
    "UNCOMMITTED": "failed_back_uncommitted",
    "UNDER_WAY_HOME": "synchronizing synchronized cutting_over failed_back_uncommitted",
    "HOME": "protected",
}


@pytest.mark.parametrize("name", [name for name, value in vars(phase_sets).items() if isinstance(value, tuple)])
def test_a_set_that_is_made_of_the_table_has_the_phases_that_people_expect(name):
    assert sorted(phase.value for phase in getattr(phase_sets, name)) == sorted(SETS[name].split())


def test_every_phase_and_every_step_has_one_row():
    assert set(BY_PHASE) == set(Phase)
    assert [row.step for row in STEPS] == list(Step) and len(STEP_OF) == sum(row.kind is not None for row in STEPS)


@pytest.mark.parametrize("phase", [one for one in Phase if one not in (Phase.BUSY, Phase.UNKNOWN)])
def test_whoever_disappears_is_told_where_it_ran(phase):
    words = {Runs.IN_AZURE: "it ran in Azure", Runs.ON_PREMISES: "it runs on-premises", Runs.BETWEEN: "it was between"}
    assert WHERE[phase].startswith(words[BY_PHASE[phase].runs])


@pytest.mark.parametrize("phase", Phase)
def test_an_entry_of_the_roster_says_what_its_phase_means(phase):
    (entry,) = roster([[part(ItemEntry, name="vm1", id="/vm1", phase=phase.value)]], [], {}, [])
    flags = {"away": "AWAY", "to_start": "TO_START", "uncommitted": "UNCOMMITTED", "home": "HOME"}
    assert {flag: value for flag, value in entry.items() if flag in flags} == {
        flag: phase.value in SETS[name].split() for flag, name in flags.items()
    }


def test_vm_power_starts_no_vm_that_runs_in_azure_or_whose_disks_are_written():
    script, page = (MODULES / f"vm_power.{kind}" for kind in ("ps1", "yml"))
    table = known(
        re.search(r"\$phasesThatForbidIt = @\{(.*?)\n\}", script.read_text(encoding="utf-8"), re.DOTALL)
    ).group(1)
    forbidden = set(SETS["NO_START"].split())
    assert set(re.findall(r"^ +(\w+) =", table, re.MULTILINE)) == forbidden
    documentation = yaml.safe_load(page.read_text(encoding="utf-8"))["DOCUMENTATION"]
    told = next(line for line in documentation["description"] if "Refuses to start" in line)
    assert set(re.findall(r"V\((\w+)\)", told)) == forbidden
    assert set(documentation["options"]["failback_phase"]["choices"]) == {phase.value for phase in Phase}


@pytest.mark.parametrize("row", STEPS, ids=lambda row: row.step.value)
def test_a_step_can_be_sent_and_has_a_module(row):
    assert f"Step.{row.step.name}:" in inspect.getsource(Starter.send)
    assert (MODULES / f"{row.module.removeprefix('asr.hyperv.').split()[0]}.py").exists()


@pytest.mark.parametrize("step", Step)
def test_a_step_that_is_shown_leads_on_where_its_phase_does(step):
    intent = Intent(Goal.PROTECTED)
    shown = meanwhile(step, intent)
    assert (shown in MOVING) == cuts_over(step, intent)
    if shown and after(step, intent) and BY_STEP[step].of_a_failback is False:
        assert after(step, intent) is BY_PHASE[shown].leads_to
