# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks arguments against an argument spec with the words of Ansible.Basic, and fills in defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TRUE = {"y", "yes", "on", "1", "true", "t"}
FALSE = {"n", "no", "off", "0", "false", "f"}


class WrongArguments(Exception):
    """The message is the one that the real module would fail with, or near it."""


def checked(given: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    """The arguments by their own names, converted and complete."""
    options = spec.get("options") or {}
    found = renamed(given, options)
    exclusive(found, spec)
    missing = [name for name, rule in options.items() if rule.get("required") and found.get(name) is None]
    if missing:
        raise WrongArguments(f"missing required arguments: {', '.join(sorted(missing))}")
    for name, rule in options.items():
        if found.get(name) is None:
            found[name] = rule.get("default")
        else:
            found[name] = converted(name, found[name], rule)
    for check in (together, one_of, required_if):
        check(found, spec)
    return found


def renamed(given: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Options may be written in any case, and by an alias."""
    names = {name.lower(): name for name in options}
    for name, rule in options.items():
        names.update({alias.lower(): name for alias in rule.get("aliases") or []})
    unknown = sorted(name for name in given if name.lower() not in names)
    if unknown:
        known = ", ".join(sorted(options))
        raise WrongArguments(
            f"Unsupported parameters for module: {', '.join(unknown)}. Supported parameters include: {known}"
        )
    return {names[name.lower()]: value for name, value in given.items()}


def to_bool(value: Any) -> bool:
    """Ansible's words for true and false."""
    text = str(value).lower()
    if text not in TRUE | FALSE:
        raise ValueError(text)
    return text in TRUE


def to_list(value: Any) -> list[Any]:
    """A list, or words with commas."""
    return value if isinstance(value, list) else [part.strip() for part in str(value).split(",")]


def to_dict(value: Any) -> dict[str, Any]:
    """A dictionary, and nothing else."""
    if not isinstance(value, dict):
        raise ValueError(value)
    return value


CONVERT: dict[str, Callable[[Any], Any]] = {
    "str": str,
    "path": str,
    "int": int,
    "float": float,
    "bool": to_bool,
    "list": to_list,
    "dict": to_dict,
    "raw": lambda value: value,
}


def converted(name: str, value: Any, rule: dict[str, Any]) -> Any:
    """A value in the type of its option, and one of its choices."""
    kind = rule.get("type", "str")
    try:
        value = CONVERT[kind](value)
    except (TypeError, ValueError) as error:
        raise WrongArguments(
            f"argument for {name} is of type {type(value).__name__} and we were unable to convert to {kind}"
        ) from error
    choices = rule.get("choices")
    for one in value if isinstance(value, list) else [value]:
        if choices and one not in choices:
            allowed = ", ".join(str(choice) for choice in choices)
            raise WrongArguments(f"value of {name} must be one of: {allowed}. Got no match for: {one}")
    return value


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
        if found.get(name) == value and lacking:
            raise WrongArguments(f"{name} is {value} but all of the following are missing: {', '.join(lacking)}")
