# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Everything that can go wrong, as a small tree. Domain and transport raise these; the Ansible glue catches them."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible, visible_all


class AsrError(Exception):
    """The root of the tree. The text is a full sentence for a person; `details` is the same as data.

    Both quote what others wrote (names, answers, options), so both are made visible here.
    """

    def __init__(self, message: str, **details: object) -> None:
        super().__init__(visible(message))
        self.details = {name: visible_all(value) for name, value in details.items() if value not in (None, "", [], {})}

    @property
    def retry_after(self) -> float | None:
        """How long the service asks us to stay away, in seconds; None when it did not say."""
        seconds = self.details.get("retry_after")
        return seconds if isinstance(seconds, (int, float)) else None

    @property
    def sends(self) -> int:
        """How often the request left for the answer that became this error, at least once."""
        sends = self.details.get("sends")
        return max(sends, 1) if isinstance(sends, int) else 1


class BadInput(AsrError):
    """The caller asked for something that cannot be: names the option, the value and what is allowed."""


class Interrupted(AsrError):
    """The run was asked to stop (a signal, or the process that started it is gone). The service goes on by itself."""


class NotConnected(AsrError):
    """We could not talk to the service at all: name resolution, TLS, a missing package, a proxy."""


class MissingLibrary(AsrError):
    """A Python package that we need is absent or too old. `library` is its name on the package index."""

    def __init__(self, library: str, message: str) -> None:
        super().__init__(message, library=library)
        self.library = library


class SignInFailed(AsrError):
    """The identity platform gave no token: tenant, client, secret or certificate are wrong or expired."""


class ServiceError(AsrError):
    """The service answered, and the answer was no.

    `doing` says what we tried on what, in words; `code` is the most telling code of the answer (docs/service.md 4.3:
    details[0].code where there is one); `status` is the HTTP status.
    """

    def __init__(
        self, doing: str, message: str, *, status: int | None = None, code: str = "", **details: object
    ) -> None:
        label = f" ({code})" if code else ""
        causes = f" Possible causes: {details['possible_causes']}" if details.get("possible_causes") else ""
        advice = f" Recommended: {details['recommended_action']}" if details.get("recommended_action") else ""
        super().__init__(
            f"Cannot {doing}: {f'{message}{label}'.rstrip('.')}.{causes}{advice}",
            doing=doing,
            status=status,
            code=code,
            service_message=message,
            **details,
        )
        self.status = status
        self.code = code


class OddAnswer(ServiceError):
    """An answer that is about another thing than was asked for, or a name in one that cannot be asked for.

    It says nothing about other things: who reads many tells it of this one, and goes on.
    """


class NotFound(ServiceError):
    """The exact thing asked for does not exist (HTTP 404). The only service error that may become a value."""


class AccessDenied(ServiceError):
    """HTTP 403: the caller lacks a right; the message names the action that is missing."""


class Throttled(ServiceError):
    """HTTP 429 that outlasted the retries."""


class OutcomeUnknown(ServiceError):
    """A POST may or may not have been accepted (the connection broke, or a gateway answered 5xx): look, then decide."""
