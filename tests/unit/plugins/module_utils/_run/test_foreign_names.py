# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names that others chose become files, parts of addresses and hosts only where they are nothing else there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ansible_collections.asr.hyperv.plugins.module_utils._plans.draft import check_name
from ansible_collections.asr.hyperv.plugins.module_utils._plans.inventory import plan_inventory, unfit_hosts
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.names import (
    file_objection,
    host_objection,
    segment_objection,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.places import (
    distrust,
    own_file,
    recorded_complaints,
    report_complaints,
    write,
)
from ansible_collections.asr.hyperv.tests.unit.hostile import HOSTILE

ROOT = Path(__file__).resolve().parents[5]
USUAL = [
    "web01",
    "SQL Server 2019",
    "app_01.contoso.example",
    "Zürich-日本",
    "old (do not start)",
    "x",
    "01-web",
    "Null",
    "1e3x",
]
TAKEN = ["hv01.contoso.example", "HV02"]
NO_HOSTS = {
    "hv01:5999": "more out of it than a name",
    "db[01:03]": "more out of it than a name",
    "web*": "more out of it than a name",
    "web01,web02": "more out of it than a name",
    "!web01": "more out of it than a name",
    "~web.*": "more out of it than a name",
    "@file": "more out of it than a name",
    "-i": "more out of it than a name",
    "app01{{ lookup('pipe', 'id') }}": "more out of it than a name",
    " web01": "more out of it than a name",
    "web01 ": "more out of it than a name",
    "web01\n": "more out of it than a name",
    "": "more out of it than a name",
    "10.0.0.1": "address",
    "127.1": "address",
    "0x7f000001": "address",
    "2130706433": "address",
    "localhost": "control node",
    "LocalHost.localdomain": "control node",
    "evil.localhost": "control node",
    "hv01": "name of a Hyper-V host",
    "HV01.other.example": "name of a Hyper-V host",
    "hv02": "name of a Hyper-V host",
    "all": "name of a group",
    "Recovery_Plans": "name of a group",
    "plan_production": "name of a group",
    "plan_production_group_1": "name of a group",
}


@pytest.mark.parametrize(("name", "why"), NO_HOSTS.items(), ids=map(repr, NO_HOSTS))
def test_what_is_not_only_a_name_is_no_host(name, why):
    told = unfit_hosts(plans([name]), TAKEN)
    assert why in told[name]


@pytest.mark.parametrize("name", USUAL)
def test_usual_names_are_hosts(name):
    assert host_objection(name, TAKEN) == ""


def plans(members, name="production"):
    return [{"name": name, "groups": [{"protected_items": list(members)}]}]


def test_the_inventory_has_exactly_the_vms_and_nothing_else(tmp_path):
    """Read by Ansible, with the inventory of the Hyper-V hosts before it and after it."""
    names = [*USUAL, *NO_HOSTS, *(name for name in HOSTILE.values() if "\ud800" not in name)]
    written = yaml.safe_dump(plan_inventory(plans(names), TAKEN), allow_unicode=True)
    (tmp_path / "plans.yml").write_text(written, encoding="utf-8")
    hosts = {"all": {"children": {"hyperv_hosts": {"hosts": {name: {} for name in TAKEN}, "vars": {"secret": 1}}}}}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump(hosts), encoding="utf-8")
    fit = sorted(set(names) - set(unfit_hosts(plans(names), TAKEN)))
    assert set(USUAL) <= set(fit)
    for order in (["plans.yml", "hosts.yml"], ["hosts.yml", "plans.yml"]):
        command = [str(Path(sys.executable).with_name("ansible-inventory")), "--list"]
        command += [word for file in order for word in ("-i", file)]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 0, run.stderr
        told = json.loads(run.stdout)
        assert sorted(told["plan_production_group_1"]["hosts"]) == fit
        assert not set(told["plan_production_group_1"]["hosts"]) & set(told["hyperv_hosts"]["hosts"])
        assert set(told["_meta"]["hostvars"]) == set(TAKEN), "no host of a plan has a variable"
    assert not list(tmp_path.glob("MARK*"))


NO_FILES = [
    "..",
    ".",
    "",
    "...",
    "../escaped",
    "/etc/x",
    "a/b",
    "a\\b",
    "C:",
    "a\nb",
    "a\x00b",
    "-rf",
    ".hidden",
    "x" * 300,
    "é" * 150,
]


@pytest.mark.parametrize("name", NO_FILES, ids=map(repr, NO_FILES))
def test_what_would_lead_out_of_a_folder_or_hide_is_no_file(name):
    assert file_objection(name)


@pytest.mark.parametrize("name", [visible(name) for name in HOSTILE.values()], ids=HOSTILE)
def test_a_hostile_name_is_a_file_in_its_folder_or_none(tmp_path, name):
    if not file_objection(name):
        place = tmp_path / f"{name}.plan.yml"
        place.write_text("", encoding="utf-8")
        assert [one.name for one in tmp_path.iterdir()] == [f"{name}.plan.yml"]


@pytest.mark.parametrize("name", ["..", ".", " ", "a/b", "a?b", "a#b", "a%2fb", "a\\b", "a\x1bb", "a\u202eb"])
def test_a_name_that_leads_elsewhere_in_an_address_is_no_plan(name):
    assert segment_objection(name)
    with pytest.raises(BadInput, match="cannot be the name of a plan"):
        check_name(name)


def test_a_report_is_written_in_its_place_and_not_through_a_link(tmp_path, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "real" / "report.json").symlink_to(tmp_path / "victim")
    monkeypatch.chdir(tmp_path)
    assert own_file("folder/report.json") == str(tmp_path / "real" / "report.json")
    assert own_file("report.json") == str(tmp_path / "report.json")
    for wrong in ("folder", "folder/", "", "..", "folder/.."):
        with pytest.raises(Exception, match="is no path of a file"):
            own_file(wrong)


def test_a_report_replaces_a_link_and_is_for_its_owner_only(tmp_path):
    victim, place = tmp_path / "victim", tmp_path / "report.json"
    victim.write_text("theirs", encoding="utf-8")
    place.symlink_to(victim)
    write(str(place), "ours")
    assert victim.read_text(encoding="utf-8") == "theirs" and not place.is_symlink()
    assert place.read_text(encoding="utf-8") == "ours" and place.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OSError, match="no path of a file"):
        write(str(tmp_path), "ours")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["report.json", "victim"]


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o400])
def test_a_report_of_ours_is_trusted(tmp_path, mode):
    (tmp_path / "report.json").touch()
    (tmp_path / "report.json").chmod(mode)
    assert distrust(str(tmp_path / "report.json")) == ""


def test_a_report_that_somebody_else_may_have_written_is_not(tmp_path, monkeypatch):
    place = tmp_path / "report.json"
    place.touch()
    (tmp_path / "link.json").symlink_to(place)
    assert distrust(str(tmp_path / "link.json")) == "it is a link"
    for mode in (0o660, 0o602, 0o666):
        place.chmod(mode)
        assert distrust(str(place)) == f"others may write to it (mode {mode:04o})"
    place.chmod(0o600)
    monkeypatch.setattr("os.lstat", lambda _path: os.stat_result((0o100600, 1, 1, 1, 4711, 0, 0, 0, 0, 0)))
    assert distrust(str(place)) == "it belongs to another user (uid 4711)"


def test_a_link_of_another_user_on_the_way_is_not_followed(tmp_path, monkeypatch):
    (tmp_path / "real").mkdir()
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "real" / "report.json").touch(0o600)
    path, look = str(tmp_path / "folder" / "report.json"), os.lstat
    assert distrust(path) == "" and own_file(path) == str(tmp_path / "real" / "report.json")

    def theirs(place, **options):
        found = look(place, **options)
        return os.stat_result((*found[:4], 4711, *found[5:10])) if str(place).endswith("/folder") else found

    monkeypatch.setattr("os.lstat", theirs)
    told = f"{tmp_path / 'folder'} is a link of another user"
    assert distrust(path) == told
    with pytest.raises(Exception, match=told):
        own_file(path)
    assert [told in one for one in report_complaints("a_report", str(tmp_path / "folder" / "new"), (".json",))] == [
        True
    ]


def test_no_report_of_before_is_relied_on_that_others_may_have_written(tmp_path):
    place = tmp_path / "verdicts.json"
    place.touch(0o600)
    given = str(place.with_suffix(""))
    assert list(recorded_complaints("an_option", given)) == []
    place.chmod(0o646)
    [told] = recorded_complaints("an_option", given)
    assert told.startswith(f"an_option: '{place}' is not relied on, because others may write to it (mode 0646).")
    place.rename(tmp_path / "other.json")
    place.symlink_to("other.json")
    assert "because it is a link" in next(recorded_complaints("an_option", given))


def writers(node):
    """Every use of copy or template in a piece of YAML: its options."""
    if isinstance(node, list):
        return [found for one in node for found in writers(one)]
    if not isinstance(node, dict):
        return []
    here = [node[name] for name in ("ansible.builtin.copy", "ansible.builtin.template") if name in node]
    return here + [found for one in node.values() for found in writers(one)]


@pytest.mark.parametrize(
    "page",
    sorted([*ROOT.glob("roles/*/tasks/*.yml"), *ROOT.glob("playbooks/**/*.yml")]),
    ids=lambda page: f"{page.parts[-3]}/{page.name}",
)
def test_whatever_is_written_on_the_control_node_is_for_its_owner_and_goes_through_no_link(page):
    for options in writers(yaml.safe_load(page.read_text(encoding="utf-8"))):
        assert options["mode"] == "0600"
        assert "own_file" in options["dest"] or options["dest"].startswith("{{ __asr_plans_path }}/")
        assert "follow" not in options
