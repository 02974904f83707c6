# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The options of a role or playbook as one record: read once, by their specification, with all that is wrong at once. Pure.

A specification is what `meta/argument_specs.yml` has for one entry point. What Ansible would convert for itself only, and
tasks would use as it was given, is refused here: a text where a list is meant, a number where a text is.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypedDict

from ansible_collections.asr.hyperv.plugins.module_utils._roles.names import nearest
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible

YES, NO = ("yes", "on", "1", "true", "t", "y", "1.0"), ("no", "off", "0", "false", "f", "n", "0.0")
DAY = 86400  # seconds
LONGEST = 80  # characters of a value in a message


class OptionSpec(TypedDict, total=False):
    """What `meta/argument_specs.yml` says of an option."""

    type: str
    elements: str
    choices: Sequence[str | int]
    options: Mapping[str, OptionSpec]
    required: bool


Range = tuple["float | None", "float | None", str]
LIMITS: dict[str, Range] = {  # by the end of a name: the least, the most, and of what
    "timeout": (1, 30 * DAY, "seconds"),
    "poll_interval": (0.1, 3600, "seconds"),
    "gate_share": (1, 100, "percent"),
    "max_concurrent": (-1, 1000, "VMs, -1 for no limit"),
    "cut_over_within": (60, 86400, "seconds"),
    "max_failures": (-1, 1000, "VMs, -1 for no limit"),
    "max_age": (-1, 365 * DAY, "seconds, -1 for no limit"),
    "tcp_ports": (1, 65535, "ports"),
    "port": (1, 65535, "ports"),
    "hooks_at_once": (1, 1000, "calls of hooks"),
    "heartbeat": (0, 3600, "seconds, 0 for never"),
    "host_forks": (0, 500, "hosts, 0 for as many as Ansible has forks"),
    "vlan": (0, 4094, "VLANs, 0 for no tag"),
    "threads": (1, 32, "threads"),
    "mbps": (0.001, 1e6, "Mbit/s"),
    "gb_per_minute": (0.001, 1e6, "GB a minute"),
    "gb_per_day": (0, 1e6, "GB a day"),
    "groups": (1, 1000, "groups, from 1"),
}
WISHES_FOR_ONE: dict[
    str, OptionSpec
] = {  # what validate_vms may have for one VM; the options of the role go by the same rules
    "tcp_ports": {"type": "list", "elements": "int"},
    "http": {"type": "list", "elements": "dict"},
    "wait_for_connection": {"type": "bool"},
    "address": {"type": "str"},
    "guest_services": {"type": "bool"},
    "vlan": {"type": "int"},
    "addresses": {"type": "list", "elements": "str"},
}
BY_NAME: dict[str, OptionSpec] = {  # dictionaries whose keys are names of VMs, and what belongs to each of them
    "failback_dependencies": {"type": "list", "elements": "str"},
    "validate_vms": {"type": "dict", "options": WISHES_FOR_ONE},
}
HIDDEN = ("asr_vault",)  # may hold secrets, so their values are in no message


def read(specs: Mapping[str, OptionSpec], given: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    """The record of the options that were given, and a line for each thing that is wrong with them.

    What cannot be read is not in the record. A missing option that is required is a line as well.
    """
    reader = Reader()
    record = {name: reader.read(name, specs[name], value) for name, value in given.items() if name in specs}
    for name, spec in specs.items():
        if spec.get("required") and name not in given:
            reader.complain(f"{name} is not given. Allowed: {allowed(spec)}.")
    return readable(record), reader.complaints


def allowed(spec: OptionSpec) -> str:
    """What an option may be, in words."""
    if spec.get("choices"):
        return ", ".join(map(str, spec["choices"]))
    words = {"str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false"}
    if spec["type"] == "list":
        return f"a list{f', each {allowed(element(spec))}' if 'elements' in spec else ''}"
    if spec["type"] == "dict":
        keys = ", ".join(spec.get("options") or ())
        return f"a dictionary{f' with {keys}' if keys else ''}"
    return words.get(spec["type"], "a value")


def element(spec: OptionSpec) -> OptionSpec:
    """The specification of one entry of a list."""
    one: OptionSpec = {"type": spec.get("elements", "raw")}
    if "choices" in spec:
        one["choices"] = spec["choices"]
    if "options" in spec:
        one["options"] = spec["options"]
    return one


def shown(where: str, value: object) -> str:
    """A value in a message, on one line and not too long."""
    if where.partition(".")[0].partition("[")[0] in HIDDEN:
        return "what was given"
    text = f"'{value}'" if isinstance(value, (str, date)) else json.dumps(value, default=str, ensure_ascii=False)
    text = visible(text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


class Reader:
    """Reads values one after the other and collects what is wrong with them."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def complain(self, line: str) -> None:
        self.complaints.append(line)

    def refuse(self, where: str, value: object, words: str, hint: str = "") -> None:
        self.complain(f"{where} is {shown(where, value)}. Allowed: {words}.{hint}")

    def read(self, where: str, spec: OptionSpec, value: object) -> object:
        """The value as its type has it; None where it cannot be read."""
        if value is None:
            self.complain(f"{where} has no value. Leave it out, or give {allowed(spec)}.")
            return None
        readers: dict[str, Callable[[str, OptionSpec, object], object]] = {
            "str": self.text,
            "path": self.text,
            "int": self.number,
            "float": self.number,
            "bool": self.truth,
            "list": self.list,
            "dict": self.mapping,
        }
        reader = readers.get(spec["type"])
        found = reader(where, spec, value) if reader else value
        choices = spec.get("choices")
        if choices and found is not None and not isinstance(found, (list, dict)) and found not in choices:
            self.refuse(where, value, allowed(spec), nearest(str(value), choices))
            return None
        return found

    def text(self, where: str, spec: OptionSpec, value: object) -> str | None:
        if isinstance(value, (str, date)):
            return str(value)
        if spec.get("choices"):
            self.refuse(where, value, allowed(spec))
        elif isinstance(value, (bool, int, float)):
            shell = "" if {*where} & {*"[."} else f"; on the command line: -e '{json.dumps({where: str(value)})}'"
            self.refuse(where, value, f"a text. Put it in quotes{shell}")
        else:
            self.refuse(where, value, "a text")
        return None

    def number(self, where: str, spec: OptionSpec, value: object) -> float | int | None:
        whole = spec["type"] == "int"
        low, high, what = limits(where)
        bounds = between(low, high, what) or allowed(spec)
        try:
            number = None if isinstance(value, bool) or not isinstance(value, (str, int, float)) else float(value)
        except (TypeError, ValueError, OverflowError):
            number = None
        if number is None or not math.isfinite(number) or (whole and number != int(number)):
            self.refuse(where, value, bounds)
            return None
        if (low is not None and number < low) or (high is not None and number > high):
            self.refuse(where, value, bounds)
            return None
        return int(number) if whole else number

    def truth(self, where: str, spec: OptionSpec, value: object) -> bool | None:
        word = str(value).strip().lower()
        if word not in YES + NO:
            self.refuse(where, value, "true or false")
            return None
        return word in YES

    def list(self, where: str, spec: OptionSpec, value: object) -> Sequence[object] | None:
        """A list; one of names may be a text with commas, as `-e name=a,b` gives it."""
        one = element(spec)
        names = one["type"] == "str" and "choices" not in one and not set(where) & set(".[")
        if names and isinstance(value, str) and value.strip()[:1] not in ("[", "{"):
            value = [name.strip() for name in value.split(",")] if value.strip() else []
        if not isinstance(value, Sequence) or isinstance(value, str):
            self.refuse(where, value, f"{allowed(spec)}{as_json(where, '[...]')}")
            return None
        found = [self.read(f"{where}[{number}]", one, entry) for number, entry in enumerate(value)]
        if one["type"] == "str":
            for number in (
                number for number, entry in enumerate(found) if isinstance(entry, str) and not entry.strip()
            ):
                self.complain(f"{where}[{number}] is empty. Name something, or leave the entry out.")
        return [entry for entry in found if entry is not None]

    def mapping(self, where: str, spec: OptionSpec, value: object) -> dict[str, object] | None:
        if not isinstance(value, Mapping):
            self.refuse(where, value, f"{allowed(spec)}{as_json(where, '{...}')}")
            return None
        if where in BY_NAME:
            return readable({name: self.read(f"{where}.{name}", BY_NAME[where], own) for name, own in value.items()})
        options = spec.get("options")
        if not options:
            return dict(value)
        for key in value:
            if key not in options:
                self.complain(f"{where} has '{visible(key)}', which is not known.{nearest(str(key), options)}")
        for key, option in options.items():
            if option.get("required") and key not in value:
                self.complain(f"{where} has no {key}. Allowed: {allowed(option)}.")
        return readable(
            {key: self.read(f"{where}.{key}", options[key], own) for key, own in value.items() if key in options}
        )


def readable(found: Mapping[str, object]) -> dict[str, object]:
    """Without what could not be read."""
    return {name: value for name, value in found.items() if value is not None}


def limits(where: str) -> Range:
    """The range of a number, by the last part of its name."""
    last = where.rpartition(".")[2].partition("[")[0]
    return next((span for name, span in LIMITS.items() if last == name or last.endswith(f"_{name}")), (None, None, ""))


def between(low: float | None, high: float | None, what: str) -> str:
    """A range in words; empty for none."""
    if low is None and high is None:
        return ""
    span = f"{high:,.10g} at most" if low is None else f"{low:,.10g} to {high:,.10g}"
    return f"{span} ({what})"


def as_json(where: str, value: str) -> str:
    """How a whole variable is given on the command line; empty for a part of one."""
    return "" if set(where) & set(".[") else f". On the command line: -e '{{\"{where}\": {value}}}'"
