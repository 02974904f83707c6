# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Every error of Azure's libraries becomes one of ours here, and says what we were doing. Nowhere else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import uuid4

from ansible_collections.asr.hyperv.plugins.module_utils._azure.answers import (
    CHALLENGE_ADVICE,
    NO_RIGHT,
    Said,
    missing_right,
    remedy,
    said,
    sign_in_hint,
    tidy,
)
from ansible_collections.asr.hyperv.plugins.module_utils._azure.doors import NotAllowed
from ansible_collections.asr.hyperv.plugins.module_utils._azure.gate import NotTaken
from ansible_collections.asr.hyperv.plugins.module_utils._azure.headers import seconds_asked
from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.signer import ADVICE, NoToken, advice
from ansible_collections.asr.hyperv.plugins.module_utils._azure.tls import why_no_tls
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AccessDenied,
    AsrError,
    NotConnected,
    NotFound,
    OddAnswer,
    OutcomeUnknown,
    ServiceError,
    SignInFailed,
    Throttled,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import squeeze

if TYPE_CHECKING:
    from azure.core.rest import HttpResponse

BY_STATUS = {403: AccessDenied, 404: NotFound, 429: Throttled}
NEVER_LEFT = {  # exceptions of urllib3, requests and ssl that come before a request is written to the connection
    "ConnectTimeout": "no answer to the attempt to connect",
    "ConnectTimeoutError": "no answer to the attempt to connect",
    "NameResolutionError": "the name cannot be resolved",
    "NewConnectionError": "the connection was refused",
    "ProxyError": "the proxy refused",
}
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)  # of an odd answer
CANNOT_BE = "the answer is not the JSON it should be; is a proxy in between?"
ROLE_ADVICE = "Give the caller the role Site Recovery Contributor on the vault, or a custom role that has this action"


@dataclass
class Attempt:
    """One request that starts something: its id, and how often it left this machine."""

    request_id: str = field(default_factory=lambda: str(uuid4()))
    sends: int = 0

    @property
    def sent(self) -> bool:
        """Whether it ever left this machine."""
        return self.sends > 0

    def options(self) -> dict[str, object]:
        """Per-call options of the SDK's pipeline; the hook runs after a token was got, just before sending, and only once."""
        return {"request_id": self.request_id, "raw_request_hook": self.mark, "sent_again": self.mark}

    def mark(self, _request: object) -> None:
        """Note that the request is about to be sent: at first by the hook, again by the retries."""
        self.sends += 1


@contextlib.contextmanager
def explain(doing: str, attempt: Attempt | None = None) -> Iterator[None]:
    """Turn an error of Azure's libraries inside the block into one of ours. `doing` continues "Cannot ...".

    With an `attempt`, anything that may have been accepted becomes OutcomeUnknown: it carries `client_request_id`.
    """
    errors = library("azure.core.exceptions")
    try:
        yield
    except (errors.AzureError, NotAllowed, NotTaken, NoToken) as error:
        raise ours(error, doing, attempt) from error
    except (*UNREADABLE, errors.DeserializationError) as error:
        raise of_unreadable(error, doing, attempt) from error


def ours(error: Exception, doing: str, attempt: Attempt | None = None) -> AsrError:
    """The error of ours that an error of Azure's libraries stands for."""
    chain = list(causes(error))
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    stopped = next((one for one in chain if isinstance(one, (NotAllowed, NotTaken))), None)
    if stopped:
        return of_the_gate(stopped, doing, attempt)
    if isinstance(error, (library("azure.core.exceptions").ClientAuthenticationError, NoToken)):
        return of_sign_in(error, doing, chain, attempt)
    if attempt and may_have_arrived(attempt, status, chain):
        return of_unknown_outcome(doing, attempt, response, chain)
    if status is None or response is None:
        return of_connection(doing, chain)
    return of_answer(doing, status, response)


def of_the_gate(stopped: NotAllowed | NotTaken, doing: str, attempt: Attempt | None) -> ServiceError:
    """A request that our own gate did not let out, or an answer that it did not let in."""
    if isinstance(stopped, NotAllowed) or stopped.refused or not (attempt and attempt.sent):
        return ServiceError(doing, str(stopped))
    return of_unknown_outcome(doing, attempt, None, [stopped])


def of_unreadable(error: Exception, doing: str, attempt: Attempt | None) -> ServiceError:
    """An answer with a value that cannot be, over which the libraries stumbled."""
    if attempt and attempt.sent:
        return of_unknown_outcome(doing, attempt, None, [ValueError(CANNOT_BE)])
    return OddAnswer(doing, f"{CANNOT_BE} ({type(error).__name__})")


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what caused it, as the libraries wrap each other.

    `__context__` is left out on purpose: it may hold an error of an earlier request that the caller is dealing with.
    """
    yield error
    inner = [getattr(error, "inner_exception", None), error.__cause__, getattr(error, "reason", None), *error.args]
    for cause in inner:
        if isinstance(cause, BaseException) and cause is not error:
            yield from causes(cause)


def may_have_arrived(attempt: Attempt, status: int | None, chain: list[BaseException]) -> bool:
    """Whether the service may have accepted a request that did not end well: all but a refusal and a failed connect."""
    refused = status is not None and 300 <= status < 500 and status != 408
    return attempt.sent and not refused and not why_not_connected(chain)


def why_not_connected(chain: list[BaseException]) -> str:
    """Why no connection came about, in words; empty when there was one."""
    names = (type(one).__name__ for one in chain)
    return why_no_tls(chain)[0] or next((NEVER_LEFT[name] for name in names if name in NEVER_LEFT), "")


def of_unknown_outcome(
    doing: str, attempt: Attempt, response: HttpResponse | None, chain: list[BaseException]
) -> OutcomeUnknown:
    """The service may be at work: nobody may repeat the request before having looked."""
    what = read_answer(response) if response is not None else Said(message=squeeze(str(chain[-1])))
    return OutcomeUnknown(
        doing,
        f"the request was sent, but it is not known whether it was accepted: {what.message.rstrip('.') or 'no answer'}",
        status=getattr(response, "status_code", None),
        code=what.code,
        client_request_id=attempt.request_id,
    )


def of_connection(doing: str, chain: list[BaseException], advice: str = "") -> NotConnected:
    """No answer at all: name the host, and say why in words."""
    host = next(filter(None, map(host_of, chain)), "the service")
    why = why_not_connected(chain) or squeeze(str(chain[-1]))
    advice = why_no_tls(chain)[1] or advice
    told = f"Cannot {doing}: {host} cannot be reached: {why}. {advice}".rstrip()
    return NotConnected(told, doing=doing, host=host, reason=why)


def host_of(error: BaseException) -> str:
    """The host that an error of `requests` or urllib3 was about; empty when it does not say."""
    connection = getattr(error, "conn", None) or getattr(error, "pool", None)
    host, port = getattr(connection, "host", ""), getattr(connection, "port", 443)
    url = getattr(getattr(error, "request", None), "url", None) or ""
    return urlsplit(url).netloc or (f"{host}:{port}" if host and port != 443 else host)


def of_sign_in(error: Exception, doing: str, chain: list[BaseException], attempt: Attempt | None) -> AsrError:
    """No token, or a token that the service does not take (401), or that is not enough for it (a challenge)."""
    core = library("azure.core.exceptions")
    network = [one for one in chain if isinstance(one, (core.ServiceRequestError, core.ServiceResponseError))]
    if network:
        doing = f"{doing}, because signing in is not possible"
        return of_connection(doing, list(causes(network[0])), ADVICE.get(getattr(error, "source", ""), ""))
    responses = [found for one in chain if (found := getattr(one, "response", None)) is not None]
    said_first = read_answer(responses[0]) if responses else Said()
    message = tidy(said_first.message or squeeze(str(error)))
    code, hint = sign_in_hint(f"{message} {error}")
    challenged = any("claims=" in one.headers.get("WWW-Authenticate", "") for one in responses)
    if challenged and attempt and getattr(error, "response", None) is not None:
        attempt.mark(None)  # the library got a token for the challenge, and sent the request again with it
    hint = " ".join(filter(None, (hint, advice(getattr(error, "source", "")))))
    code, hint = code or said_first.code, hint or remedy(said_first.code) or (CHALLENGE_ADVICE if challenged else "")
    return SignInFailed(
        f"Cannot {doing}: signing in failed: {message}{f' ({code})' if code and code not in message else ''}. {hint}".rstrip(),
        doing=doing,
        code=code or ("401" if responses else ""),
        status=next((one.status_code for one in responses), None),
        hint=hint,
    )


def of_answer(doing: str, status: int, response: HttpResponse) -> ServiceError:
    """The service answered, and the answer was no."""
    what = read_answer(response)
    kind = BY_STATUS.get(status, ServiceError)
    extra: dict[str, object] = {"retry_after": seconds_asked(response.headers)} if kind is Throttled else {}
    advice = remedy(what.code) or what.recommended_action
    if kind is AccessDenied:
        action, scope = missing_right(what.message)
        extra = {"missing_action": action, "scope": scope}
        advice = advice or role_advice(what.code, action)
    if what.vault_unknown:
        kind, extra = NotFound, {"vault_unknown": True}
    return kind(
        doing,
        what.message.rstrip(".") or f"the service answered HTTP {status} without a reason",
        status=status,
        code=what.code or str(status),
        possible_causes=what.possible_causes,
        recommended_action=advice,
        activity_id=what.activity_id,
        **extra,
    )


def role_advice(code: str, action: str) -> str:
    """A role is the remedy only where a right is missing: a 403 has other causes, which its message names."""
    missing = bool(action) or not code or code in NO_RIGHT
    return f"{ROLE_ADVICE}{f': {action}' if action else ''}." if missing else ""


def read_answer(response: HttpResponse) -> Said:
    """What the body of an answer says; a body that broke off says nothing."""
    try:
        return said(response.text())
    except (library("azure.core.exceptions").AzureError, UnicodeError, LookupError):
        return Said()
