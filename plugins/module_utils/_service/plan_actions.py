# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Actions of a recovery plan, in the options' words and in the service's (docs/service.md 1.6). Pure.

In the service's words an action is kept whole, as it was sent: what nobody changes goes back as it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible, visible_lines
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import lines, read, text, texts
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.plan_shapes import ActionRow

TYPES = {  # our word: the service's, and its fields by our name
    "manual": ("ManualActionDetails", {"instructions": "description"}),
    "script": ("ScriptActionDetails", {"path": "path", "location": "fabricLocation", "timeout": "timeout"}),
    "runbook": (
        "AutomationRunbookActionDetails",
        {"runbook_id": "runbookId", "location": "fabricLocation", "timeout": "timeout"},
    ),
}
MAY_LACK = ("timeout",)
LISTS = {"failover_types": "failoverTypes", "directions": "failoverDirections"}
FAILOVER_TYPES = ("PlannedFailover", "UnplannedFailover", "TestFailover")
DIRECTIONS = ("PrimaryToRecovery", "RecoveryToPrimary")


Action = dict[str, "str | list[str]"]  # in the words of the options: types and directions are lists, all else is text


def described(body: object) -> Action:
    """An action of the service in the words of the options; the order of types and directions does not count."""
    details = read(body, "customDetails")
    sent = text(details, "instanceType")
    word, fields = next(((word, names) for word, (theirs, names) in TYPES.items() if theirs == sent), (sent, {}))
    told: Action = {"name": text(body, "actionName"), "type": word}
    told.update({ours: lines(details, theirs) for ours, theirs in fields.items() if lines(details, theirs)})
    return {**told, **{ours: sorted(texts(body, theirs)) for ours, theirs in LISTS.items()}}


def shown(given: ActionRow) -> Action:
    """What a row of options says, as the vault's actions are described: else a tab would be a change for ever."""
    told = {name: visible_lines(value) if isinstance(value, str) else value for name, value in given.items()}
    return {**{name: value for name, value in told.items() if value is not None}, "name": visible(given["name"])}


def action_of(given: ActionRow, kept: object, where: str) -> object:
    """The service's action for a row of options. What the row does not say is taken from `kept`, the action of this name.

    `where` is the place in the plan, for messages. Raises BadInput for what is missing, and for what the type has not.
    """
    said = shown(given)
    before = described(kept) if kept and said.get("type") in (None, described(kept)["type"]) else {}
    action: Action = {"type": "manual", **before, **said}
    for name in LISTS:
        action[name] = sorted(action.get(name) or ())
    if action == before:
        return kept
    theirs, fields = checked(action, where)
    details = read(kept, "customDetails") if before else {}
    return {
        **(kept if before and isinstance(kept, Mapping) else {}),
        "actionName": action["name"],
        **{field: action[name] for name, field in LISTS.items()},
        "customDetails": {
            **(details if isinstance(details, Mapping) else {}),
            "instanceType": theirs,
            **{field: action[name] for name, field in fields.items() if name in action},
        },
    }


def checked(action: Action, where: str) -> tuple[str, Mapping[str, str]]:
    """The row of its type in TYPES. Raises BadInput when an action lacks what that needs, or has what only another type has."""
    kind = str(action["type"])
    if kind not in TYPES:
        raise BadInput(
            f"{where}: action '{action['name']}' is of type {action['type']}, which is not known here: change it in the portal, "
            f"or give type. Allowed: {listed(TYPES)}.",
            option="groups",
            value=action["name"],
        )
    theirs, fields = TYPES[kind]
    wrong = set(action) - {"name", "type", *LISTS, *fields}
    if wrong:
        raise BadInput(
            f"{where}: action '{action['name']}' is of type {action['type']}, which has no {listed(wrong)}. "
            f"Allowed: {listed(fields)}.",
            option="groups",
            value=action["name"],
        )
    missing = {name for name in (*LISTS, *fields) if name not in MAY_LACK and not action.get(name)}
    if missing:
        raise BadInput(
            f"{where}: action '{action['name']}' needs {listed(missing)}. Only an action of this name that is at this place "
            "in the vault keeps what is not said.",
            option="groups",
            value=action["name"],
        )
    return theirs, fields


def listed(names: Iterable[str]) -> str:
    """Names in a fixed order, for a message."""
    return ", ".join(sorted(names))


def actions_of(given: Sequence[ActionRow] | None, kept: Sequence[object], where: str) -> tuple[object, ...]:
    """The actions of one place: those of the vault when nothing is given, else exactly those that are given, in order."""
    if given is None:
        return tuple(kept)
    left = list(kept)
    found = []
    for row in given:
        same = next((body for body in left if text(body, "actionName") == visible(row["name"])), None)
        if same is not None:
            left.remove(same)
        found.append(action_of(row, same, where))
    return tuple(found)
