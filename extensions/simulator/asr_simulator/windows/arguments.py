# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks arguments against an argument spec with the words of Ansible.Basic, and fills in defaults."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

TRUE = ("y", "yes", "on", "1", "true", "t", "1.0")
FALSE = ("n", "no", "off", "0", "false", "f", "0.0")
NET = {
    str: "String",
    bool: "Boolean",
    int: "Int32",
    float: "Decimal",
    list: "Object[]",
    dict: "Hashtable",
}  # .NET's names


class WrongArguments(Exception):
    """The message is the one that the real module would fail with. `args` as they are told then."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.told: dict[str, Any] = {}


def checked(given: dict[str, Any], spec: dict[str, Any], module: str = "") -> dict[str, Any]:
    """The arguments by their own names, converted and complete. What is wrong is found in the order of the real thing."""
    options = spec.get("options") or {}
    found = with_defaults(given, options)
    try:
        found = renamed(found, options, module)
        exclusive(found, spec)
        missing = [name for name, rule in options.items() if rule.get("required") and found.get(name) is None]
        if missing:
            raise WrongArguments(f"missing required arguments: {', '.join(sorted(missing))}")
        for name, rule in options.items():
            if found.get(name) is not None:
                found[name] = converted(name, found[name], rule)
        for check in (together, one_of, required_if, required_by):
            check(found, spec)
    except WrongArguments as error:
        error.told = {name: value for name, value in found.items() if not isinstance(value, list) or name in given}
        raise
    return {**dict.fromkeys(options), **found}


def with_defaults(given: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """What was given, and for the rest the defaults of those options that have one."""
    named = {name.lower() for name, value in given.items() if value is not None}
    usual = {
        name: rule["default"]
        for name, rule in options.items()
        if rule.get("default") is not None and not named & {name.lower(), *map(str.lower, rule.get("aliases") or [])}
    }
    return {**{name: value for name, value in given.items() if value is not None}, **usual}


def renamed(given: dict[str, Any], options: dict[str, Any], module: str) -> dict[str, Any]:
    """Options may be written in any case, and by an alias."""
    names = {name.lower(): name for name in options}
    for name, rule in options.items():
        names.update({alias.lower(): name for alias in rule.get("aliases") or []})
    unknown = sorted(name for name in given if name.lower() not in names)
    if unknown:
        known = ", ".join(sorted(options))
        raise WrongArguments(
            f"Unsupported parameters for ({module}) module: {', '.join(unknown)}. Supported parameters include: {known}"
        )
    return {names[name.lower()]: value for name, value in given.items()}


def to_bool(value: Any) -> bool:
    """Ansible's words for true and false."""
    text = str(value).lower().strip()
    if text not in TRUE + FALSE:
        words = ", ".join(TRUE + FALSE)
        raise ValueError(f"The value '{text}' is not a valid boolean. Valid booleans include: {words}")
    return text in TRUE


def to_int(value: Any) -> int:
    """A whole number; a text that is one, too."""
    if not re.fullmatch(r"\s*[+-]?\d+\s*", str(value)):
        raise ValueError("Input string was not in a correct format.")
    return int(value)


def to_list(value: Any) -> list[Any]:
    """A list, or words with commas."""
    return value if isinstance(value, list) else [part.strip() for part in str(value).split(",")]


def to_dict(value: Any) -> dict[str, Any]:
    """A dictionary, and nothing else."""
    if not isinstance(value, dict):
        raise ValueError("string cannot be converted to a dict, must either be a JSON string or in the key=value form")
    return value


CONVERT: dict[str, Callable[[Any], Any]] = {
    "str": str,
    "path": str,
    "int": to_int,
    "float": float,
    "bool": to_bool,
    "list": to_list,
    "dict": to_dict,
    "raw": lambda value: value,
}


def converted(name: str, value: Any, rule: dict[str, Any]) -> Any:
    """A value in the type of its option, and one of its choices, in whatever case."""
    kind = rule.get("type", "str")
    try:
        found = CONVERT[kind](value)
    except (TypeError, ValueError) as error:
        type_name = f"System.{NET.get(type(value), 'Object')}"
        raise WrongArguments(
            f"argument for {name} is of type {type_name} and we were unable to convert to {kind}: {error}"
        ) from error
    choices = [str(choice) for choice in rule.get("choices") or []]
    values, which = (found, "one or more of") if isinstance(found, list) else ([found], "one of")
    strange = dict.fromkeys(str(one) for one in values if str(one).lower() not in map(str.lower, choices))
    if choices and strange:
        words = f"value of {name} must be {which}: {', '.join(choices)}"
        raise WrongArguments(f"{words}. Got no match for: {', '.join(strange)}")
    return found


def given_of(group: list[str], found: dict[str, Any]) -> list[str]:
    """Those of some options that were given."""
    return [name for name in group if found.get(name) is not None]


def exclusive(found: dict[str, Any], spec: dict[str, Any]) -> None:
    """Options that exclude each other."""
    for group in spec.get("mutually_exclusive") or []:
        if len(given_of(group, found)) > 1:
            raise WrongArguments(f"parameters are mutually exclusive: {', '.join(group)}")


def together(found: dict[str, Any], spec: dict[str, Any]) -> None:
    """Options that need each other."""
    for group in spec.get("required_together") or []:
        if 0 < len(given_of(group, found)) < len(group):
            raise WrongArguments(f"parameters are required together: {', '.join(group)}")


def one_of(found: dict[str, Any], spec: dict[str, Any]) -> None:
    """Options of which one is needed."""
    for group in spec.get("required_one_of") or []:
        if not given_of(group, found):
            raise WrongArguments(f"one of the following is required: {', '.join(group)}")


def required_if(found: dict[str, Any], spec: dict[str, Any]) -> None:
    """Options that the value of another one needs."""
    for name, value, needed, *_any in spec.get("required_if") or []:
        lacking = [one for one in needed if found.get(one) is None]
        if found.get(name) is not None and str(found[name]) == str(value) and lacking:
            raise WrongArguments(f"{name} is {value} but all of the following are missing: {', '.join(lacking)}")


def required_by(found: dict[str, Any], spec: dict[str, Any]) -> None:
    """Options that another one needs, whatever its value."""
    for name, needed in (spec.get("required_by") or {}).items():
        lacking = [one for one in to_list(needed) if found.get(one) is None]
        if found.get(name) is not None and lacking:
            raise WrongArguments(f"missing parameter(s) required by '{name}': {', '.join(lacking)}")
