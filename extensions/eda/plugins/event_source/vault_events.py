# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source asr.hyperv.vault_events: what happens in a Recovery Services vault, for ansible-rulebook."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCUMENTATION = r"""
---
short_description: What happens in a Recovery Services vault
description:
  - Looks at a vault again and again, and tells what is new - jobs that wait for the cutover, a manual action or a cleanup; jobs
    that failed; protected items whose phase or health has changed; providers (Hyper-V hosts) that went away or came back.
  - Each look is one list of protected items, one of jobs, one of providers, and a read of each job that has moved.
  - Without O(cursor_file) the first look tells what waits or is away at that moment, and the next ones what has changed since.
    With it a restarted rulebook is told what happened meanwhile. An event may come twice, and none is lost.
  - A look that fails is logged and tried again at the next interval; credentials and options that cannot work end the source.
options:
  resource_group:
    description: The resource group that holds the vault. When not set, E(ASR_RESOURCE_GROUP) is used.
    type: str
    required: true
  vault_name:
    description: The name of the vault. When not set, E(ASR_VAULT_NAME) is used.
    type: str
    required: true
  interval:
    description: Seconds between two looks.
    type: float
    default: 60
  kinds:
    description: Which events are wanted; all of them when not set.
    type: list
    elements: str
    choices: [job_waits, job_failed, phase_changed, health_changed, provider_changed]
  cursor_file:
    description: A file in which the source keeps what it has told, on a disk that outlives it. Each vault needs one of its own.
    type: path
  subscription_id:
    description:
      - The subscription that holds the vault. It and all other options that say who signs in are those of the modules, such as
        M(asr.hyperv.job_info), with the same environment variables.
    type: str
"""

EXAMPLES = r"""
- name: Follow a failback
  hosts: localhost
  sources:
    - name: The vault
      asr.hyperv.vault_events:
        resource_group: recovery
        vault_name: vault1
        interval: 60
        cursor_file: /var/lib/eda/vault1.json
        kinds: [job_waits, job_failed]
  rules:
    - name: A VM waits for its cutover
      condition: event.kind == "job_waits" and event.waits_for == "cutover"
      action:
        run_job_template:
          name: "Failback: cutover"
          organization: Default
"""

PACKAGE = "ansible_collections.asr.hyperv.plugins.module_utils"
SHORTEST = 1.0  # seconds between two looks
KINDS = ("job_waits", "job_failed", "phase_changed", "health_changed", "provider_changed")
OWN = ("interval", "kinds", "cursor_file")
log = logging.getLogger(__name__)


class Misused(ValueError):
    """Options that cannot work."""


async def main(queue: asyncio.Queue[dict[str, Any]], args: dict[str, Any]) -> None:
    """Put events into the queue until it is cancelled. Raises Misused, or the collection's own errors of credentials."""
    source = await asyncio.to_thread(Source, args)
    while True:
        for event in await asyncio.to_thread(source.look):
            await queue.put(event)
        await asyncio.to_thread(source.keep)
        await asyncio.sleep(source.interval)


class Source:
    """A vault, and what was told of it: kept only when the events are in the queue."""

    def __init__(self, args: Mapping[str, Any]) -> None:
        self.interval, self.kinds = interval_of(args), kinds_of(args)
        self.file = Path(args["cursor_file"]).expanduser() if args.get("cursor_file") else None
        self.errors, self.news = ours("_service.errors"), ours("_run.news")
        params = params_of(args)
        try:
            self.vault = ours("_azure.client").connect(params)
        except self.errors.NotConnected as error:
            raise Misused(str(error)) from error
        self.lookout = ours("_engine.lookout").Lookout(self.vault)
        self.where = {name: params[name] for name in ("resource_group", "vault_name")}
        self.where["subscription_id"] = self.vault.place.subscription_id
        self.cursor: dict[str, str] | None = self.kept()
        self.seen = self.cursor

    def look(self) -> list[dict[str, Any]]:
        """The events since the last look; none when the vault cannot be read now."""
        passing = (self.errors.NotConnected, self.errors.ServiceError, self.errors.SignInFailed)
        try:
            found = self.lookout.look(self.cursor)
        except passing as error:
            log.warning("asr.hyperv.vault_events: looking again in %s s: %s", self.interval, error)
            return []
        when = self.vault.service_time().strftime("%Y-%m-%dT%H:%M:%SZ")
        told = self.news.news(found, self.cursor, self.kinds)
        self.seen = self.news.cursor_of(found)
        return [{"vault": self.where, "at": when, **event} for event in told]

    def keep(self) -> None:
        """What was seen has been told."""
        if self.seen == self.cursor:
            return
        self.cursor = self.seen
        if self.file:
            handle, name = tempfile.mkstemp(dir=self.file.parent, prefix=f".{self.file.name}.")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump({"vault": self.where, "cursor": self.cursor}, stream)
            os.replace(name, self.file)

    def kept(self) -> dict[str, str] | None:
        """What was told before this process. Raises Misused for a file that is none of ours, or of another vault."""
        if self.file is None:
            return None
        if not os.access(self.file.parent, os.W_OK):
            raise Misused(
                f"cursor_file: nothing can be written into the folder {self.file.parent}. Make it, or give another."
            )
        if not self.file.exists():
            return None
        try:
            found = json.loads(self.file.read_text(encoding="utf-8"))
            cursor = {str(key): str(value) for key, value in found["cursor"].items()}
            vault = {name: str(value).lower() for name, value in found.get("vault", self.where).items()}
        except (ValueError, TypeError, LookupError, AttributeError, OSError) as error:
            raise Misused(f"cursor_file: {self.file} was not written by this event source. Move it away.") from error
        if vault != {name: str(value).lower() for name, value in self.where.items()}:
            told = " ".join(f"{name} {value}" for name, value in vault.items())
            raise Misused(
                f"cursor_file: {self.file} is that of another vault ({told}). Give each vault a file of its own."
            )
        return cursor


def ours(module: str) -> Any:
    """A module of the collection. ansible-rulebook knows where this file is, and leaves Python's own path as it was."""
    here = Path(os.path.abspath(__file__))  # a collection may be a link to somewhere else
    roots = [parent.parent for parent in here.parents if parent.name == "ansible_collections"]
    sys.path.extend(str(root) for root in roots if str(root) not in sys.path)
    return importlib.import_module(f"{PACKAGE}.{module}")


def params_of(args: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the modules, with the environment where that stands for one. Raises Misused for what nobody knows."""
    options = ours("_glue.options").VAULT_OPTIONS
    known = {alias: name for name, spec in options.items() for alias in (name, *spec.get("aliases", ()))}
    if unknown := [name for name in args if name not in known and name not in OWN]:
        raise Misused(
            f"{', '.join(unknown)}: no option of asr.hyperv.vault_events. Known: {', '.join([*OWN, *options])}."
        )
    given = {known[name]: value for name, value in args.items() if name in known}
    for name, variable in (("resource_group", "ASR_RESOURCE_GROUP"), ("vault_name", "ASR_VAULT_NAME")):
        given[name] = given.get(name) or os.environ.get(variable)
    given.setdefault("auth_source", os.environ.get("ANSIBLE_AZURE_AUTH_SOURCE") or "auto")
    if given["auth_source"] not in options["auth_source"]["choices"]:
        raise Misused(
            f"auth_source is {given['auth_source']!r}: allowed are {', '.join(options['auth_source']['choices'])}."
        )
    return given


def interval_of(args: Mapping[str, Any]) -> float:
    """Seconds between two looks. Raises Misused."""
    try:
        seconds = float(args.get("interval", 60))
    except (TypeError, ValueError):
        seconds = 0
    if not SHORTEST <= seconds <= 86_400:
        raise Misused(f"interval: {args.get('interval')!r} has to be a number of seconds from {SHORTEST:g} to 86400.")
    return seconds


def kinds_of(args: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of events that are wanted. Raises Misused."""
    kinds = args.get("kinds") or KINDS
    if not isinstance(kinds, (list, tuple)) or not {*kinds} <= {*KINDS}:
        raise Misused(f"kinds: {kinds!r} has to be a list of {', '.join(KINDS)}.")
    return tuple(kinds)
