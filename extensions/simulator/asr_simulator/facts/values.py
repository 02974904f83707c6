# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks values against their JSON schemas, and fills in defaults."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import jsonschema

MOST_TOLD = 120  # characters of a value


def describe(error: jsonschema.ValidationError) -> str:
    """Place, value and what is allowed, in one line."""
    place = ".".join(str(part) for part in error.absolute_path) or "(top)"
    if error.validator == "additionalProperties" and isinstance(error.schema, Mapping):
        known = ", ".join(sorted(error.schema["properties"]))
        extra = ", ".join(short(key) for key in error.instance if key not in error.schema["properties"])
        return f"{place}: {extra} is no key; known keys: {known}"
    if error.validator == "required":
        return f"{place}: {error.message}"
    allowed = {
        "enum": "one of {}",
        "type": "type {}",
        "minimum": "at least {}",
        "pattern": "pattern {}",
        "maximum": "at most {}",
        "exclusiveMinimum": "more than {}",
        "minItems": "at least {} entries",
        "maxItems": "at most {} entries",
        "maxLength": "at most {} characters",
    }
    rule = allowed.get(str(error.validator), str(error.validator) + " {}").format(error.validator_value)
    if error.validator == "oneOf":
        rule = "one of " + ", ".join(name for one in error.validator_value for name in one.get("required", []))
    return f"{place}: {short(error.instance)} is not allowed; allowed: {rule}"


def short(value: Any) -> str:
    """A value as it is told, which may be as long as a file."""
    text = repr(value)
    return text if len(text) <= MOST_TOLD else f"{text[:MOST_TOLD]}..."


def fill(value: Any, schema: dict[str, Any]) -> Any:
    """Defaults for what is missing, at every depth."""
    if isinstance(value, dict):
        for key, rule in schema.get("properties", {}).items():
            if key not in value and "default" in rule:
                value[key] = copy.deepcopy(rule["default"])
            if key in value:
                value[key] = fill(value[key], rule)
    elif isinstance(value, list) and "items" in schema:
        return [fill(one, schema["items"]) for one in value]
    return value
