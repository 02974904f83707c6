# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How the SDK is called: one thing, all pages of a list, a start, an address. Errors, paging and odd answers end here."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

from ansible_collections.asr.hyperv.plugins.module_utils._azure.caller import Caller
from ansible_collections.asr.hyperv.plugins.module_utils._azure.doors import shown
from ansible_collections.asr.hyperv.plugins.module_utils._azure.explain import Attempt, explain
from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.limits import MOST_BYTES, MOST_PAGES
from ansible_collections.asr.hyperv.plugins.module_utils._azure.place import Place
from ansible_collections.asr.hyperv.plugins.module_utils._azure.service_clock import ServiceClock
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AsrError,
    BadInput,
    NotConnected,
    NotFound,
    OddAnswer,
    OutcomeUnknown,
    ServiceError,
    SignInFailed,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.names import segment_objection
from ansible_collections.asr.hyperv.plugins.module_utils._service.started import Accepted, Started
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import (
    last_part,
    read,
    rows,
    same_id,
    segment,
    text,
)
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

if TYPE_CHECKING:
    from azure.core.pipeline import PipelineResponse
    from azure.core.rest import HttpRequest, HttpResponse
    from azure.mgmt.recoveryservicessiterecovery import SiteRecoveryManagementClient

AT_ONCE = {"retry_total": 0}  # an option of the SDK's pipeline for one call


class Sent:
    """The JSON of an answer as it was sent, taken before the SDK makes models of it.

    Keys that the models do not know survive; and nobody looks into the models, which for a list of a thousand jobs cost
    more than all the rest of a look.
    """

    def __init__(self, clock: ServiceClock) -> None:
        self.clock = clock
        self.body: Json = {}
        self.size = 0  # bytes

    def take(self, response: PipelineResponse[HttpRequest, HttpResponse]) -> None:
        """Given to the SDK's pipeline as the response hook of one call, instead of the client's own, which is the clock's."""
        self.clock.hear(response)
        self.body = {}
        if response.http_response.status_code != 200:
            return
        answer = response.http_response.json()
        if not isinstance(answer, dict):
            raise json.JSONDecodeError("not an object", response.http_response.text(), 0)
        self.body = dict(answer)
        self.size = len(response.http_response.content)
        answer.pop("properties", None)
        if "value" in answer:
            answer["value"] = []

    @property
    def next_page(self) -> str:
        """The address of the page that the SDK reads next; empty behind the last one."""
        link = read(self.body, "nextLink")
        return "" if link is None else str(link)


Operation = Callable[
    ..., object
]  # of the SDK: it takes the vault's place, names or a body, and options of its pipeline


class Listing(Protocol):
    """What an operation of the SDK returns that lists something."""

    def by_page(self) -> Iterator[object]: ...


def parts(arm_id: str, *kinds: str) -> tuple[str, ...]:
    """The names after each of `kinds` in an ARM id. Raises BadInput when one is not in it."""
    names = tuple(segment(arm_id, kind) for kind in kinds)
    if not all(names):
        raise BadInput(f"{arm_id!r} is not an ARM id with {', '.join(kinds)} in it.")
    return names


def about(doing: str, body: Json | None, name: str) -> None:
    """Raises OddAnswer for an answer that is about another thing than was asked for, or about none."""
    found = last_part(text(body, "id"))
    if body is not None and not same_id(found, name):
        raise OddAnswer(doing, f"the answer is about another one: {found or 'it has no id'}")


class Calls:
    """A client of the SDK and the vault it is used for. May be used by several threads at once."""

    def __init__(
        self, client: SiteRecoveryManagementClient, place: Place, clock: ServiceClock, caller: Caller | None = None
    ) -> None:
        self.client, self.place, self.clock, self.caller = client, place, clock, caller
        self.begun: list[str] = []  # what was sent to change something and not surely refused, in words

    @property
    def where(self) -> tuple[str, str]:
        """The first two arguments of nearly every operation of the SDK."""
        return self.place.resource_group, self.place.vault

    @contextlib.contextmanager
    def explained(self, doing: str, attempt: Attempt | None = None) -> Iterator[None]:
        """As `explain`; and when it is the vault that does not exist, the error names all that leads to it.

        A token that was refused is forgotten, so that who tries again has a fresh one: it may have been revoked before its time.
        """
        try:
            with explain(doing, attempt):
                yield
        except SignInFailed:
            if self.caller:
                with contextlib.suppress(
                    BadInput
                ):  # of a certificate that is not there any more: the first error says it all
                    self.caller.renew()
            raise
        except NotFound as error:
            if not error.details.get("vault_unknown"):
                raise
            raise NotFound(
                doing,
                f"{self.place} does not exist, or the caller may not read it",
                status=error.status,
                code=error.code,
                recommended_action="Check vault_name, resource_group, subscription_id and the caller's rights.",
                vault_unknown=True,
            ) from error

    def one(self, doing: str, operation: Operation, *names: str) -> Json | None:
        """The JSON of one thing, or None when exactly that thing does not exist.

        Raises OddAnswer for a name that would lead to another thing, NotFound when it is the vault that does not exist, and
        every other error `explain` makes.
        """
        for name in names:
            if why := segment_objection(name):
                raise OddAnswer(doing, f"{name!r} cannot be a part of an address: {why}")
        sent = Sent(self.clock)
        try:
            with self.explained(doing):
                operation(*self.where, *names, raw_response_hook=sent.take)
            return sent.body
        except NotFound as error:
            if error.details.get("vault_unknown"):
                raise
            return None

    def every(self, doing: str, operation: Callable[..., Listing], *names: str, **options: object) -> list[object]:
        """The JSON of all things of a list, over all pages, each id once.

        Raises ServiceError when the pages go round in a circle, lead to a host that is not the service's, or never end.
        """
        found: dict[str, object] = {}
        seen: set[str] = set()
        sent, size = Sent(self.clock), 0
        with self.explained(doing):
            pages = operation(*self.where, *names, raw_response_hook=sent.take, **options).by_page()
            for _models in pages:
                for body in rows(sent.body, "value"):
                    found.setdefault(text(body, "id").lower(), body)
                size += sent.size
                self.follow(doing, sent.next_page, seen, size)
        return list(found.values())

    def fetch(self, address: str, **params: str) -> HttpResponse:
        """The answer to a GET that the SDK has no operation for. Raises what it raises, for the caller to explain."""
        response = self.ask(address, **params)
        response.raise_for_status()
        return response

    def ask(self, address: str, **params: str) -> HttpResponse:
        """The same, also an answer that says no."""
        return self.client.send_request(library("azure.core.rest").HttpRequest("GET", address, params=params))

    def follow(self, doing: str, link: str | None, seen: set[str], size: int = 0) -> None:
        """Refuse the address of a next page that was read before, that our token must not be sent to, or that is one too many."""
        if link and (link in seen or not self.place.serves(link)):
            raise ServiceError(doing, f"the list cannot be read to its end: its next page is {shown(link)}")
        seen.add(link or "")
        if link and (len(seen) >= MOST_PAGES or size > MOST_BYTES):
            raise ServiceError(
                doing, f"the list has no end: after {len(seen)} pages and {size // 1024} kB there is still another page"
            )

    def start(
        self, doing: str, operation: Operation, *arguments: object, names_job: bool = True, at_once: bool = False
    ) -> Started:
        """POST something that the service then works on, once.

        `at_once`: now or not at all. It rests on what was just looked at, so when the service asks to come back later the
        caller has to look again first, and nothing waits in here.
        Raises OutcomeUnknown when it may have been accepted, NotConnected when it surely never left, Throttled, and
        every other refusal as ServiceError.
        """
        accepted = Accepted()
        with self.sending(doing) as attempt:
            operation(*self.where, *arguments, polling=accepted, **attempt.options(), **(AT_ONCE if at_once else {}))
        return accepted.started(attempt.request_id, names_job)

    def put(self, doing: str, address: str, body: Json, **params: str) -> object:
        """The JSON of the answer to a PUT that the SDK has no operation for, sent once. Raises what `start` does."""
        with self.sending(doing) as attempt:
            request = library("azure.core.rest").HttpRequest("PUT", address, params=params, json=body)
            response = self.client.send_request(request, stream=False, **attempt.options())
            response.raise_for_status()
            return response.json()

    @contextlib.contextmanager
    def sending(self, doing: str) -> Iterator[Attempt]:
        """One request that changes something: it is among `begun` unless the service surely has not taken it."""
        attempt = Attempt()
        self.begun.append(doing)
        try:
            with self.explained(doing, attempt):
                yield attempt
        except BaseException as error:
            refused = isinstance(error, (ServiceError, NotConnected, SignInFailed)) and not isinstance(
                error, OutcomeUnknown
            )
            if refused or not attempt.sent:
                self.begun.remove(doing)
            if isinstance(error, AsrError):
                error.details["sends"] = attempt.sends
            raise
