# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens in a vault is told once, to who looks again and again, and to who comes back with a cursor."""

from __future__ import annotations

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine.lookout import Lookout
from ansible_collections.asr.hyperv.plugins.module_utils._run.news import cursor_of, news
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import ONE, vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service

HOUR = 3600


class Watched:
    """A simulated vault, and somebody who looks at it."""

    def __init__(self, scenario=ONE):
        self.service = Service(scenario)
        self.lookout = Lookout(self.service.vault)
        self.cursor = None

    def look(self, *kinds):
        """The events since the last look."""
        found = self.lookout.look(self.cursor)
        told = news(found, self.cursor, *([kinds] if kinds else []))
        self.cursor = cursor_of(found)
        return told

    def told(self):
        """They in short: kind, before, now."""
        return [(event["kind"], event["before"], event["now"]) for event in self.look()]

    def fail_back(self):
        """Somebody starts the synchronization, and it takes its time."""
        self.service.operate_on("vm1", "plannedFailover")
        self.service.wait(60)

    def to_the_gate(self):
        self.fail_back()
        self.service.wait(6 * HOUR)


def test_who_looks_first_is_told_what_waits_and_who_is_away_and_nothing_that_merely_is():
    watched = Watched(vault("vm1", sites=[{"name": "site1", "hosts": [{"name": "hv01"}, {"name": "hv02"}]}]))
    watched.to_the_gate()
    watched.service.fault(kind="provider_drop", host="hv02")
    watched.service.wait(HOUR)
    assert watched.told() == [("job_waits", "", "cutover"), ("provider_changed", "", "away")]
    assert watched.told() == []


def test_a_failback_is_told_step_by_step_and_each_once():
    watched = Watched()
    assert watched.told() == []
    watched.fail_back()
    assert watched.told() == [("phase_changed", "failed_over", "synchronizing")]
    assert watched.told() == []
    watched.service.wait(6 * HOUR)
    assert watched.told() == [("phase_changed", "synchronizing", "synchronized"), ("job_waits", "", "cutover")]
    watched.service.operate_on("vm1", "resume")
    assert watched.told() == [("phase_changed", "synchronized", "cutting_over")]
    watched.service.wait(HOUR)
    assert watched.told() == [("phase_changed", "cutting_over", "failed_back_uncommitted")]


def test_an_event_has_all_that_a_rule_needs():
    watched = Watched()
    watched.look()
    watched.to_the_gate()
    moved, waits = watched.look()
    assert (moved["item"]["name"], moved["item"]["phase"]) == ("vm1", "synchronized")
    assert "complete_failover" in moved["item"]["legal_steps"]
    assert (waits["waits_for"], waits["job"]["target"], waits["job"]["state"]) == ("cutover", "vm1", "Suspended")


@pytest.mark.parametrize("knows", [True, False])
def test_a_failure_is_news_with_its_errors_only_to_who_has_looked_before(knows):
    watched = Watched()
    if knows:
        watched.look()
    watched.service.fault(kind="job_failure")
    watched.to_the_gate()
    failures = watched.look("job_failed")
    if knows:
        assert [event["job"]["target"] for event in failures] == ["vm1"] and failures[0]["job"]["errors"]
    else:
        assert failures == []
    assert watched.look("job_failed") == []


def test_a_provider_that_comes_back_is_told_too():
    watched = Watched()
    watched.look()
    watched.service.fault(kind="provider_drop", host="hv01", seconds=HOUR)
    away = watched.look("provider_changed")
    assert [(event["provider"]["host"], event["now"]) for event in away] == [("hv01", "away")]
    watched.service.wait(2 * HOUR)
    assert [event["now"] for event in watched.look("provider_changed")] == ["connected"]


def test_health_is_told_with_its_errors():
    watched = Watched(vault("vm1", vms={"vm1": {"state": "protected"}}))
    watched.look()
    watched.service.fault(
        kind="change",
        of="vm",
        name="vm1",
        set={"replication_health": "Critical", "health_errors": [{"code": "1", "message": "no"}]},
    )
    [event] = watched.look("health_changed")
    assert event["item"]["health"] == event["now"] and event["item"]["health_errors"]


def test_a_look_is_one_list_of_each_and_a_read_of_the_jobs_that_moved():
    watched = Watched()
    watched.to_the_gate()
    watched.look()
    before = len(watched.service.asked())
    for _look in range(3):
        watched.look()
    asked = [one.path.rpartition("/")[2] for one in watched.service.asked()[before:]]
    assert sorted(asked) == sorted(
        3 * ["replicationProtectedItems", "replicationJobs", "replicationRecoveryServicesProviders"]
    )
