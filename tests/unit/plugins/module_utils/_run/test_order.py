# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of a run: told once, and the same for the items of a call and for the VMs of the whole run."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Phase
from ansible_collections.asr.hyperv.plugins.module_utils._roles.vm import Vm
from ansible_collections.asr.hyperv.plugins.module_utils._run.order import (
    earlier,
    front,
    is_lost,
    share_of_call,
    that_count,
    too_few,
    too_many_failed,
)
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import RosterEntry
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import item, part

AWAY, HOME = "synchronized", "failed_back_uncommitted"


def as_track(wave: int, phase: str, optional: bool, failed: bool) -> Track:
    found = Track(item(), Intent(Goal.PROTECTED, wave=wave, optional=optional), Phase(phase))
    if failed:
        found.fail(message="it broke")
    return found


def as_vm(wave: int, phase: str, optional: bool, failed: bool) -> Vm:
    facts: dict[str, Any] = {
        "name": "vm1",
        "wave": wave,
        "phase": phase,
        "phase_before": "failed_over",
        "optional": optional,
    }
    left = {"left_behind": "it broke" if failed else "", "kind": "failed" if failed else ""}
    return Vm(part(RosterEntry, **facts, **left, at_goal=True))


KINDS = pytest.mark.parametrize("one", [as_track, as_vm])
FRONTS = [  # phase, optional, failed of the first wave; the last wave that may cut over, whether it is lost
    (AWAY, False, False, 1, False),
    (AWAY, False, True, 1, True),
    (AWAY, True, False, 1, False),
    (AWAY, True, True, 2, False),
    (HOME, False, False, 2, False),
    (HOME, True, True, 2, False),
]


@KINDS
@pytest.mark.parametrize("row", FRONTS)
def test_a_wave_waits_until_the_earlier_one_is_home_and_not_for_an_optional_one_that_failed(one, row):
    phase, optional, failed, last, lost = row
    first, second = one(1, phase, optional, failed), one(2, AWAY, False, False)
    assert (front([first, second]), is_lost(first)) == (last, lost)
    assert earlier(second, [first, second]) == [first] and earlier(first, [first, second]) == []


def test_one_at_home_with_whom_something_is_wrong_holds_a_run_and_not_a_call():
    """A call knows that it runs there; the run also knows that its validation was not passed, say."""
    assert not is_lost(as_track(1, HOME, False, True)) and is_lost(as_vm(1, HOME, False, True))


@KINDS
@pytest.mark.parametrize(("optional", "ready", "share"), list(product([0, 1, 2], [0, 1, 2], [1, 50, 100])))
def test_a_share_is_of_those_that_count_which_are_all_when_all_are_optional(one, optional, ready, share):
    run = [one(1, AWAY, number < optional, False) for number in range(2)]
    counted = that_count(run)
    assert len(counted) == (1 if optional == 1 else 2)
    missing = too_few(run, share, lambda member: run.index(member) < ready)
    there = sum(run.index(member) < ready for member in counted)
    assert bool(missing) == (there * 100 < share * len(counted))
    assert missing == ([member for member in counted if run.index(member) >= ready] if missing else [])


@KINDS
@pytest.mark.parametrize(("allowed", "stops"), [(None, False), (2, False), (1, True), (0, True)])
def test_optional_ones_do_not_count_among_those_that_may_fail(one, allowed, stops):
    run = [one(1, AWAY, optional, True) for optional in (False, False, True)]
    assert bool(too_many_failed(run, allowed, lambda member: member.left_behind)) is stops


@pytest.mark.parametrize("share", [1, 33, 50, 66.6, 99, 100])
@pytest.mark.parametrize(("away", "home", "left"), list(product(range(5), range(3), range(3))))
def test_a_call_has_enough_exactly_when_the_run_has_or_waits_for_all_when_it_cannot(away, home, left, share):
    gone = [as_vm(1, AWAY, False, number < left) for number in range(away + left)]
    here = [Vm({**as_vm(1, HOME, False, False).entry, "phase_before": "protected"}) for _one in range(home)]
    call = [*gone[left:], *here]
    wanted = share_of_call([*gone, *here], call, share, lambda vm: vm.was_away)
    for ready in range(away + 1):
        come = [*gone[left : left + ready], *here]
        of_call, of_run = not too_few(call, wanted, come.__contains__), ready * 100 >= share * len(gone)
        assert of_call == of_run or (wanted == 100 and not of_run)
