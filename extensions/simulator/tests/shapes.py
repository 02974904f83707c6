# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparing documents by their keys and JSON types."""

from __future__ import annotations

from typing import Any

Shape = dict[str, set[str]]


def kind(value: Any) -> str:
    names = {type(None): "null", bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return names.get(type(value), "object")


def shape(value: Any, path: str = "", into: Shape | None = None) -> Shape:
    """All paths of a document with the types found there."""
    into = {} if into is None else into
    into.setdefault(path, set()).add(kind(value))
    if isinstance(value, dict):
        for key, one in value.items():
            shape(one, f"{path}.{key}", into)
    for one in value if isinstance(value, list) else []:
        shape(one, f"{path}[]", into)
    return into


def lacking(wanted: Shape, ours: Shape) -> list[str]:
    """Paths that are missing, or never have a type that was recorded."""
    problems = []
    for path, types in wanted.items():
        real = types - {"null"}
        if path not in ours:
            problems.append(f"missing {path}")
        elif real and not real & ours[path]:
            problems.append(f"{path}: {sorted(ours[path])} instead of {sorted(real)}")
    return problems


def properties_of(name: str, known: dict[str, Any]) -> dict[str, Any]:
    """Properties of a definition, with those of what it builds on."""
    own = known[name]
    found = {}
    for base in own.get("allOf", []):
        found.update(properties_of(base["$ref"].rpartition("/")[2], known))
    return {**found, **own.get("properties", {})}


def against(value: Any, name: str, known: dict[str, Any]) -> list[str]:
    """Values whose JSON type isn't the declared one."""
    problems = []
    for key, rule in properties_of(name, known).items():
        if value.get(key) is None:
            continue
        declared = rule.get("type", "object").replace("integer", "number")
        if kind(value[key]) != declared:
            problems.append(f"{name}.{key}: {kind(value[key])} instead of {declared}")
        elif "$ref" in rule:
            problems += against(value[key], rule["$ref"].rpartition("/")[2], known)
        elif "$ref" in rule.get("items", {}):
            inner = rule["items"]["$ref"].rpartition("/")[2]
            problems += [line for one in value[key] for line in against(one, inner, known)]
    return problems
