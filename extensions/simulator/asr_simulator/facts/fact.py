# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a settable fact is written down, and the JSON schemas of their values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..world.world import World


class Fact(NamedTuple):
    """Something that is so, and can be set. `put` gets the world, the thing and a value that fits the schema."""

    schema: dict[str, Any]
    put: Callable[[World, Any, Any], None]
    built: bool = False  # the scenario's own value is taken in when the estate is built


TEXT = {"type": "string", "minLength": 1}
WORDS = {"type": "string"}
FLAG = {"type": "boolean"}
NUMBER = {"type": "number", "minimum": 0}


def one_of(*words: str) -> dict[str, Any]:
    """One of some words."""
    return {"enum": list(words)}


def rows(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A list."""
    return {"type": "array", "items": items, **more}


def table(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    """An object with known keys."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def by_name(value: dict[str, Any]) -> dict[str, Any]:
    """An object whose keys are names."""
    return {"type": "object", "additionalProperties": value}


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Null takes back what was set."""
    return {"anyOf": [schema, {"type": "null"}]}


def attribute(name: str) -> Callable[[World, Any, Any], None]:
    """A fact that is no more than an attribute of the thing."""

    def put(_world: World, thing: Any, value: Any) -> None:
        setattr(thing, name, value)

    return put


def error_schema(depth: int = 1) -> dict[str, Any]:
    """A health error, with errors inside it."""
    inner = {"inner": rows(error_schema(depth - 1), default=[])} if depth else {}
    return table(
        {
            "of": {**one_of("replication", "failover"), "default": "replication"},
            "code": TEXT,
            "level": {**one_of("Information", "Warning", "Error"), "default": "Error"},
            "category": {**WORDS, "default": "Replication"},
            "message": {**WORDS, "default": ""},
            "causes": {**WORDS, "default": ""},
            "advice": {**WORDS, "default": ""},
            **inner,
        },
        "code",
    )


HEALTH_ERRORS = rows(error_schema())
LOCK = table(
    {
        "name": TEXT,
        "level": {**one_of("CanNotDelete", "ReadOnly"), "default": "CanNotDelete"},
        "scope": {**one_of("vm", "disk", "nic", "public_ip", "group", "subscription"), "default": "vm"},
    },
    "name",
)
