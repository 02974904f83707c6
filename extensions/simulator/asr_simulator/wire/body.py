# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong on the way: no answer at all, and bodies that are not the JSON they should be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
MOST_BYTES = 4 * 1024**2  # of a request, as Resource Manager has it
HTML = b"<html><head><title>%d</title></head><body><h1>The page cannot be displayed</h1></body></html>"


class NoAnswer(OSError):
    """A scripted fault leaves the caller without an answer. `accepted` tells whether the request was carried out."""

    def __init__(self, text: str, accepted: bool) -> None:
        super().__init__(text)
        self.accepted = accepted


class Dropped(NoAnswer, ConnectionResetError):
    """The connection is closed without an answer."""


class TimedOut(NoAnswer, TimeoutError):
    """No answer comes for `seconds` of the caller's time; then the connection is closed."""

    def __init__(self, text: str, accepted: bool, seconds: float) -> None:
        super().__init__(text, accepted)
        self.seconds = seconds


@dataclass
class Raw:
    """A body as it is sent, which need not be JSON."""

    data: bytes
    content_type: str = JSON


@dataclass
class Unreadable:
    """The body of a request that is no JSON, and what its reader says; or one that is longer than anybody takes."""

    why: str
    too_long: bool = False


def wire(body: Any) -> tuple[bytes, str]:
    """Bytes and content type of any body that the core returns: letters as they are, and no space between values."""
    if isinstance(body, Raw):
        return body.data, body.content_type
    text = "" if body is None else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace"), JSON
