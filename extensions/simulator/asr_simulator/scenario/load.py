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

from ..estate.states import IN_AZURE
from ..facts.values import describe, fill
from ..faults import kinds
from .schema import SCHEMA

SHIPPED = Path(__file__).resolve().parents[1] / "scenarios"


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
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path} is not YAML: {error}") from error
    return complete(given, str(path))


def complete(given: Any, name: str = "scenario") -> dict[str, Any]:
    """Check a scenario and fill in the defaults of the schema."""
    errors = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(given))
    if errors:
        lines = [describe(error) for error in sorted(errors, key=lambda one: list(map(str, one.absolute_path)))]
        raise ScenarioError(f"{name} is not a scenario:\n" + "\n".join(f"  {line}" for line in lines))
    scenario: dict[str, Any] = fill(copy.deepcopy(given), SCHEMA)
    check_names(scenario, name)
    return scenario


def check_names(scenario: dict[str, Any], name: str) -> None:
    """Names that point at something have to find it, and only once."""
    hosts = [host["name"] for site in scenario["sites"] for host in site["hosts"]]
    vms = [vm["name"] for vm in scenario["vms"]]
    problems = [
        f"the name {one!r} is given twice"
        for names in (hosts, vms)
        for one in sorted(set(names))
        if names.count(one) > 1
    ]
    for vm in scenario["vms"]:
        if vm["host"] not in hosts:
            problems.append(f"vms.{vm['name']}.host: {vm['host']!r} is no host; hosts: {', '.join(hosts)}")
        if vm["on_premises"] == "deleted" and vm["state"] not in IN_AZURE:
            problems.append(f"vms.{vm['name']}.on_premises: 'deleted' is not allowed while the VM is not in Azure")
    for plan in scenario["plans"]:
        members = [vm for group in plan["groups"] for vm in group["vms"]]
        problems += [f"plans.{plan['name']}: {one!r} is no VM" for one in members if one not in vms]
        problems += [f"plans.{plan['name']}: no VM in any group"] if not members else []
    problems += wrong_faults(scenario)
    if problems:
        raise ScenarioError(f"{name} is not a scenario:\n" + "\n".join(f"  {line}" for line in problems))


def wrong_faults(scenario: dict[str, Any]) -> list[str]:
    """Faults with options of another kind, or with names that aren't there."""
    problems = []
    for place, fault in enumerate(scenario["faults"]):
        try:
            kinds.check_options(fault)
            kinds.check_names(fault, scenario)
        except ValueError as error:
            problems.append(f"faults.{place}.{error}")
    return problems
