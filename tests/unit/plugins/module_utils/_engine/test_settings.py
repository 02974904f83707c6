# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the options say of a run."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._glue.module import settings_of
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import FakeModule, moving
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import ONE
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service


def test_a_message_names_the_time_that_the_caller_gave_and_the_run_takes_what_was_left_of_it():
    service = Service(ONE)
    (track,) = service.run(timeout=600, elapsed=540)
    assert "after 600 seconds (wait_timeout)" in known(track.problem)["message"] and service.clock.passed == 60


@pytest.mark.parametrize(
    ("elapsed", "left", "timeout", "remains"),
    [(0, 3600, 3600, 3600), (12.5, 3587.5, 3600, 3587.5), (10, 60, 70, 60), (10, 9000, 3600, 3590)],
    ids=["at once", "after reading the vault", "a time limit that is shorter", "one that is longer"],
)
def test_no_limit_of_the_module_changes_how_long_the_call_has_run_already(elapsed, left, timeout, remains):
    module = FakeModule(Service(ONE), wait_timeout=3600)
    module.clock = SimpleNamespace(elapsed=lambda: elapsed, left=lambda: left)
    made = settings_of(moving(module), "", None)
    assert (made.timeout, made.elapsed, made.left) == (timeout, elapsed, remains)
