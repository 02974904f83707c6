# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a vault and a wish to tracks: what is read, what is chosen, and what is refused before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import plan_tracks
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import ReadableVault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import select
from ansible_collections.asr.hyperv.plugins.module_utils._engine.survey import survey
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.waiting import next_words
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectableItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import Selection
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import (
    NOW,
    ago,
    item,
    job,
    plan,
    problem,
    task,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import a_wish

FINALIZE, REVERSE = "DisableProtection FinalizeFailback", "ReverseReplicate DisableProtection"
HOME = {"active": "Primary", "state": "Protected", "allowed": "PlannedFailover DisableProtection"}
SPOILT = job(
    state="Failed", tasks=(task("VmPfoPrerequisitesCheck"), task("DataSync", "Failed")), problems=problem("539")
)


@dataclass
class FakeVault:
    """What planning asks a vault for. Lists are slim: their jobs have lost tasks, errors and sides."""

    own: list[Any] = field(default_factory=lambda: [item()])
    running: list[Any] = field(default_factory=list)
    hidden: list[Any] = field(default_factory=list)
    present: bool = True
    kept: tuple[Any, ...] = ()
    connected: bool = True
    more_hosts: tuple[Any, ...] = ()
    asked: list[Any] = field(default_factory=list)

    def __post_init__(self):
        self.items = SimpleNamespace(list=self.listed, why_not_ours=lambda item: "")
        self.jobs = SimpleNamespace(list=self.listed_jobs, get=self.job)
        self.plans = SimpleNamespace(
            list=lambda: self.kept, get=lambda name: next((one for one in self.kept if one.name == name), None)
        )
        self.hosts = SimpleNamespace(providers=self.providers, protectable_items=self.protectable_items)

    @property
    def port(self) -> ReadableVault:
        """It has all that planning asks of a vault."""
        return cast(ReadableVault, self)

    def service_time(self):
        return NOW

    def listed(self, plan=""):
        self.asked.append(f"items {plan}".strip())
        return self.own

    def listed_jobs(self, since, states=()):
        self.asked.append(f"jobs since {(NOW - since).days} days")
        return [slim(one) for one in self.running if one.state in states]

    def job(self, name):
        self.asked.append(f"job {name}")
        return next((one for one in self.running + self.hidden if one.name == name), None)

    def providers(self):
        status = "Connected" if self.connected else "NotConnected"
        own = Provider(self.own[0].provider_id.upper(), "", "hv01", "site1", "", "HyperVSite", status)
        return [own, *self.more_hosts]

    def protectable_items(self, fabric, container):
        self.asked.append("protectable items")
        there = [one for one in self.own if self.present]
        return [ProtectableItem(one.protectable_item_id, "", one.name, "", one.vm_id, "", "") for one in there]


def slim(one):
    return job(
        one.scenario,
        one.state,
        " ".join(one.allowed_actions),
        name=one.name,
        started=one.started,
        ended=one.ended,
        target_id=one.target_id,
        target_kind=one.target_kind,
        description=one.description,
    )


def planned(vault: FakeVault, goal: str = "protected", **wish):
    return plan_tracks(vault.port, Selection((tuple(vault.own),)), a_wish(goal, **wish))


SURVEYS = [  # jobs of the vault, phase, what is read besides the lists
    ([], "failed_over", []),
    ([job()], "synchronizing", ["job job1"]),
    ([job(primary_side="site1", recovery_side="Microsoft Azure")], "busy", ["job job1"]),
    ([job(tasks=(task("WaitForUserInputForFailback"),))], "cutting_over", ["job job1"]),
    ([job(state="Suspended", actions="Resume")], "synchronized", []),
    ([SPOILT], "inconsistent", ["job job1"]),
    ([job(state="Failed", tasks=(task("VmPfoPrerequisitesCheck", "Failed"),))], "failed_over", ["job job1"]),
    ([job(state="Failed", name="old", started=ago(hours=3)), job(name="new")], "synchronizing", ["job new"]),
    ([job("UpdateVmProperties")], "busy", []),
    ([job("RestoreCompletion")], "failed_over", []),
    ([job(target_id="another")], "failed_over", []),
]


@pytest.mark.parametrize(("jobs", "phase", "read"), SURVEYS)
def test_a_job_is_read_by_itself_only_where_the_list_leaves_open_what_it_means(jobs, phase, read):
    vault = FakeVault(running=jobs)
    assert [track.phase.value for track in survey(vault, Selection((tuple(vault.own),)))] == [phase]
    assert vault.asked == ["jobs since 2 days", *read]


def test_a_job_that_only_the_item_names_is_read():
    manual = (task("look", "Suspended", "ManualActionTaskDetails"),)
    waits = job("Failback", "Suspended", "Cancel Resume", name="plan-job", target_id="plan", tasks=manual)
    vault = FakeVault(own=[item("", current_job_id="plan-job")], hidden=[waits], running=[SPOILT])
    track = survey(vault, Selection((tuple(vault.own),)))[0]
    assert (track.phase, track.job) == (Phase.BUSY, waits)


def test_the_job_of_a_plan_is_read_once_for_all_its_items():
    runs = job("Failback", name="plan-job", target_id="plan", target_kind="RecoveryPlan")
    items = [item("", name=name, current_job_id="plan-job") for name in ("a", "b", "c")]
    vault = FakeVault(own=items, hidden=[runs])
    assert {track.phase for track in survey(vault, Selection((tuple(items),)))} == {Phase.SYNCHRONIZING}
    assert vault.asked.count("job plan-job") == 1


def test_jobs_are_listed_since_the_earliest_failover_to_azure():
    vault = FakeVault(own=[item(failed_over_at=ago(days=9)), item(name="b", failed_over_at=None)])
    survey(vault, Selection((tuple(vault.own),)))
    assert vault.asked == ["jobs since 9 days"]


def test_a_time_of_a_failover_long_over_is_not_looked_back_to():
    vault = FakeVault(own=[item(**HOME, failed_over_at=ago(days=900))])
    survey(vault, Selection((tuple(vault.own),)))
    assert vault.asked == ["jobs since 1 days"]


REFUSED = [  # the item, the wish, words of the refusal
    (item(encryption="Enabled"), {}, r"vm1 is protected with encryption \(Enabled\)"),
    (item("", "", "Odd"), {}, r"not known here: 'Odd' \(said by the service\), active location , allowed: nothing"),
    (item("Commit"), {}, r"failover of vm1 to Azure is not committed yet"),
    (item(), {"data_sync": None}, r"data_sync is required.*vm1"),
    (
        item(),
        {"goal": "cut_over", "permitted": {Step.COMPLETE_FAILOVER}},
        r"vm1 is failed_over: planned_failover would",
    ),
    (
        item(),
        {"goal": "committed", "permitted": {Step.COMMIT_FAILOVER}},
        r"planned_failover, complete_failover would have",
    ),
    (item(FINALIZE, "Primary"), {"permitted": {Step.REVERSE_REPLICATION}}, r"commit_failover would have to come first"),
]


@pytest.mark.parametrize(("one", "wish", "words"), REFUSED)
def test_what_cannot_lead_to_the_goal_is_refused_before_anything_is_sent(one, wish, words):
    with pytest.raises(BadInput, match=rf"Nothing was started\. .*{words}"):
        planned(FakeVault(own=[one]), **{**wish, "permitted": frozenset(wish.get("permitted", Step))})


def test_every_refusal_of_every_item_is_told_at_once():
    vault = FakeVault(own=[item("Commit", name="a"), item(name="b"), item("", "", "Odd", name="c")])
    with pytest.raises(BadInput) as refused:
        planned(vault)
    refusals: Any = refused.value.details["refusals"]
    assert [one["name"] for one in refusals] == ["a", "c"]


CHOICES = [  # create a missing VM, VM present, mode, creation option, host named
    (False, True, "before_failover", "NoAction", False),
    (True, True, "before_failover", "NoAction", False),
    (True, False, "during_failover", "CreateVmIfNotFound", True),
]


@pytest.mark.parametrize(("create", "present", "mode", "option", "named"), CHOICES)
def test_a_missing_vm_is_created_only_when_asked_for(create, present, mode, option, named):
    intent = planned(FakeVault(present=present), create_vm_if_missing=create)[0].intent
    assert (intent.failback.data_sync.mode.value, intent.failback.vm_creation, bool(intent.provider_id)) == (
        mode,
        option,
        named,
    )


def test_a_missing_vm_is_refused_when_it_may_not_be_created():
    with pytest.raises(BadInput, match=r"VM of vm1 is gone.*create_vm_if_missing: true"):
        planned(FakeVault(present=False))


@pytest.mark.parametrize(
    ("kind", "named"), [("VmmFabric", False), ("VMM", False), ("SingleHostHyperVFabric", True), ("", True)]
)
def test_a_vmm_server_decides_itself_where_to_create_the_vm_and_nobody_else(kind, named):
    vault = FakeVault(own=[item(site_kind=kind)], present=False)
    assert bool(planned(vault, create_vm_if_missing=True)[0].intent.provider_id) is named


def test_a_vm_without_a_kind_of_site_may_come_home_to_another_host_of_its_site():
    intent = planned(FakeVault(own=[item(site_kind="")], more_hosts=HOSTS), alternate_host="hv02")[0].intent
    assert intent.failback.alternate_host == "hv02.contoso.example"


def test_a_host_that_is_away_is_warned_of_where_something_has_to_be_done():
    vault = FakeVault(own=[item(), item(**HOME, name="b")], connected=False)
    warnings = [track.warnings for track in planned(vault)]
    assert "host hv01 is not connected" in warnings[0][0] and not warnings[1]


def twin(name, own, status="Connected"):
    """One of two registrations of a host."""
    return Provider(f"/vault/{own}", own, name, "site1", "site1", "HyperVSite", status)


def host(name, fabric="site1", status="Connected", kind="HyperVSite"):
    return Provider(f"id-of-{name}", name, name, fabric, fabric, kind, status)


HOSTS = (
    host("hv02.contoso.example"),
    host("hv03", status="NotConnected"),
    host("hv09", "site9"),
    host("hv04.a"),
    host("hv04.b"),
    twin("hv05", "one"),
    twin("hv05", "two"),
    twin("hv06", "one", "NotConnected"),
    twin("hv06", "two"),
)


@pytest.mark.parametrize("named", ["hv02", "HV02", "hv02.contoso.example"])
def test_a_vm_goes_to_another_host_by_its_name_with_synchronization_before(named):
    old = item(failed_over_at=ago(days=60))
    intent = planned(FakeVault(own=[old], more_hosts=HOSTS), alternate_host=named)[0].intent
    assert (intent.failback.vm_creation, intent.provider_id) == ("CreateVmIfNotFound", "id-of-hv02.contoso.example")
    assert intent.failback.data_sync.mode.value == "before_failover"
    assert "another host (hv02.contoso.example)" in intent.failback.data_sync.reason


def test_of_two_registrations_of_a_host_the_only_connected_one_is_taken_and_the_dead_one_named():
    track = planned(FakeVault(more_hosts=HOSTS), alternate_host="hv06")[0]
    assert track.intent.provider_id == "/vault/two"
    assert "another registration of hv06, NotConnected (/vault/one). Remove it" in " ".join(track.warnings)


@pytest.mark.parametrize("named", ["/vault/two", "/Vault/TWO", "two"])
def test_a_host_that_is_registered_twice_can_be_given_by_the_id_of_the_registration(named):
    hosts = [one for one in HOSTS if one.host != "hv06"]
    assert planned(FakeVault(more_hosts=tuple(hosts)), alternate_host=named)[0].intent.provider_id == "/vault/two"


def test_its_own_host_is_no_other_host():
    intent = planned(FakeVault(), alternate_host="hv01")[0].intent
    assert (intent.failback.vm_creation, intent.provider_id, intent.failback.alternate_host) == ("NoAction", "", "")


@pytest.mark.parametrize(
    ("named", "one", "words"),
    [
        ("hv3", item(), r"'hv3' is no Hyper-V host of the site .* Hosts of the site: hv01 \(Connected\), hv02"),
        ("hv03", item(), r"host hv03 is NotConnected, so vm1 cannot come home to it"),
        ("hv09", item(), r"'hv09' is no Hyper-V host of the site.*It belongs to site9"),
        ("hv04", item(), r"'hv04' may be any of hv04.a .Connected, .*; hv04.b .* Give the full name or, .* the id"),
        ("hv05", item(), r"'hv05' may be any of hv05 .Connected, /vault/one.; hv05 .Connected, /vault/two.*the id"),
        ("hv02", item(site_kind="VMM"), r"protected through VMM .* Leave alternate_host out"),
    ],
)
def test_a_host_that_cannot_take_the_vm_is_refused_before_anything_is_sent(named, one, words):
    with pytest.raises(BadInput, match=rf"Nothing was started\. alternate_host: .*{words}"):
        planned(FakeVault(own=[one], more_hosts=HOSTS), alternate_host=named)


def test_single_items_have_options_of_their_own():
    vault = FakeVault(own=[item(name="a"), item(name="b")], more_hosts=HOSTS)
    rows = [{"name": "B", "alternate_host": "hv02", "data_sync": None}]
    first, second = (track.intent.failback for track in planned(vault, item_options=rows, data_sync="during_failover"))
    assert (first.alternate_host, second.alternate_host, second.data_sync.mode.value) == (
        "",
        "hv02.contoso.example",
        "during_failover",
    )


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (
            {"item_options": [{"name": "vm2"}]},
            r"item_options: there is no protected item 'vm2' among the items of this run",
        ),
        ({"item_options": [{"name": "vm1"}, {"name": "VM1"}]}, r"item_options: 'VM1' has two entries"),
        ({"optional": ["vm2"]}, r"optional_items: there is no protected item 'vm2' among"),
    ],
)
def test_options_for_an_item_that_is_not_in_the_run_are_refused(wish, words):
    with pytest.raises(BadInput, match=words):
        planned(FakeVault(), **wish)


def test_groups_of_names_are_cut_over_in_their_order():
    vault = FakeVault(own=[item(name="a"), item(name="b"), item(name="c")])
    chosen = select(vault.port, None, None, [["c"], ["a", "b"]])
    assert [[one.name for one in group] for group in chosen] == [["c"], ["a", "b"]]
    with pytest.raises(BadInput, match="groups: 'a' is given twice"):
        select(vault.port, None, None, [["a"], ["a"]])


def test_no_choice_is_made_where_no_failback_has_to_start():
    vault = FakeVault(own=[item(FINALIZE, "Primary"), item(REVERSE, "Primary", name="b"), item(**HOME, name="c")])
    assert [track.intent.failback for track in planned(vault, data_sync=None)] == [None] * 3
    assert "protectable items" not in vault.asked


def test_a_busy_item_keeps_its_objection_until_it_comes_to_that():
    vault = FakeVault(running=[job("UpdateVmProperties")])
    track = planned(vault, data_sync=None)[0]
    assert track.intent.failback is None and "data_sync is required" in track.intent.objection


def test_the_module_that_only_starts_goes_past_the_gate_with_a_full_download():
    wish: dict[str, Any] = {"goal": "synchronized", "permitted": frozenset({Step.PLANNED_FAILOVER})}
    assert planned(FakeVault(), **wish)[0].intent.goal is Goal.SYNCHRONIZED
    assert planned(FakeVault(), **wish, data_sync="during_failover")[0].intent.goal is Goal.CUT_OVER


def test_a_plan_that_does_not_exist_is_told_what_does():
    vault = FakeVault(kept=(plan("vm1", name="production"),))
    with pytest.raises(BadInput, match=r"there is no plan 'producton'.*Near to it: production"):
        select(vault.port, None, "producton")
    assert select(vault.port, None, "production").waves == (tuple(vault.own),)


def test_a_replication_whose_last_step_failed_is_named():
    failed = job("IrCompletion", "Failed", name="ir")
    vault = FakeVault(own=[item("DisableProtection", "Primary", "InitialReplicationInProgress")], running=[failed])
    assert "repair the replication" in survey(vault, Selection((tuple(vault.own),)))[0].warnings[0]


@pytest.mark.parametrize(
    ("jobs", "allowed", "words"),
    [
        ([], "Failback", "next: planned_failover"),
        ([job()], "", "waits (job 'PlannedFailover' job1)"),
        ([job("UpdateVmProperties")], "", "waits (job 'UpdateVmProperties' job1)"),
        ([], "DisableProtection", "nothing to do"),
    ],
)
def test_what_comes_next_is_said_in_words(jobs, allowed, words):
    vault = FakeVault(own=[item(allowed)], running=jobs)
    assert next_words(survey(vault, Selection((tuple(vault.own),)))[0]) == words
