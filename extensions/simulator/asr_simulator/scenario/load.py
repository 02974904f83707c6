# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads a scenario file, checks it, and fills in what it leaves out."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from ..estate.guids import stable_guid
from ..facts.values import describe, fill
from .checks import of_vaults, places_of, problems, switches_at
from .names import unreadable
from .schema import SCHEMA

SHIPPED = Path(__file__).resolve().parents[1] / "scenarios"


class Once(yaml.SafeLoader):
    """Keys are given once; of two YAML would take the last without a word."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        """Raises ConstructorError for a key that is there already."""
        keys = [key.value for key, _value in node.value if isinstance(key, yaml.ScalarNode) and key.value != "<<"]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} is given twice", node.start_mark)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


class ScenarioError(Exception):
    """The scenario can't be used; the message names place, value and what is allowed."""


def shipped() -> list[str]:
    """Names of the scenarios that come with the simulator."""
    return sorted(file.stem for file in SHIPPED.glob("*.yml"))


def place_of(name: str) -> Path:
    """The file that is meant: one of that name, else the shipped scenario that is called so."""
    given = Path(name)
    return SHIPPED / f"{name}.yml" if name in shipped() and not given.is_file() else given


def load(path: str | Path) -> dict[str, Any]:
    """A complete scenario from a YAML file."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise ScenarioError(f"cannot read the scenario {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path} is no text in UTF-8: {error}") from error
    try:
        given = yaml.load(text, Once)  # noqa: S506  # a safe loader that is stricter
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path} is not YAML: {error}") from error
    return complete(given, str(path))


def complete(given: Any, name: str = "scenario") -> dict[str, Any]:
    """Check a scenario and fill in the defaults of the schema."""
    found = list(unreadable(given))
    if found:
        raise ScenarioError(f"{name} is not a scenario:\n" + "\n".join(f"  {line}" for line in found))
    errors = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(given))
    if errors:
        lines = [describe(error) for error in sorted(errors, key=lambda one: list(map(str, one.absolute_path)))]
        raise ScenarioError(f"{name} is not a scenario:\n" + "\n".join(f"  {line}" for line in lines))
    scenario: dict[str, Any] = fill(copy.deepcopy(given), SCHEMA)
    found = [*problems(scenario), *of_vaults(scenario)]
    if found:
        raise ScenarioError(f"{name} is not a scenario:\n" + "\n".join(f"  {line}" for line in found))
    fill_switches(scenario)
    for place, other in enumerate(scenario["other_vaults"], 1):
        complete_other(other, scenario, place)
    return scenario


def complete_other(other: dict[str, Any], scenario: dict[str, Any], place: int) -> None:
    """A further vault: what it does not say for itself is as with the first, and its ids are others."""
    for name in ("speed", "credentials", "limits"):
        other[name] = scenario[name]
    other.setdefault("seed", scenario["seed"] + place)
    first = scenario["vault"].get("subscription_id") or stable_guid(scenario["seed"], "subscription")
    other["vault"].setdefault("subscription_id", first)
    fill_switches(other)


def fill_switches(scenario: dict[str, Any]) -> None:
    """The switches of each VM: those it names, else the first of its host, or of VMM's networks."""
    places = places_of(scenario)
    for vm in scenario["vms"]:
        usual = next(iter(switches_at(*places[vm["host"]])), "")
        vm.setdefault("switches", [vm.get("switch", usual)])
