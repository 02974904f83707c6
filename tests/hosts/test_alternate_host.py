# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role `alternate_host` on a simulated server that has nothing, from playbooks/new_hardware.yml."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest

PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"
KEY = "<Creds><ResourceName>{}</ResourceName><ManagementCert>hush</ManagementCert><SiteName>site1</SiteName></Creds>"

DAY = {"work_start": "07:00", "work_end": "19:00", "work_hour_bandwidth": 1024, "non_work_hour_bandwidth": 4096}


@pytest.fixture
def wishes(hosts):
    """Makes the options of the playbook, and the key file that they name."""

    def made(vault="vault1", **options):
        key = hosts.folder / "key.VaultCredentials"
        key.write_text(KEY.format(vault), encoding="utf-8")
        return {
            "alternate_host_protected_items": ["app01"],
            "alternate_host_switch_defaults": {"net_adapter": "Ethernet 2"},
            "alternate_host_provider_setup": r"C:\setup\AzureSiteRecoveryProvider.exe",
            "alternate_host_key_source": str(key),
            "alternate_host_threads": {"download_threads": 16},
            "alternate_host_timeout": 20,
            **options,
        }

    return made


@pytest.fixture
def prepare(hosts, wishes):
    """Runs the playbook; what it printed."""

    def run(*more, good=True, cwd=None, **options):
        return hosts.play("asr.hyperv.new_hardware", "-e", json.dumps(wishes(**options)), *more, good=good, cwd=cwd)

    return run


def changed(printed):
    """How many tasks changed bare01."""
    return int(re.findall(r"^bare01 +:.* changed=(\d+)", printed, re.MULTILINE)[0])


def bare(hosts):
    return next(host for host in hosts.control("state")["hosts"] if host["name"] == "bare01")


def test_a_server_that_has_nothing_becomes_a_host_in_four_beats_and_a_vm_comes_home_to_it(hosts, prepare):
    before = bare(hosts)
    assert changed(prepare("--check")) > 0
    assert bare(hosts) == before
    printed = prepare("--diff")
    assert changed(printed) > 0
    assert "bare01 is connected to the vault, site site1" in printed
    assert bare(hosts)["connected"] and bare(hosts)["switches"] == ["vSwitch-Production"]
    for again in (["--check"], []):
        assert changed(prepare(*again)) == 0
    assert removed(hosts)
    assert "hush" not in printed
    hosts.play("move.yml")


def test_a_key_file_is_made_where_none_is_given_and_nothing_is_left_of_it(hosts, prepare, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(hosts.folder / "tmp"))
    (hosts.folder / "tmp").mkdir()
    printed = prepare("--diff", "-vvv", alternate_host_key_source="")
    assert "bare01 is connected to the vault, site site1" in printed
    puts = [one for one in hosts.control("requests")["requests"] if one["method"] == "PUT"]
    assert len(puts) == 1 and "/certificates/CN=CB_vault1-" in puts[0]["path"]
    assert removed(hosts) and not list(hosts.folder.glob("tmp/*"))
    assert not re.search("MII[A-Za-z0-9+/]{200}", printed)
    assert changed(prepare(alternate_host_key_source="")) == 0


def test_a_switch_that_another_stands_for_is_not_made(hosts, prepare):
    team = {"name": "Team", "net_adapter": "Ethernet 2"}
    prepare(asr_switch_map={"vswitch-production": {"switch": "Team", "vlan": 20}}, alternate_host_switches=[team])
    assert bare(hosts)["switches"] == ["Team"]


def test_the_agent_gets_proxy_and_throttle_and_is_started_anew_once(hosts, prepare):
    proxy = {"address": "http://proxy.contoso.example", "port": 8080}
    wishes = {"alternate_host_proxy": proxy, "alternate_host_throttle": {**DAY, "work_days": ["Monday"]}}
    prepare(**wishes)
    done = [call["module"].rpartition(".")[2] for call in hosts.calls() if call["changed"]]
    assert done.index("host_settings") < len(done) - 1 - done[::-1].index("win_service")
    assert changed(prepare(**wishes)) == 0


def test_the_key_file_may_be_named_from_where_ansible_was_started(hosts, prepare):
    assert "bare01 is connected to the vault" in prepare(
        cwd=hosts.folder, alternate_host_key_source="./key.VaultCredentials"
    )
    assert removed(hosts)


def test_a_key_file_of_another_vault_is_removed_again_though_the_registration_fails(hosts, prepare):
    printed = prepare(good=False, vault="other")
    assert "DRConfigurator could not register BARE01" in printed
    assert removed(hosts)
    assert "hush" not in printed


def test_a_key_file_that_is_too_old_is_refused_before_anything_is_changed(hosts, prepare):
    key = hosts.folder / "old.VaultCredentials"
    key.write_text(KEY.format("vault1"), encoding="utf-8")
    week = time.time() - 7 * 86400
    os.utime(key, (week, week))
    printed = " ".join(prepare(good=False, alternate_host_key_source=str(key)).split())
    assert "is 7 days old, and a vault key file is good for 5. Download a new one from the vault" in printed
    assert not [call for call in hosts.calls() if call["changed"]]


@pytest.mark.parametrize(("mode", "warned"), [(0o640, True), (0o604, True), (0o600, False)])
def test_a_key_file_that_others_may_read_is_warned_of(hosts, prepare, mode, warned):
    key = hosts.folder / "shared.VaultCredentials"
    key.write_text(KEY.format("vault1"), encoding="utf-8")
    key.chmod(mode)
    printed = " ".join(prepare("--check", alternate_host_key_source=str(key)).split())
    assert (f"and others may read it (mode {mode:04o})" in printed) is warned
    assert (f"chmod 600 {key}" in printed) is warned


def removed(hosts):
    """Whether the copy of the key file was removed after it was used."""
    used = [call["module"].rpartition(".")[2] for call in hosts.calls() if call["changed"] or call["failed"]]
    last = len(used) - 1 - used[::-1].index("win_copy")
    return last < used.index("provider_registration") and not left_behind(hosts)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"alternate_host_provider_setup": ""}, "Give the place of AzureSiteRecoveryProvider.exe"),
    ({"alternate_host_provider_setup": "http://files/AzureSiteRecoveryProvider.exe"}, "a URL with https"),
    ({"alternate_host_provider_setup": "FTP://files/AzureSiteRecoveryProvider.exe"}, "a URL with https"),
    ({"alternate_host_provider_setup_checksum": "abc"}, "Allowed: 64 hexadecimal digits"),
    ({"alternate_host_key_file": r"C:\keys\site1.VaultCredentials"}, "two vault key files are given. Leave out"),
    (
        {"alternate_host_key_source": "", "alternate_host_site": "site9"},
        "site: 'site9' is not there. The Hyper-V sites",
    ),
    ({"alternate_host_key_source": "/nowhere"}, "there is no file '/nowhere' on the control node"),
    (
        {"alternate_host_threads": {"download_threads": 64}},
        "alternate_host_threads.download_threads is 64. Allowed: 1 to 32",
    ),
    ({"alternate_host_proxy": {"address": "http://proxy"}}, "is not enough. Give address and port"),
    ({"alternate_host_proxy": {"address": "https://proxy", "port": 8080}}, "http:// and a name or an address"),
    (
        {"alternate_host_throttle": {"work_days": ["Monday"]}},
        "alternate_host_throttle: {'work_days': ['Monday']} is not enough",
    ),
    ({"asr_switch_map": {"vSwitch-Production": "Team"}}, "asr_switch_map of bare01 names team, which it has not"),
    ({"alternate_host_switches": [{"name": "lan", "adaptr": "x"}]}, "adaptr"),
    ({"alternate_host_switches": [{"nam": "lan"}]}, "alternate_host_switches[0] has no name"),
    (
        {"alternate_host_switches": [{"name": "lan"}]},
        "The switch 'lan' cannot be made on bare01 from {'name': 'lan'}. An external",
    ),
    (
        {"alternate_host_switches": [{"name": "lan", "type": "private", "net_adapter": "x"}]},
        "An external switch needs net_adapter, an internal or private one has none",
    ),
    ({"alternate_host_switch_defaults": {}}, "Change it in alternate_host_switch_defaults"),
    ({"alternate_host_switch_defaults": {"adaptr": "x"}}, "adaptr"),
    ({"alternate_host_protected_items": ["app09"]}, "there is no protected item 'app09'"),
]


def asked(wishes):
    """A play that does what the playbook does, for one row after the other: to start Ansible for each is most of it."""
    options = {"ansible.builtin.include_tasks": str(PLAYBOOKS / "tasks" / "options.yml")}
    for number, (given, _words) in enumerate(WRONG):
        yield {
            "name": f"Row {number}",
            "vars": {**wishes(**given), "__asr_options_of": "alternate_host"},
            "block": [
                {"name": f"Row {number}", "ansible.builtin.debug": {"msg": "It begins"}},
                options,
                {"ansible.builtin.include_role": {"name": "asr.hyperv.alternate_host"}},
            ],
            "rescue": [{"ansible.builtin.debug": {"msg": "It was refused"}}],
        }


def test_what_is_missing_or_cannot_be_is_said_before_anything_is_changed(hosts, wishes):
    place = hosts.folder / "wrong.json"
    play = {"hosts": "new_hosts", "gather_facts": False, "tasks": list(asked(wishes))}
    place.write_text(json.dumps([play]), encoding="utf-8")
    told = re.split(r"TASK \[Row \d+\]", hosts.play(str(place)))[1:]
    for (given, words), printed in zip(WRONG, told, strict=True):
        assert words in " ".join(printed.split()), (given, printed)
        assert "It was refused" in printed, given
    assert not [call for call in hosts.calls() if call["changed"]]


def test_a_restart_that_is_not_allowed_is_said_where_one_is_needed(prepare):
    assert "alternate_host_reboot forbids it" in " ".join(prepare(good=False, alternate_host_reboot=False).split())


def test_services_that_a_failback_needs_are_started(hosts, prepare):
    prepare()
    hosts.control("hosts", {"name": "bare01", "services": {"dra": False, "obengine": False, "vmms": False}})
    assert changed(prepare("--check")) == 2  # Hyper-V's own before the switches, the provider's at last
    assert changed(prepare()) == 2
    assert all(state["services"].values() for state in [bare(hosts)])


def test_a_host_that_the_vault_does_not_hear_of_fails_and_says_where_to_look(prepare):
    prepare()
    words = " ".join(prepare("-e", "asr_host_name=other01", good=False, alternate_host_timeout=1).split())
    assert "The vault does not hear from other01: it has no provider of this name" in words


SETUP = (
    b"MZ, the setup of the Azure Site Recovery Provider, signed by Microsoft"  # what the simulated hosts take for it
)
PRIVATE = r"C:\Windows\asr.hyperv.private"
PLANTED = r"C:\setup\planted\AzureSiteRecoveryProvider.exe"


def left_behind(hosts):
    """What lies in the private folder."""
    return [path for path in bare(hosts)["files"] if path.startswith(PRIVATE.lower())]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"alternate_host_provider_setup": PLANTED}, "it has no valid signature of Microsoft Corporation"),
        ({"alternate_host_provider_setup_checksum": "0" * 64}, "it has not the checksum that"),
    ],
)
def test_a_setup_that_is_not_the_one_that_was_meant_is_never_run(hosts, prepare, options, words):
    assert words in " ".join(prepare(good=False, **options).split())
    assert bare(hosts)["programs_run"] == []
    assert left_behind(hosts) == []


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"alternate_host_provider_setup": "https://files.contoso.example/AzureSiteRecoveryProvider.exe"},
        {"alternate_host_provider_setup_checksum": hashlib.sha256(SETUP).hexdigest().upper()},
    ],
)
def test_only_what_lies_where_nobody_else_may_write_is_run_and_a_planted_file_is_not(hosts, prepare, options):
    prepare(**options)
    assert bare(hosts)["programs_run"] == [
        rf"{PRIVATE}\AzureSiteRecoveryProvider.exe",
        rf"{PRIVATE}\unpacked\setupdr.exe",
    ]
    order = [call["module"].rpartition(".")[2] for call in hosts.calls() if call["changed"]]
    open_for_all = order[: order.index("win_acl_inheritance")]
    assert open_for_all.count("win_acl") == 2
    assert not {"win_copy", "win_get_url", "win_package"} & set(open_for_all), "nothing is in it before it is closed"
    assert r"c:\windows\temp\azuresiterecoveryprovider\setupdr.exe" in bare(hosts)["files"], "left alone, as not ours"
    assert left_behind(hosts) == []


def test_what_a_run_that_was_killed_has_left_is_removed_by_the_next_one_which_says_so(hosts, prepare, wishes):
    """Killed for good with the key file on the host: nothing of that run can tidy up."""
    key = rf"{PRIVATE}\site.VaultCredentials".lower()
    hosts.kill_when(lambda: key in left_behind(hosts), "asr.hyperv.new_hardware", "-e", json.dumps(wishes()))
    assert key in left_behind(hosts)
    printed = prepare()
    assert "An earlier run was killed and had left C:" in " ".join(printed.split())
    assert left_behind(hosts) == []
    assert "hush" not in printed
