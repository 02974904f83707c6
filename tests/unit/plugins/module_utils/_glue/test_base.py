# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all modules of the vault are: they end in time, answer in words, and say what was sent. In processes of their own."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, SupportsIndex

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._glue import base as _base
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import (
    JOB,
    SUBSCRIPTION,
    TENANT,
    VAULT,
    Answer,
    Asked,
)

PLANS = f"{VAULT}/replicationRecoveryPlans"
SECRET = "a-secret-of-the-environment"


@pytest.fixture
def cloud(stub, environment):
    stub.describes_itself()
    principal = {"AZURE_CLIENT_ID": "c", "AZURE_SECRET": SECRET, "AZURE_TENANT": TENANT}
    environment(principal, {"AZURE_SUBSCRIPTION_ID": SUBSCRIPTION})
    return stub


def run(cloud, module: str, **options) -> dict[str, Any]:
    """The answer of a module that runs as Ansible runs it, but without Ansible."""
    given = {"resource_group": "rg", "vault_name": "vault1", "cloud_environment": cloud.url, **options}
    arguments = json.dumps({"ANSIBLE_MODULE_ARGS": {**given, "_ansible_tmpdir": str(cloud.folder)}})
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = f"ansible_collections.asr.hyperv.plugins.modules.{module}"
    ran = subprocess.run(
        [sys.executable, "-c", START, program, str(Path(_base.__file__).parents[6])],
        input=arguments,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stdout, ran.stderr
    frozen, peak = map(int, ran.stderr.rpartition("at the end ")[2].split())
    return {**json.loads(ran.stdout), "peak_mb": peak // 1024, "frozen": frozen}


START = """
import atexit, gc, importlib, json, re, sys
peak = lambda: re.search(r"VmHWM:\\s+([0-9]+) kB", open("/proc/self/status").read())[1]
atexit.register(lambda: print("at the end", gc.get_freeze_count(), peak(), file=sys.stderr))
from ansible.module_utils.testing import patch_module_args
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder
_AnsibleCollectionFinder(paths=[sys.argv[2]])._install()
with patch_module_args(json.load(sys.stdin)["ANSIBLE_MODULE_ARGS"]):
    importlib.import_module(sys.argv[1]).main()
"""


def test_nothing_is_searched_for_garbage_once_the_answer_is_given(cloud):
    cloud.answers("GET", PLANS, Answer(body={"value": []}))
    assert run(cloud, "recovery_plan_info")["frozen"] > 10000  # what the libraries alone are made of
    assert run(cloud, "recovery_plan_info", vault_name="")["frozen"] > 10000


class Drip(list[Any]):
    """Answers that never come to their end, slowly."""

    def pop(self, _place: SupportsIndex = -1) -> Answer:
        time.sleep(0.5)
        return Answer(429, headers={"Retry-After": "1"})


@pytest.mark.parametrize("module", ["recovery_plan_info", "job_info", "provider_info"])
def test_a_module_that_only_reads_ends_within_its_time(cloud, module):
    for kind in ("replicationRecoveryPlans", "replicationJobs", "replicationRecoveryServicesProviders"):
        cloud.script["GET", f"{VAULT}/{kind}"] = Drip([1, 2])
    began = time.monotonic()
    answer = run(cloud, module, time_limit=3)
    assert answer["failed"] and "time_limit is over and the service does not answer" in answer["msg"]
    assert time.monotonic() - began < 20


def test_a_module_that_moves_items_ends_within_its_time_while_it_selects(cloud):
    cloud.script["GET", f"{VAULT}/replicationProtectedItems"] = Drip([1, 2])
    answer = run(cloud, "failback", protected_items=["vm1"], time_limit=3)
    assert answer["failed"] and "time_limit is over" in answer["msg"]


@pytest.mark.parametrize("limit", [0, -5])
def test_a_limit_that_is_none_is_refused_before_anything_is_asked(cloud, limit):
    answer = run(cloud, "job_info", time_limit=limit)
    assert answer["msg"] == f"time_limit: {limit} is too small. Allowed: 1 or more (seconds)."
    assert cloud.asked == []


def test_a_start_whose_outcome_is_unknown_is_a_change_and_named(cloud):
    job = {"id": f"{VAULT}/{JOB}", "name": "job1", "properties": {"state": "Failed", "allowedActions": ["Restart"]}}
    cloud.answers("GET", JOB, Answer(body=job))
    cloud.answers("POST", f"{JOB}/restart", Answer(500, "no idea"))
    answer = run(cloud, "job", name="job1", state="restarted")
    assert answer["failed"] and answer["changed"] is True
    assert answer["msg"].endswith("Sent before that: restart the job 'job1'.")


def test_a_start_that_was_refused_is_no_change(cloud):
    job = {"id": f"{VAULT}/{JOB}", "name": "job1", "properties": {"state": "Failed", "allowedActions": ["Restart"]}}
    cloud.answers("GET", JOB, Answer(body=job))
    cloud.answers("POST", f"{JOB}/restart", Answer(409, {"error": {"code": "No", "message": "not now"}}))
    answer = run(cloud, "job", name="job1", state="restarted")
    assert answer["failed"] and not answer.get("changed") and "Sent before" not in answer["msg"]


class Echo(list[Any]):
    """Lists that quote the request, as answers that are good."""

    def __init__(self, stub) -> None:
        super().__init__([1, 2])
        self.stub = stub

    def pop(self, _place: SupportsIndex = -1) -> Answer:
        asked: Asked = self.stub.asked[-1]
        told = f"{asked.headers} {SECRET}"
        return Answer(body={"value": [{"id": "x", "name": "x", "properties": {"friendlyName": told, "state": told}}]})


def test_a_good_answer_that_quotes_secrets_has_none(cloud):
    cloud.script["GET", f"{VAULT}/replicationJobs"] = Echo(cloud)
    told = run(cloud, "job_info")
    told.pop("_ansible_new_secrets", None)  # how ansible-core 2.22 tells the control node what to hide
    answer = json.dumps(told)
    assert '"jobs": [{' in answer and "the-token" not in answer and SECRET not in answer


@pytest.mark.parametrize(
    ("option", "value"), [("log_path", "/x"), ("api_profile", "x"), ("cert_validation_mode", "ignore")]
)
def test_an_option_of_azcollection_without_a_meaning_is_refused_by_the_module(cloud, option, value):
    answer = run(cloud, "job_info", **{option: value})
    assert answer["failed"] and answer["msg"].startswith(f"{option} is '{value}': ")
    assert cloud.asked == []


@pytest.mark.parametrize(("megabytes", "refused"), [(30, False), (60, True), (300, True)])
def test_no_answer_takes_much_memory_however_it_is_packed(cloud, megabytes, refused):
    packed = gzip.compress(b'{"value": [], "x": "' + b"x" * megabytes * 1024 * 1024 + b'"}', 1)
    cloud.answers("GET", f"{VAULT}/replicationJobs", Answer(body=packed, headers={"Content-Encoding": "gzip"}))
    answer = run(cloud, "job_info")
    assert bool(answer.get("failed")) is refused and ("longer than 32 MB" in answer.get("msg", "")) is refused
    assert answer["peak_mb"] < 300
