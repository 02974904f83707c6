# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Keeps a recovery plan of a vault as it is wanted: reads, compares, saves, waits for the service's job, looks again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

from ansible_collections.asr.hyperv.plugins.module_utils._engine.new_jobs import NAMED_WITHIN
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Clock, Vault
from ansible_collections.asr.hyperv.plugins.module_utils._plans.changes import changes
from ansible_collections.asr.hyperv.plugins.module_utils._plans.code import PlanCode
from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import describe
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AsrError,
    BadInput,
    NotFound,
    OutcomeUnknown,
    ServiceError,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import (
    OPEN,
    Job,
    ended_badly,
    is_job_of,
    is_nameless,
    is_open,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Started

KEEPING = ("SaveRecoveryPlan", "UpdateRecoveryPlan", "DeleteRecoveryPlan")  # recorded (docs/service.md 3.3)
LONG_AGO = timedelta(days=30)  # older open jobs are not looked for


class Draft(Protocol):
    """From the plan that is there, if any, to the one that is wanted, if any. Raises BadInput."""

    def __call__(self, found: PlanCode | None, /) -> PlanCode | None: ...


@dataclass(frozen=True)
class Patience:
    """Whether to wait for the service's job, for how long and how often to look (seconds)."""

    wait: bool = True
    timeout: float = 600
    interval: float = 2


@dataclass(frozen=True)
class Kept:
    """What was found and what is there now, or would be. `job` is the name of the job that saved it, or empty."""

    old: PlanCode | None
    new: PlanCode | None
    job: str = ""


class Keeper:
    """Brings one plan to what a draft makes of it. Ask for `keep` once."""

    def __init__(self, vault: Vault, clock: Clock, patience: Patience, names: Mapping[str, str]) -> None:
        self.vault, self.clock, self.patience, self.names = vault, clock, patience, names
        self.end = clock.now() + patience.timeout

    def keep(self, name: str, draft: Draft, *, pretend: bool) -> Kept:
        """Compare, and unless `pretend` save. `draft` makes the wanted plan (None: no plan) of the one in the vault.

        Raises BadInput from `draft` and for a plan that is busy, ServiceError for a job that failed or took too long, and
        what the vault raises. Nothing is sent unless something differs.
        """
        busy = self.settled(name, pretend)
        old = self.read(name)
        new = draft(old)
        if not changes(old, new, self.names):
            return Kept(old, old)
        if busy:
            raise BadInput(
                f"The recovery plan '{name}' is busy: job '{busy.friendly_name or busy.scenario}' ({busy.name}) is {busy.state}. "
                "Run again when it is over.",
                job=busy.name,
            )
        return Kept(old, new) if pretend else self.save(name, old, new, draft)

    def settled(self, name: str, pretend: bool) -> Job | None:
        """Wait until no job saves or deletes the plan any more; the open job that does something else with it, or None."""
        for job in self.open_jobs(name, pretend):
            if job.scenario in KEEPING and self.patience.wait and not pretend:
                self.ended(name, partial(str, job.name))
            else:
                return job
        return None

    def open_jobs(self, name: str, pretend: bool) -> list[Job]:
        """The open jobs of the plan. One that was just made does not say for a moment whose it is, so it is given that."""
        since, until = (
            self.vault.service_time() - LONG_AGO,
            min(self.end, self.clock.now() + NAMED_WITHIN.total_seconds()),
        )
        while True:
            jobs = self.vault.jobs.list(since, OPEN)
            fresh = [job for job in jobs if is_nameless(job)]
            if pretend or not fresh or self.clock.now() >= until:
                return [job for job in jobs if is_job_of(job, name)]
            self.clock.sleep(self.patience.interval)

    def read(self, name: str) -> PlanCode | None:
        plan = self.vault.plans.get(name)
        return PlanCode.of(plan) if plan else None

    def save(self, name: str, old: PlanCode | None, new: PlanCode | None, draft: Draft) -> Kept:
        """Send it once. When nobody knows whether it arrived, look whether it did, and never send it again."""
        try:
            started = self.send(name, old, new)
        except OutcomeUnknown:
            self.settled(name, pretend=False)
            found = self.read(name)
            if changes(found, draft(found), self.names):
                raise
            return Kept(old, found)
        except NotFound:
            if new or self.read(name):
                raise
            return Kept(old, None)  # somebody else was faster
        if new is None and not started.status_url:  # 204: there was nothing left to delete
            return self.proved(name, Kept(old, None))
        if not self.patience.wait:
            return Kept(old, new, started.job_name)
        return self.proved(name, Kept(old, new, self.job_ended(name, started)))

    def send(self, name: str, old: PlanCode | None, new: PlanCode | None) -> Started:
        """The one call that creates, changes or deletes."""
        if new is None:
            return self.vault.plans.delete(name)
        return self.vault.plans.update(name, new.to_update()) if old else self.vault.plans.create(name, new.to_create())

    def job_ended(self, name: str, started: Started) -> str:
        """The name of the job behind a start, once it has ended well."""
        job = self.ended(name, lambda: self.vault.jobs.of_operation(started))
        if ended_badly(job):
            first = job.problems[0] if job.problems else None
            raise ServiceError(
                f"save the recovery plan {name!r}",
                f"its job ended as {job.state}: {describe(job)}",
                code=first.code if first else "",
                possible_causes=first.possible_causes if first else "",
                recommended_action=first.recommended_action if first else "",
                job=job.name,
            )
        return job.name

    def ended(self, plan: str, job_name: Callable[[], str]) -> Job:
        """The job, once it is over. A job may be unknown for a moment after its start (docs/service.md 2.6)."""
        name = ""
        while True:
            name = name or job_name()
            job = self.vault.jobs.get(name) if name else None
            if job and not is_open(job):
                return job
            if self.clock.now() >= self.end:
                raise AsrError(
                    f"wait_timeout: after {self.patience.timeout:g} s the job that saves the recovery plan '{plan}' is "
                    f"{job.state if job else 'not known yet'}. Nothing was cancelled; run again to see what became of it.",
                    job=name,
                )
            self.clock.sleep(self.patience.interval)

    def proved(self, name: str, kept: Kept) -> Kept:
        """Look again. Raises ServiceError when the vault has another plan than the one it says it saved."""
        differs = changes(self.read(name), kept.new, self.names)
        if differs:
            raise ServiceError(
                f"prove the recovery plan {name!r}",
                f"its job ended well, but the vault has another plan. It still lacks: {'; '.join(differs)}",
                job=kept.job,
            )
        return kept
