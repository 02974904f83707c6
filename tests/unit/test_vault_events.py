# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source, driven as ansible-rulebook does: a file that is run for its `main`, which fills a queue."""

from __future__ import annotations

import asyncio
import json
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._azure import client
from ansible_collections.asr.hyperv.plugins.module_utils._run.news import KINDS
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import ONE
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service

ROOT = Path(__file__).resolve().parents[2]
EDA = ROOT / "extensions" / "eda"
SOURCE = EDA / "plugins" / "event_source" / "vault_events.py"
VAULT = {"resource_group": "rg", "vault_name": "vault1"}


@pytest.fixture
def service(monkeypatch):
    """A simulated vault, to which the source is connected whatever it asks for."""
    started = Service(ONE)
    monkeypatch.setattr(client, "connect", lambda _params: started.vault)
    return started


def told(looks: int, between=lambda _look: None, **args: object) -> list[tuple[str, str]]:
    """Kind and state of the events of a source that is stopped after so many looks."""
    events, looked = [], 0

    class Queue(asyncio.Queue[Any]):
        async def put(self, item):
            events.append(item)

    async def run() -> None:
        found = runpy.run_path(str(SOURCE))
        rest = asyncio.sleep

        async def sleep(_seconds):
            nonlocal looked
            looked += 1
            if looked == looks:
                raise asyncio.CancelledError
            between(looked)
            await rest(0)

        found["asyncio"].sleep = sleep
        try:
            await found["main"](Queue(), {**VAULT, **args})
        except asyncio.CancelledError:
            return
        finally:
            found["asyncio"].sleep = rest

    asyncio.run(run())
    assert all(event["vault"]["vault_name"] == "vault1" and event["at"].endswith("Z") for event in events)
    return [(event["kind"], event["now"]) for event in events]


def to_the_gate(service: Service) -> None:
    service.operate_on("vm1", "plannedFailover")
    service.wait(6 * 3600)


GATE = [("phase_changed", "synchronized"), ("job_waits", "cutover")]


def test_what_happens_between_two_looks_is_put_into_the_queue_once(service):
    assert told(3, lambda look: look == 1 and to_the_gate(service)) == GATE


def test_only_the_kinds_that_are_asked_for_come(service):
    assert told(2, lambda _look: to_the_gate(service), kinds=["job_waits"]) == GATE[1:]


def test_a_source_that_was_stopped_goes_on_from_its_cursor_file(service, tmp_path):
    cursor = str(tmp_path / "cursor.json")
    assert told(1, cursor_file=cursor) == []
    to_the_gate(service)
    assert told(1, cursor_file=cursor) == GATE
    assert told(1, cursor_file=cursor) == []
    assert (Path(cursor).stat().st_mode & 0o777, [path.name for path in tmp_path.iterdir()]) == (0o600, ["cursor.json"])


def test_a_source_without_a_cursor_file_tells_what_waits_now(service):
    to_the_gate(service)
    assert told(1) == told(1) == GATE[1:]


def test_a_vault_that_does_not_answer_is_looked_at_again(service, caplog):
    to_the_gate(service)
    service.fault(kind="server_error", status=503, count=None, lasts=600)
    assert told(20, lambda _look: service.wait(60)) == GATE[1:]
    assert "looking again in 60.0 s: Cannot list" in caplog.text


WRONG = [
    ({"interval": 0.1}, "interval: 0.1 has to be a number of seconds from 1 to 86400"),
    ({"interval": "soon"}, "interval: 'soon' has to be"),
    ({"kinds": "job_waits"}, "kinds: 'job_waits' has to be a list of"),
    ({"kinds": ["job"]}, "has to be a list of job_waits, "),
    ({"valt_name": "x"}, "valt_name: no option of asr.hyperv.vault_events. Known: interval, "),
    ({"auth_source": "magic"}, "auth_source is 'magic': allowed are auto, cli"),
]


@pytest.mark.parametrize(("args", "words"), WRONG)
def test_options_that_cannot_work_end_it_in_words(service, args, words):
    with pytest.raises(ValueError, match=words):
        told(1, **args)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cursor": []}'])
def test_a_file_of_somebody_else_is_no_cursor_and_is_left_alone(service, tmp_path, content):
    (tmp_path / "cursor.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="was not written by this event source"):
        told(1, cursor_file=str(tmp_path / "cursor.json"))
    assert (tmp_path / "cursor.json").read_text(encoding="utf-8") == content


def test_a_cursor_of_another_vault_of_the_same_name_is_refused_and_left_alone(service, tmp_path):
    cursor = tmp_path / "cursor.json"
    assert told(1, cursor_file=str(cursor)) == []
    kept = cursor.read_text(encoding="utf-8")
    with pytest.raises(
        ValueError, match="is that of another vault .*resource_group rg .*Give each vault a file of its own"
    ):
        told(1, cursor_file=str(cursor), resource_group="rg2")
    assert cursor.read_text(encoding="utf-8") == kept
    assert told(1, cursor_file=str(cursor), resource_group="RG") == []
    cursor.write_text(json.dumps({"cursor": json.loads(kept)["cursor"]}), encoding="utf-8")  # of an older version
    to_the_gate(service)
    assert told(1, cursor_file=str(cursor)) == GATE


def test_a_folder_in_which_no_cursor_can_be_kept_ends_it_before_anything_is_told(service, tmp_path):
    to_the_gate(service)
    with pytest.raises(ValueError, match="nothing can be written into the folder .*gone"):
        told(1, cursor_file=str(tmp_path / "gone" / "cursor.json"))


def test_the_rulebook_tells_vaults_of_one_name_apart():
    [rules] = yaml.safe_load((EDA / "rulebooks" / "failback.yml").read_text(encoding="utf-8"))
    grouped = rules["rules"][0]["throttle"]["group_by_attributes"]
    assert set(grouped) == {f"event.vault.{name}" for name in ("subscription_id", "resource_group", "vault_name")}


def test_what_the_documentation_says_is_what_there_is():
    found = runpy.run_path(str(SOURCE))
    options = yaml.safe_load(found["DOCUMENTATION"])["options"]
    assert tuple(options["kinds"]["choices"]) == found["KINDS"] == KINDS
    assert set(found["OWN"]) < set(options)
    rules = yaml.safe_load(found["EXAMPLES"]) + yaml.safe_load(
        (EDA / "rulebooks" / "failback.yml").read_text(encoding="utf-8")
    )
    for rulebook in rules:
        assert set(rulebook["sources"][0]["asr.hyperv.vault_events"]) <= set(options)
        assert json.dumps(rulebook["rules"]).count("event.kind ==") == len(rulebook["rules"])


def test_galaxy_is_told_where_the_event_source_lies():
    listed = yaml.safe_load((ROOT / "meta" / "extensions.yml").read_text(encoding="utf-8"))
    assert [ROOT / "extensions" / one["args"]["ext_dir"] for one in listed["extensions"]] == [SOURCE.parent]
