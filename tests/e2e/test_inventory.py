# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ansible-inventory and ansible-playbook with a file of the plugin and nothing else, through the simulator's front door."""

from __future__ import annotations

import json

import pytest
import yaml

from ansible_collections.asr.hyperv.tests.e2e.stage import WISHES
from ansible_collections.asr.hyperv.tests.unit.hostile import HOSTILE, raw

OTHER = "22222222-2222-2222-2222-222222222222"  # a subscription
FILE = {"plugin": "asr.hyperv.vault", "resource_group": "rg-recovery", "vault_name": "vault1"}


def written(stage, name="production.asr.yml", **more):
    """A file of the plugin, in the folder of the test."""
    place = stage.folder / name
    place.write_text(yaml.safe_dump({**FILE, **more}), encoding="utf-8")
    return str(place)


def listed(stage, file, *more, good=True):
    """What ansible-inventory prints; as data when it is a list."""
    printed = stage.ended(stage.launch("ansible-inventory", "-i", file, *(more or ("--list",))), good=good)
    return printed if more else json.loads(printed[printed.index("{") :], object_hook=unmarked)


def unmarked(found):
    """A value without the mark by which ansible-inventory says that it is no template."""
    return found["__ansible_unsafe"] if set(found) == {"__ansible_unsafe"} else found


@pytest.fixture
def hostile(tmp_path):
    """A vault whose VMs are called as somebody who means harm calls them, and two of one name on two sites."""
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    names = [
        "web01",
        "hv01",
        "localhost",
        *(name[:100] for kind, name in HOSTILE.items() if kind != "half a character"),
    ]
    vms = [
        {"name": f"vm{number}", "display_name": name, "host": "hv01", "disks_gb": [10]}
        for number, name in enumerate(names)
    ]
    vms += [{"name": "other", "display_name": "web01", "host": "hv02", "disks_gb": [10]}]
    sites = [{"name": "site1", "hosts": [{"name": "hv01"}]}, {"name": "site2", "hosts": [{"name": "hv02"}]}]
    scenario = tmp_path / "hostile.yml"
    estate = {"vault": {"name": "vault1", "resource_group": "rg-recovery"}, "seed": 5, "sites": sites, "vms": vms}
    scenario.write_text(yaml.safe_dump(estate), encoding="utf-8")
    with Stage(tmp_path, scenario=scenario) as started:
        yield started, len(vms)


def test_items_and_hosts_of_a_vault_are_hosts_in_their_groups(stage):
    file = written(
        stage,
        keyed_groups=[{"prefix": "plan", "key": "asr_plans | map(attribute='plan') | list"}],
        groups={"large": "asr_disks | length > 1"},
        compose={"wave": "asr_plans[0].group"},
        filters=[{"exclude": "asr_vm_name == 'web01'"}],
        strict=True,
    )
    graph = listed(stage, file, "--graph")
    for group in ("@protected_items", "@hyperv_hosts", "@plan_plan1", "@large"):
        assert group in graph
    told = listed(stage, file)
    assert sorted(told["protected_items"]["hosts"]) == ["app01", "db01"]
    assert sorted(told["hyperv_hosts"]["hosts"]) == ["hv01", "hv02"]
    assert (told["large"]["hosts"], told["plan_plan1"]["hosts"]) == (["db01"], ["app01", "db01"])
    vm = told["_meta"]["hostvars"]["db01"]
    assert (vm["asr_phase"], vm["asr_direction"], vm["asr_host"]) == ("failed_over", "RecoveryToPrimary", "hv01")
    assert (vm["asr_plans"], vm["wave"]) == ([{"plan": "plan1", "group": 1}], 1)
    assert vm["asr_legal_steps"] == ["planned_failover (RecoveryToPrimary)"]
    assert "ansible_host" not in vm
    assert told["_meta"]["hostvars"]["hv01"]["asr_connected"] is True


def test_azure_addresses_are_those_of_the_vms_in_azure(stage):
    told = listed(stage, written(stage, azure_vms=True, address_from="azure", hostvars_prefix="dr_"))
    hosts = told["_meta"]["hostvars"]
    assert {hosts[name]["ansible_host"] for name in ("app01", "db01", "web01")} == {"10.0.0.4", "10.0.0.5", "10.0.0.6"}
    assert hosts["web01"]["dr_azure_vm"]["power_state"] == "running"
    assert hosts["hv01"]["asr_host_name"] == hosts["hv01"]["dr_host_name"] == "hv01"


def test_no_name_of_a_vm_is_a_template_another_host_or_the_control_node(hostile):
    stage, vms = hostile
    told = listed(stage, written(stage))
    hosts = told["protected_items"]["hosts"]
    assert len(set(map(str.lower, hosts))) == vms
    assert {"web01-site1", "web01-site2", "hv01-site1", "localhost-site1"} <= set(hosts)
    assert told["hyperv_hosts"]["hosts"] == ["hv01", "hv02"]
    assert raw(json.dumps(told, ensure_ascii=False)) == []
    play = stage.folder / "names.yml"
    task = {"ansible.builtin.debug": {"msg": "{{ asr_vm_name }}"}}
    play.write_text(
        json.dumps([{"hosts": "protected_items", "gather_facts": False, "tasks": [task]}]), encoding="utf-8"
    )
    printed = stage.ended(stage.launch("ansible-playbook", "-i", written(stage), str(play)), good=True)
    assert "lookup('pipe', 'touch MARK')" in printed
    assert not list(stage.folder.glob("MARK*"))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"vault_name": "vault9"}, "vault 'vault9' (resource group 'rg-recovery'"),
        ({"adress_from": "azure"}, "adress_from is no option of asr.hyperv.vault. Near to it: address_from."),
        (
            {"vaults": [{"vault": "v"}]},
            "vaults: entry 1 has 'vault', which is no option of a vault. Near to it: vault_name.",
        ),
        ({"address_from": "azure"}, "address_from: azure needs azure_vms: true"),
        (
            {"hostvars_prefix": "ansible_"},
            "hostvars_prefix: variables that begin with ansible_ say how Ansible reaches a host.",
        ),
        ({"azure_vms": "maybe"}, "azure_vms: 'maybe' is neither true nor false."),
        ({"vaults": [{"vault_name": ["v"]}]}, "vaults: entry 1: vault_name is a list or a dictionary. Give one value."),
        ({"filters": "asr_phase"}, "filters: entry 1 has to have one key, include or exclude, with an expression."),
        ({"filters": [{"include": "no_such_variable"}]}, "filters: entry 1 cannot be applied to app01"),
    ],
)
def test_what_cannot_be_read_is_an_error_that_says_why(stage, more, says):
    stage.environment["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"] = "true"
    printed = listed(stage, written(stage, **more), "--graph", good=False)
    assert says in " ".join(printed.split())


def test_a_vault_that_cannot_be_read_leaves_the_others_when_a_warning_is_enough(stage):
    vaults = [{"vault_name": "vault1"}, {"vault_name": "gone"}]
    printed = listed(stage, written(stage, vaults=vaults, on_vault_error="warn"), "--graph")
    assert "The vault 'gone' (resource group 'rg-recovery') is not read." in " ".join(printed.split())
    assert "db01" in printed and "hv01" in printed


@pytest.fixture
def two_vaults(tmp_path):
    """Two vaults in two subscriptions, with a VM and a site of one name in both."""
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    def part(host):
        vm = {"name": "web01", "host": host, "disks_gb": [10]}
        return {"sites": [{"name": "site1", "hosts": [{"name": host}]}], "vms": [vm]}

    first = {"name": "vault1", "resource_group": "rg-recovery"}
    other = {"name": "vault2", "resource_group": "rg-recovery", "subscription_id": OTHER}
    scenario = tmp_path / "two.yml"
    estate = {"seed": 5, "vault": first, **part("hv01"), "other_vaults": [{"vault": other, **part("hv02")}]}
    scenario.write_text(yaml.safe_dump(estate), encoding="utf-8")
    with Stage(tmp_path, scenario=scenario) as started:
        yield started


def test_vaults_of_two_subscriptions_are_one_inventory_in_which_nobody_is_taken_for_another(two_vaults):
    vaults = [{"vault_name": "vault1"}, {"vault_name": "vault2", "subscription_id": OTHER}]
    told = listed(two_vaults, written(two_vaults, vaults=vaults))
    assert sorted(told["protected_items"]["hosts"]) == ["web01-site1-vault1", "web01-site1-vault2"]
    assert sorted(told["hyperv_hosts"]["hosts"]) == ["hv01", "hv02"]
    hosts = told["_meta"]["hostvars"]
    second = hosts["web01-site1-vault2"]
    assert (second["asr_host"], second["asr_subscription_id"]) == ("hv02", OTHER)
    assert not [name for name, known in hosts.items() if "asr_vault" in known]


@pytest.fixture
def one_name(tmp_path):
    """Vaults of one name in two groups and two subscriptions, with a VM of one name on a site of one name in each."""
    from ansible_collections.asr.hyperv.tests.e2e.stage import Stage  # can only be found when the tests run

    def part(host, state, **vault):
        vm = {"name": "web01", "host": host, "disks_gb": [10], "state": state}
        return {"vault": {"name": "vault1", **vault}, "vms": [vm],
                "sites": [{"name": "site1", "hosts": [{"name": host}]}],
                "plans": [{"name": "plan1", "groups": [{"vms": ["web01"]}]}]}  # fmt: skip

    others = [
        part("hv02", "protected", resource_group="rg-b", recovery_resource_group="rg-fb"),
        part("hv03", "failed_back", subscription_id=OTHER),
    ]
    scenario = tmp_path / "one_name.yml"
    scenario.write_text(yaml.safe_dump({"seed": 5, **part("hv01", "failed_over"), "other_vaults": others}), "utf-8")
    with Stage(tmp_path, scenario=scenario) as started:
        yield started


WHERE = [{"resource_group": "rg-recovery"}, {"resource_group": "rg-b"}, {"subscription_id": OTHER}]


def test_vaults_of_one_name_are_told_apart_by_group_and_subscription(one_name):
    told = listed(one_name, written(one_name, vaults=[{"vault_name": "vault1", **one} for one in WHERE]))
    hosts = told["_meta"]["hostvars"]
    vms = [hosts[name] for name in told["protected_items"]["hosts"]]
    assert sorted((vm["asr_host"], vm["asr_phase"], vm["asr_plans"][0]["plan"]) for vm in vms) == [
        ("hv01", "failed_over", "plan1"), ("hv02", "protected", "plan1"), ("hv03", "failed_back", "plan1"),
    ]  # fmt: skip
    assert len({vm["asr_item_id"] for vm in vms}) == 3
    assert sorted(told["hyperv_hosts"]["hosts"]) == ["hv01", "hv02", "hv03"]


@pytest.mark.parametrize(("place", "host", "phase"), [(0, "hv01", "failed_over"), (1, "hv02", "protected")])
def test_each_module_takes_the_vault_that_is_meant(one_name, place, host, phase):
    """The third subscription has another vault of the same address, and nothing of it changes either."""
    where = {"vault_name": "vault1", "resource_group": "rg-recovery", **WHERE[place]}
    tasks = [
        {f"asr.hyperv.{name}": {**where, **more}, "register": name}
        for name, more in (
            ("readiness_info", {"recovery_plan": "plan1"}), ("protected_item_info", {}), ("provider_info", {}),
            ("recovery_plan_info", {}), ("job_info", {}), ("azure_vm_info", {}),
        )
    ]  # fmt: skip
    shown = {
        "ansible.builtin.debug": {
            "msg": "host={{ provider_info.providers | map(attribute='host') | join(',') }} "
            "phase={{ protected_item_info.protected_items[0].phase }} items={{ readiness_info.verdicts | length }} "
            "plans={{ recovery_plan_info.recovery_plans | length }}"
        }
    }
    play = one_name.folder / "modules.yml"
    play.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [*tasks, shown]}]), "utf-8")
    printed = one_name.ended(one_name.launch("ansible-playbook", str(play)), good=True)
    assert f"host={host} phase={phase} items=1 plans=1" in " ".join(printed.split())


def test_files_of_two_vaults_never_make_one_host_of_two_vms(one_name):
    """The same file twice is the same VMs; another vault's VM of that name is refused, whichever file comes first."""
    one_name.environment["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"] = "true"
    first, again, other = (
        written(one_name, f"{name}.asr.yml", **{**where, "vault_name": "vault1"})
        for name, where in (("a", WHERE[0]), ("b", WHERE[0]), ("c", WHERE[1]))
    )
    assert "web01" in listed(one_name, first, "-i", again, "--graph")
    printed = listed(one_name, first, "-i", other, "--graph", good=False)
    assert "'web01' is another VM or server in a file that was read before." in " ".join(printed.split())


def test_a_group_that_the_file_makes_is_never_a_vm_of_that_name(one_name):
    file = written(
        one_name, **{**WHERE[0], "vault_name": "vault1"}, keyed_groups=[{"key": "asr_vm_name", "separator": ""}]
    )
    told = listed(one_name, file)
    assert told["web01"]["hosts"] == told["protected_items"]["hosts"] == ["web01-site1"]


def test_an_expression_that_fails_leaves_no_part_of_the_vms_behind(one_name):
    file = written(one_name, **{**WHERE[0], "vault_name": "vault1"}, strict=True, keyed_groups=[{"key": "nope"}])
    printed = listed(one_name, file, "--graph")
    assert "Could not generate group for host web01" in printed and "--web01" not in printed and "--hv01" not in printed


def test_a_failback_with_the_inventory_of_one_vault_moves_nothing_in_vaults_of_its_name(one_name):
    (one_name.folder / "group_vars").mkdir()
    (one_name.folder / "group_vars" / "all.yml").write_text(
        yaml.safe_dump({**WISHES, "failback_hosts_group": "nobody"}), encoding="utf-8"
    )
    file = written(one_name, **{**WHERE[0], "vault_name": "vault1"})
    one_name.ended(one_name.launch("ansible-playbook", "-i", file, "asr.hyperv.failback"), good=True)
    jobs = {name: one_name.control(f"state?vault={name}/vault1")["jobs"] for name in ("rg-b", f"{OTHER}/rg-recovery")}
    assert {vm["protection_state"] for vm in one_name.vms()} == {"Protected"}
    assert jobs == {"rg-b": [], f"{OTHER}/rg-recovery": []}


def test_a_cache_saves_the_requests_and_is_not_that_of_another_vault(stage):
    kept = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(stage.folder / "cache")}
    first = listed(stage, written(stage, **kept))
    asked = len(stage.control("requests")["requests"])
    assert listed(stage, written(stage, **kept)) == first
    assert len(stage.control("requests")["requests"]) == asked
    (place,) = (stage.folder / "cache").iterdir()
    for stale in ("[]", "{}", '[{"items": []}]'):  # an older version, or somebody else, has put it there
        place.write_text(json.dumps({"__payload__": stale}), encoding="utf-8")
        assert "nothing that this version keeps" in listed(stage, written(stage, **kept), "--graph")
    assert sorted(listed(stage, written(stage, **kept))["_meta"]["hostvars"]) == sorted(first["_meta"]["hostvars"])
    assert len(stage.control("requests")["requests"]) > asked, "and not an empty inventory"
    asked = len(stage.control("requests")["requests"])
    assert listed(stage, written(stage, **kept, azure_vms=True)) != first
    assert len(stage.control("requests")["requests"]) > asked


@pytest.mark.night
def test_a_whole_night_needs_nothing_but_the_file_and_what_lies_beside_it(stage):
    """What differs for a VM stands in its host_vars, and what is wanted of all in group_vars; -e says nothing."""
    for name in ("ASR_RESOURCE_GROUP", "ASR_VAULT_NAME"):
        stage.environment.pop(name, None)
    mark = stage.folder / "started"
    hook = stage.folder / "start.yml"
    made = {"ansible.builtin.file": {"path": f"{mark}-{{{{ failback_vm.name }}}}", "state": "touch"}}
    hook.write_text(yaml.safe_dump([{"name": "Start it", **made}]), encoding="utf-8")
    after_boot = {"at": "after_boot", "tasks": str(hook)}
    beside = {
        "group_vars/all.yml": {**WISHES, "failback_hosts_group": "nobody"},  # these hosts cannot be reached
        "group_vars/large.yml": {"asr_failback": {"data_sync": "during_failover", "hooks": [after_boot]}},
        "host_vars/app01.yml": {"asr_failback": {"depends_on": ["web01"]}},
        "host_vars/other.yml": {"asr_failback": {"nonsense": True}},
    }
    for name, content in beside.items():
        place = stage.folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(yaml.safe_dump(content), encoding="utf-8")
    file = written(stage, groups={"large": "asr_disks | length > 1"})
    planned = stage.ended(
        stage.launch("ansible-playbook", "-i", file, "asr.hyperv.failback", "--check", "--diff"), good=True
    )
    assert "db01: protected by" in planned and "during_failover" in planned
    stage.ended(stage.launch("ansible-playbook", "-i", file, "asr.hyperv.failback"), good=True)
    assert {vm["protection_state"] for vm in stage.vms()} == {"Protected"}
    assert ("resume", "db01") not in stage.posts()  # a full download has no gate
    assert [path.name for path in stage.folder.glob("started-*")] == ["started-db01"]
    committed = [vm for step, vm in stage.posts() if step == "failoverCommit"]
    assert committed.index("web01") < committed.index("app01")


@pytest.mark.parametrize(
    ("wish", "more", "says"),
    [
        ({"optionl": True}, {}, "web01: asr_failback has 'optionl', which is not known. Near to it: optional."),
        (
            {"hooks": [{"at": "after_boot", "tasks": "gone.yml"}]},
            {},
            "web01: asr_failback.hooks: there is no file 'gone.yml'",
        ),
        ({"depends_on": ["web09"]}, {}, "The VM 'web09' is not part of this failback."),
        (
            {"optional": True},
            {"failback_optional": ["db01"]},
            "failback_optional is given with -e or to the role itself",
        ),
    ],
)
def test_what_cannot_be_in_the_inventory_is_said_before_anything_is_started(stage, wish, more, says):
    (stage.folder / "host_vars").mkdir()
    (stage.folder / "host_vars" / "web01.yml").write_text(yaml.safe_dump({"asr_failback": wish}), encoding="utf-8")
    printed = stage.run("-i", written(stage), "-e", json.dumps(more), good=False)
    assert says in " ".join(printed.split()) and "Nothing was started." in printed
    assert stage.posts() == []


def test_the_role_validate_takes_what_the_inventory_says_of_a_vm(stage):
    """Its hosts cannot be reached here; what it goes by is known before it asks them."""
    play = stage.folder / "validate.yml"
    role = {"name": "asr.hyperv.validate"}
    given = {"validate_items": "{{ [{'name': 'web01', 'id': hostvars['web01'].asr_item_id}] }}", "validate_timeout": 1}
    tasks = [{"name": "Look", "ansible.builtin.include_role": role, "vars": given}]
    shown = {"name": "What it goes by", "ansible.builtin.debug": {"var": "validate_vms"}}
    whole = {"hosts": "localhost", "gather_facts": False, "tasks": [{"block": tasks, "always": [shown]}]}
    play.write_text(yaml.safe_dump([whole]), encoding="utf-8")
    (stage.folder / "host_vars").mkdir()
    place = stage.folder / "host_vars" / "web01.yml"
    for wish, says in (
        ({"vlan": 7}, '"vlan": 7'),
        ({"vlam": 7}, "asr_failback.targets has 'vlam', which is not known. Near to it: vlan."),
    ):
        place.write_text(yaml.safe_dump({"asr_failback": {"targets": wish}}), encoding="utf-8")
        printed = stage.ended(stage.launch("ansible-playbook", "-i", written(stage), str(play)), good=False)
        assert says in " ".join(printed.split())
