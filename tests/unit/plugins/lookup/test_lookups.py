# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A name is what it resolves to; a play that could do nothing says so."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible import context
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.loader import lookup_loader
from ansible.utils.context_objects import CLIArgs

from ansible_collections.asr.hyperv.plugins.lookup import played_by


def look(name, *terms, hostvars=None, **options):
    return lookup_loader.get(f"asr.hyperv.{name}").run(list(terms), {"hostvars": hostvars or {}}, **options)[0]


def test_a_name_is_what_it_resolves_to_and_nothing_where_it_does_not():
    assert "127.0.0.1" in look("addresses_of", "localhost")
    assert look("addresses_of", "127.0.0.1", "127.0.0.1", "") == ["127.0.0.1"]
    assert look("addresses_of", "no-such-name.invalid") == []


HERE, THERE = "localhost", "hyperv_hosts"
ASKED = [  # the host of the play, what the command line has; why nothing is started, empty where it may go
    (HERE, {}, ""),
    (HERE, {"limit": "hv01"}, "--limit hv01: it leaves out localhost"),
    (HERE, {"limit": "localhost,hv01"}, ""),
    (THERE, {}, ""),
    (THERE, {"limit": "hv02"}, "--limit hv02: it leaves out hyperv_hosts"),
    ("new_hosts", {}, "The inventory has no hosts in a group 'new_hosts'"),
    (HERE, {"tags": ["all"]}, ""),
    (HERE, {"tags": ["failback"]}, "--tags failback: the steps of this playbook have no tags"),
    (HERE, {"skip_tags": ["slow"]}, ""),
    (HERE, {"skip_tags": ["slow", "all"]}, "--skip-tags all: it leaves out every step"),
    (HERE, {"skip_tags": ["untagged"]}, "--skip-tags untagged: it leaves out every step"),
    (HERE, {"start_at_task": "Go"}, "--start-at-task Go: what comes before it"),
    (HERE, {"step": True}, "--step: a step that is answered with no"),
    (HERE, {"step": True, "check": True}, ""),
    (HERE, {"step": True, "syntax": True}, ""),
]


def asked(monkeypatch, playbook, limit=None, **more):
    command = {"args": [playbook], "inventory": ["hv01,"], "subset": limit, **more}
    monkeypatch.setattr(context, "CLIARGS", CLIArgs(command))
    monkeypatch.setattr(played_by, "install", lambda: None)
    found = played_by.LookupModule(loader=DataLoader())
    monkeypatch.setattr(
        found, "reached", lambda host, _asked: host in (HERE, THERE) and limit in (None, f"{HERE},hv01")
    )
    return found


@pytest.mark.parametrize(("host", "command", "words"), ASKED)
def test_a_play_of_ours_goes_as_a_whole_or_says_before_anything_why_not(monkeypatch, host, command, words):
    play = asked(monkeypatch, "asr.hyperv.failback", **command)
    if not words:
        assert play.run([host]) == [host]
        return
    with pytest.raises(AnsibleError, match=f"^Nothing was started.\n{words}"):
        play.run([host])


def test_a_playbook_of_a_user_is_warned_and_left_alone(monkeypatch):
    told: list[Any] = []
    monkeypatch.setattr(played_by.display, "warning", told.append)
    assert asked(monkeypatch, "own.yml", "hv01", tags=["own"], step=True).run([HERE]) == [HERE]
    assert len(told) == 1 and told[0].startswith("--limit hv01: it leaves out localhost")


@pytest.mark.parametrize("playbook", sorted(played_by.PLAYBOOKS.glob("*.yml")), ids=lambda path: path.stem)
def test_every_play_that_is_shipped_asks_whether_it_goes_as_a_whole(playbook):
    for play in yaml.safe_load(playbook.read_text(encoding="utf-8")):
        assert "asr.hyperv.played_by" in play["hosts"]
