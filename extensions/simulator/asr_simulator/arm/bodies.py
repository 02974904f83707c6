# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies that are refused before anything is done: those that are no JSON, or not of the shape that the public API describes.

As in the service's own reader, unknown fields are passed over, and a number or a truth will do for a text: handlers get the text.
"""

from __future__ import annotations

import re
from typing import Any

from ..jobs.inputs import invalid
from ..wire.body import MOST_BYTES, Unreadable
from ..wire.errors import Refused, arm
from .call import Request
from .shapes import CERTIFICATE, SHAPES, WITHOUT_PROPERTIES, Needed, Shape, Words

ADDRESS = re.compile(
    r".*/(replication\w+|certificates)/[^/]+(?:/(\w+))?/?", re.IGNORECASE
)  # innermost collection, name, verb
WORDS: dict[Any, str] = {dict: "an object", list: "a list", bool: "a boolean", str: "a text"}


def check(request: Request) -> None:
    """400 or 415 in the words of Resource Manager for a body that cannot be read as what the path takes.

    What the path takes is left as the request's body, and nothing where it takes none.
    """
    body = request.body
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if body is not None and kind not in ("", "application/json", "text/json"):
        message = f"The content media type '{kind}' is not supported. Only 'application/json' is supported."
        raise arm(415, "UnsupportedMediaType", message)
    if isinstance(body, Unreadable) and body.too_long:
        message = f"The request content size exceeds the maximum size of {MOST_BYTES // 1024**2} MB."
        raise arm(413, "RequestContentTooLarge", message)
    if isinstance(body, Unreadable):
        raise unfit(body.why)
    where, shape = shape_of(request)
    if where[0] == "certificates":
        request.body = fitting(body or {}, CERTIFICATE, "")
        return
    if shape is None:
        fitting(body or {}, {}, "")
        request.body = None
        return
    if body is None:
        raise unfit("The request has no content.")
    wanted = shape if where in WITHOUT_PROPERTIES else Needed(shape)
    request.body = fitting(body, {"properties": wanted}, "")


def unfit(why: str) -> Refused:
    """400 of Resource Manager."""
    message = f"The request content was invalid and could not be deserialized: '{why}'."
    return arm(400, "InvalidRequestContent", message)


def shape_of(request: Request) -> tuple[tuple[str, str], Shape | None]:
    """Collection and verb of a request, and what it has to carry below `properties`; None where it may carry nothing."""
    found = ADDRESS.fullmatch(request.path)
    collection, verb = found.groups() if found else ("", "")
    where = collection.lower(), (verb or request.method).lower()
    return where, SHAPES.get(where[0], {}).get(where[1])


def fitting(value: Any, shape: Any, path: str) -> Any:
    """A value as it is read: texts where texts belong, and of an object what its shape knows. Raises Refused."""
    if isinstance(shape, Words):
        return one_of(fitting(value, str, path), shape.known, path)
    wanted = type(shape) if isinstance(shape, dict | list) else shape
    if not isinstance(value, (str, int, float) if wanted is str else wanted):
        raise unfit(f"Unexpected value while parsing, {WORDS[wanted]} is expected. Path '{path}', line 1, position 1.")
    if isinstance(shape, list) and isinstance(value, list):
        return [fitting(one, shape[0], f"{path}[{place}]") for place, one in enumerate(value)]
    if isinstance(shape, dict) and isinstance(value, dict):
        return fields(value, shape, path) if shape else value
    return str(value) if wanted is str else value


def fields(value: dict[str, Any], shape: Shape, path: str) -> dict[str, Any]:
    """The known fields of an object; null is the same as not there."""
    found = {}
    known = {key.lower(): one for key, one in value.items()}  # the service's reader does not mind their case
    for key, rule in shape.items():
        inner = f"{path}.{key}" if path else key
        given = known.get(key.lower())
        if given is not None:
            found[key] = fitting(given, rule.shape if isinstance(rule, Needed) else rule, inner)
        elif isinstance(rule, Needed):
            allowed = rule.shape.known if isinstance(rule.shape, Words) else ["a value, which is required"]
            raise invalid(inner, None, allowed)
    return found


def one_of(text: str, known: tuple[str, ...], path: str) -> str:
    """A text that is one of some."""
    if text not in known:
        raise invalid(path, text, known)
    return text
