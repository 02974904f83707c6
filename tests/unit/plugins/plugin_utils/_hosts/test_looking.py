# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A look is one call of a host. Errands side by side: each is bounded by its own limit, and nothing to the others."""

from __future__ import annotations

import os
import signal
import socket
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.errors import AnsibleConnectionFailure
from ansible.utils.display import Display

from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.errands import Errands, side_by_side
from ansible_collections.asr.hyperv.plugins.plugin_utils._hosts import looking
from ansible_collections.asr.hyperv.plugins.plugin_utils._hosts.doors import door_of, knock

ROOT = Path(__file__).resolve().parents[5]
PROXIES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


@pytest.fixture(autouse=True)
def no_proxy_of_ours(monkeypatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)


DOORS = [  # the variables of a host, where it is knocked at
    ({"ansible_connection": "winrm"}, ("hv01", 5986)),
    ({"ansible_connection": "ansible.builtin.winrm", "ansible_host": "192.0.2.1"}, ("192.0.2.1", 5986)),
    ({"ansible_connection": "winrm", "ansible_port": "5985"}, ("hv01", 5985)),
    ({"ansible_connection": "winrm", "ansible_winrm_scheme": "http"}, ("hv01", 5985)),
    ({"ansible_connection": "psrp", "ansible_psrp_port": 443, "ansible_port": 22}, ("hv01", 443)),
    ({"ansible_connection": "psrp", "ansible_psrp_protocol": "http"}, ("hv01", 5985)),
    ({"ansible_connection": "ssh"}, None),
    ({}, None),
    ({"ansible_connection": "winrm", "ansible_winrm_proxy": "http://proxy:3128"}, None),
    ({"ansible_connection": "psrp", "ansible_psrp_proxy": "http://proxy:3128"}, None),
]


@pytest.mark.parametrize(("known", "door"), DOORS)
def test_a_host_is_knocked_at_where_ansible_would_go(known, door):
    assert door_of("hv01", known) == door


@pytest.mark.parametrize("name", PROXIES)
def test_nobody_is_called_silent_where_a_proxy_may_stand_between(monkeypatch, name):
    monkeypatch.setenv(name, "http://proxy:3128")
    assert door_of("hv01", {"ansible_connection": "winrm"}) is None


def test_who_takes_no_connection_is_told_with_the_reason_and_nobody_else():
    with socket.create_server(("127.0.0.1", 0)) as open_door, socket.create_server(("127.0.0.1", 0)) as other:
        closed = other.getsockname()[1]
        other.close()
        assert knock(("127.0.0.1", open_door.getsockname()[1])) == ""
        assert knock(("127.0.0.1", closed)).startswith(f"takes no connection at 127.0.0.1:{closed} (")
    assert knock(None) == ""


class Answering:
    """An action whose modules answer this; which ones ran, and with what."""

    def __init__(self, answer):
        self.answer, self.ran = answer, []

    def _execute_module(self, module_name, module_args, task_vars):
        self.ran.append((module_name.rpartition(".")[2], module_args))
        return self.answer


def host_info(vmms="started", installed=True):
    return {
        "machine_id": "4c4c",
        "hyperv": {"installed": installed, "cluster": "clu01"},
        "services": {"vmms": {"state": vmms}},
    }


VMS = [{"id": "a"}]
KNOWN = {"machine": "4c4c", "cluster": "clu01"}
MUTE = {"failed": True, "msg": "Cannot list the VMs of HV01: no permission"}
WHOLE = [  # what host_info answers, the look that becomes of it
    ({"hyperv_host": host_info(), "vms": VMS}, {"hyperv_host": host_info(), "vms": VMS, **KNOWN}),
    ({"hyperv_host": host_info("stopped"), "vms": []}, {"hyperv_host": host_info("stopped"), "vms": []}),
    ({"hyperv_host": host_info("absent", False), "vms": []}, {"hyperv_host": host_info("absent", False), "vms": []}),
    (MUTE, MUTE),
]
OF_VMS = [  # what vm_info answers, the look that becomes of it
    ({"host": {"name": "HV01", "machine_id": "4c4c", "cluster": "clu01"}, "vms": VMS}, {"vms": VMS, **KNOWN}),
    ({"host": {"name": "HV01", "machine_id": "", "cluster": ""}, "vms": []}, {"vms": [], "machine": "", "cluster": ""}),
    (MUTE, MUTE),
]
ASKED = [  # what is asked for, the only module that runs, and with what
    ({"ids": ["a"], "details": []}, False, ("vm_info", {"ids": ["a"], "details": []})),
    ({}, False, ("vm_info", {})),
    ({"details": ["disks"]}, True, ("host_info", {"vm_details": ["disks"]})),
    ({"ids": ["a"], "details": []}, True, ("host_info", {"vm_ids": ["a"], "vm_details": []})),
    ({}, True, ("host_info", {"vm_details": looking.USUAL})),
]


@pytest.fixture
def look(monkeypatch):
    """A look at a host whose module answers; and the modules that ran."""
    monkeypatch.setattr(looking, "reach", lambda *_whom: {})

    def at(answer, asked, *, whole):
        action: Any = Answering(answer)
        return looking.look(action, "hv01", {}, asked, whole), action.ran

    return at


@pytest.mark.parametrize(("asked", "whole", "ran"), ASKED)
def test_a_look_is_one_call_of_the_host_whatever_is_asked_for(look, asked, whole, ran):
    answer = {"hyperv_host": host_info(), "host": {}, "vms": VMS}
    assert look(answer, asked, whole=whole)[1] == [ran]


@pytest.mark.parametrize(
    ("answer", "seen", "whole"), [(*row, True) for row in WHOLE] + [(*row, False) for row in OF_VMS]
)
def test_a_look_tells_what_the_host_says_and_no_vms_only_where_there_are_none(look, answer, seen, whole):
    assert look(answer, {}, whole=whole)[0] == seen


def test_what_is_usual_is_what_the_module_for_vms_reads():
    told = yaml.safe_load((ROOT / "plugins" / "modules" / "vm_info.yml").read_text(encoding="utf-8"))
    assert told["DOCUMENTATION"]["options"]["details"]["default"] == looking.USUAL


def after(seconds, **answer):
    time.sleep(seconds)
    return answer


def raise_it(error):
    raise error


def killed():
    os.kill(os.getpid(), signal.SIGKILL)


def meet(folder, name, others):
    """Be there until so many have been, at most 20 s; how many were there at most, this one included."""
    here, met = folder / name, folder / "met"
    here.touch()
    until, most = time.monotonic() + 20, 0
    while not most or (not met.exists() and time.monotonic() < until):
        most = max(most, len(list(folder.glob("hv*"))))
        if most >= others:
            met.touch()
        time.sleep(0.05)
    here.unlink()
    return {"name": name, "most": most}


def test_twenty_slow_ones_are_under_way_together_and_each_answer_is_under_its_key(tmp_path):
    told = side_by_side({f"hv{number}": partial(meet, tmp_path, f"hv{number}", 20) for number in range(20)}, 20, 60)
    assert (tmp_path / "met").exists()
    assert [answer["name"] for answer in told.values()] == list(told) == [f"hv{number}" for number in range(20)]


def test_no_more_are_under_way_than_may_be(tmp_path):
    told = side_by_side({f"hv{number}": partial(meet, tmp_path, f"hv{number}", 2) for number in range(8)}, 3, 60)
    assert (tmp_path / "met").exists()
    assert max(answer["most"] for answer in told.values()) <= 3


ENDS: list[tuple[Any, ...]] = [  # what becomes of it, what is told
    (partial(after, 0, vms=[]), {"vms": []}),
    (partial(raise_it, AnsibleConnectionFailure("no route")), {"unreachable": True, "msg": "no route"}),
    (partial(raise_it, ValueError("odd")), {"failed": True, "msg": "odd"}),
    (killed, {"failed": True, "msg": "it ended without an answer"}),
    (partial(after, 60), {"unreachable": True, "msg": "it gave no answer within 1 s"}),
]


def test_each_end_is_told_as_what_it_is_and_one_that_hangs_ends_at_its_limit_alone():
    began = time.monotonic()
    told = side_by_side({str(number): work for number, (work, _told) in enumerate(ENDS)}, 10, 1)
    assert list(told.values()) == [answer for _work, answer in ENDS]
    assert time.monotonic() - began < 50


def test_a_child_says_nothing_on_the_screen_and_can_be_ended_by_a_signal(capfd):
    def talks():
        Display().display("from the child")
        Display().warning("and a warning")
        return {"handler": signal.getsignal(signal.SIGTERM) is signal.SIG_DFL}

    assert side_by_side({"a": talks}, 1, 30) == {"a": {"handler": True}}
    printed = capfd.readouterr()
    assert "from the child" not in printed.out + printed.err and "a warning" not in printed.err


def test_those_of_a_kind_that_take_too_long_are_left_and_the_others_come_back():
    errands = Errands()
    errands.start("watch hv01", lambda: time.sleep(60) or {}, 60)
    errands.start("watch hv02", lambda: {"ok": 2}, 60)
    errands.start("failback", lambda: time.sleep(0.5) or {"ok": 3}, 60)
    [slow] = [one.child for one in errands.under_way.values() if one.key == "watch hv01"]
    assert errands.ended(10) == [("watch hv02", {"ok": 2})]
    errands.leave("watch ", 60)
    assert len(errands) == 2, "it has not taken so long"
    errands.leave("watch ", 0)
    assert not slow.is_alive() and errands.ended(10) == [("failback", {"ok": 3})] and not len(errands)


def test_a_child_leaves_when_nobody_waits_for_it_any_more(tmp_path):
    place = tmp_path / "child"

    def stays():
        place.write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(60)
        return {}

    parent = os.fork()
    if parent == 0:
        errands = Errands()
        errands.start("a", stays, 60)
        while not (place.exists() and place.read_text(encoding="utf-8")):
            time.sleep(0.01)
        os._exit(0)
    os.waitpid(parent, 0)
    child, deadline = int(place.read_text(encoding="utf-8")), time.monotonic() + 10
    while alive(child):
        assert time.monotonic() < deadline, "it stays"
        time.sleep(0.05)


def alive(process):
    try:
        return open(f"/proc/{process}/stat", encoding="utf-8").read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
