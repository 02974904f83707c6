# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shell steps of docs/pipelines/, taken out of the files and run as each CI system does, signed in without a secret."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.asr.hyperv.tests.e2e.stage import Stage, wait_for

ROOT = Path(__file__).resolve().parents[2]
SCENARIO = Path(__file__).resolve().parent / "scenarios" / "pipelines.yml"
NETWORK = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/drills"
WISHES: dict[str, dict[str, object]] = {  # the files that a repository has beside its pipeline
    "inventory.yml": {"all": {}},
    "preflight.yml": {"preflight_recovery_plan": "production", "preflight_data_sync": "auto"},
    "drill.yml": {"drill_recovery_plan": "drills", "drill_network": NETWORK, "drill_poll_interval": 0.3},
    "production.yml": {
        "failback_recovery_plan": "production",
        "failback_data_sync": "auto",
        "failback_validate": False,
        "failback_poll_interval": 0.3,
    },
}


def of_github(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def of_azure(job: dict[str, Any]) -> list[str]:
    return [step["inputs"]["inlineScript"] for step in job["steps"] if "inlineScript" in step.get("inputs", {})]


def jobs_of_azure(pipeline: dict[str, Any]) -> dict[str, Any]:
    return {job["job"]: job for stage in pipeline["stages"] for job in stage["jobs"]}


# file: its jobs, the scripts of one, what runs one, and whose environment it has
SYSTEMS: dict[str, tuple[Callable[..., dict[str, Any]], Callable[..., list[str]], str, str]] = {
    "github_actions": (lambda pipeline: pipeline["jobs"], of_github, "set -eo pipefail", "github"),
    "gitlab_ci": (lambda pipeline: pipeline, lambda job: ["\n".join(job["script"])], "set -eo pipefail", "gitlab"),
    "azure_pipelines": (jobs_of_azure, of_azure, "", "azure_pipelines"),
}


def scripts(system: str, job: str) -> list[str]:
    """What a CI system gives to a shell for a job."""
    jobs, texts, options, _where = SYSTEMS[system]
    pipeline = yaml.safe_load((ROOT / "docs" / "pipelines" / f"{system}.yml").read_text(encoding="utf-8"))
    return [f"{options}\n{text}" for text in texts(jobs(pipeline)[job])]


def without_login(stage: Stage) -> dict[str, str]:
    """The environment of a test in which nothing says how to sign in."""
    return {name: value for name, value in stage.environment.items() if name not in stage.facts["environment"]}


class Repository:
    """A repository with its files, in which jobs of any CI system are run, with what one leaves to the next."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.place = stage.folder / "repository"
        self.place.mkdir()
        vault = {name: stage.facts[name] for name in ("resource_group", "vault_name")}
        for name, wish in WISHES.items():
            more = {} if name == "inventory.yml" else {"asr_vault": vault}
            (self.place / name).write_text(yaml.safe_dump({**wish, **more}), encoding="utf-8")
        self.usual = without_login(stage)

    def variables_of(self, system: str) -> dict[str, str]:
        """What a CI system puts into the environment of a job."""
        known: dict[str, str] = self.stage.facts["ci_environments"][SYSTEMS[system][-1]]
        of_the_vault = ("ASR_RESOURCE_GROUP", "ASR_VAULT_NAME")  # these are in the files
        known = {name: value for name, value in known.items() if name not in of_the_vault}
        return {**known, "PIPELINE_WORKSPACE": str(self.place / "kept")}

    def run(self, system: str, job: str, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Run the scripts of a job one after the other to its good end."""
        self.stage.environment = {**self.usual, **self.variables_of(system)}
        for script in scripts(system, job):
            run = self.stage.launch("bash", "-c", f"cd {self.place}\n{script}")
            meanwhile()
            self.stage.ended(run, True)

    def report(self, name: str) -> Any:
        """The report that a job leaves as its artifact."""
        return json.loads((self.place / "reports" / f"{name}.json").read_text(encoding="utf-8"))

    def tokens(self) -> int:
        """How many tokens the CI system has given to jobs until now."""
        log = self.stage.control("requests")["requests"]
        return sum(entry["path"].startswith("/_ci/") and entry["status"] == 200 for entry in log)


@pytest.fixture
def repository(tmp_path):
    with Stage(tmp_path, scenario=SCENARIO) as started:
        yield Repository(started)


def test_a_scheduled_preflight_and_a_drill_leave_their_reports(repository):
    repository.run("gitlab_ci", "preflight")
    assert [one["name"] for one in repository.report("preflight")["verdicts"]] == ["app01"]
    repository.run("gitlab_ci", "drill")
    assert [(one["name"], one["passed"]) for one in repository.report("drill")["vms"]] == [("web01", True)]


def test_a_night_leaves_after_the_start_comes_back_when_approved_and_gets_fresh_tokens_while_it_runs(repository):
    stage = repository.stage
    repository.run("github_actions", "synchronize")
    assert [verb for verb, _vm in stage.posts()] == ["plannedFailover"]
    (repository.place / "kept").mkdir()
    (repository.place / "reports").rename(repository.place / "kept" / "synchronize")  # as the artifact of a job

    seen: list[int] = []

    def outlive_the_tokens() -> None:
        wait_for(lambda: [verb for verb, _vm in stage.posts()] == ["plannedFailover", "resume"])
        seen.append(repository.tokens())
        stage.tell("faults", {"kind": "token_expiry"})

    repository.run("azure_pipelines", "cutover", outlive_the_tokens)
    assert [verb for verb, _vm in stage.posts()] == ["plannedFailover", "resume", "failoverCommit", "reProtect"]
    assert repository.tokens() > seen[0]
    printed = "".join(run.printed.read_text(encoding="utf-8") for run in stage.runs)
    assert stage.facts["ci_environments"]["github"]["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] not in printed


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "cannot be read: No such file or directory"), ("", "holds nothing"), ("garbage", "AADSTS700027")],
)
def test_a_token_file_that_goes_bad_in_mid_run_is_told_with_what_was_started(tmp_path, content, words):
    with Stage(tmp_path, speed=1) as stage:
        token = tmp_path / "token"
        known = dict(stage.facts["ci_environments"]["gitlab"])
        token.write_text(known.pop("AZURE_FEDERATED_TOKEN"), encoding="utf-8")
        stage.environment = {**without_login(stage), **known, "AZURE_FEDERATED_TOKEN_FILE": str(token)}
        wish = {"protected_items": ["app01"], "data_sync": "auto", "poll_interval": 0.3}
        run = stage.launch("ansible", "localhost", "-m", "asr.hyperv.failback", "-a", json.dumps(wish))
        wait_for(lambda: stage.posts() == [("plannedFailover", "app01")])
        token.unlink() if content is None else token.write_text(content, encoding="utf-8")
        stage.tell("faults", {"kind": "token_expiry"})
        printed = stage.ended(run, False)
        assert (
            "signing in failed" in printed
            and words in printed
            and "The credentials are from the environment" in printed
        )
        assert "app01 was last seen synchronizing" in printed
        assert '"changed": true' in printed and "Traceback" not in printed


def test_the_three_pipelines_give_the_same_commands():
    found = {
        job: {tuple(playbooks("\n".join(scripts(system, job)))) for system in SYSTEMS}
        for job in ("preflight", "drill", "synchronize", "cutover")
    }
    assert all(len(different) == 1 and next(iter(different)) for different in found.values()), found


def playbooks(script: str) -> list[str]:
    """The playbooks that a script starts, each on one line."""
    lines = script.replace("\\\n", " ").splitlines()
    return [" ".join(line.split()) for line in lines if line.startswith("ansible-playbook")]
