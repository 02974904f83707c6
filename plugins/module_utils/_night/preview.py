# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the module failback is asked for by calls that start nothing, and what is made of their answers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import UNDER_WAY_HOME
from ansible_collections.asr.hyperv.plugins.module_utils._night.book import concerned, left_ids, members, option
from ansible_collections.asr.hyperv.plugins.module_utils._night.wanted import call_options, may_fail, own_order
from ansible_collections.asr.hyperv.plugins.module_utils._roles.course import target
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Answers, Book
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import AnswerEntry
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import meant_for

OF_SOME = ("item_options", "optional_items", "accept_unprotected_disks", "accept_changed_azure_vm")
ASKED = "it was asked for"  # how the module begins the reason for what its options say
FULL_DOWNLOAD = "during_failover"
HELD_BACK = "HeldBack"  # who only waits for others is held by the roster, as long as it has to be


def selection(book: Book) -> dict[str, Any]:
    """Whom the user names: a plan, or VMs."""
    named = {name: option(book, name) for name in ("recovery_plan", "protected_items")}
    return {name: value for name, value in named.items() if value}


def asked(book: Book) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options of a call for all that go on, and how it names them."""
    entries = members(book)
    going = concerned(entries)
    plan = "" if own_order(book) else option(book, "recovery_plan")
    aim = target(entries, going, plan, option(book, "gate_share"), may_fail(book))
    options = call_options(book)
    options |= {name: meant_for(options[name] or [], going) for name in OF_SOME}
    options |= {"max_failures": aim["max_failures"], "state": "protected"}
    return options, {name: aim[name] for name in ("recovery_plan", "groups") if name in aim}


def choice(book: Book) -> dict[str, Any]:
    """Whether it can be done, how the plan goes, and what is still there of what earlier commits have left."""
    options, named = asked(book)
    plan = option(book, "recovery_plan")
    whom = {"recovery_plan": plan} if plan else {"groups": named["groups"]}
    how = "itemwise" if own_order(book) else option(book, "orchestration")
    return {**options, **whom, "orchestration": how, "left_in_azure": left_ids(book)}


def too_late(book: Book) -> list[str]:
    """A line on whose failback was begun before, and for whom another host is asked for: where it goes was said then.

    No read of the service tells where to, so nobody can say whether that is the same host.
    """
    usual, rows = option(book, "alternate_host"), {row["name"]: row for row in option(book, "item_options")}
    begun = sorted(
        item["name"]
        for item in book["items"]
        if item["phase"] in UNDER_WAY_HOME and (rows.get(item["name"], {}).get("alternate_host") or usual)
    )
    late = (
        f"{', '.join(begun)}: this failback was begun before and goes to the host that was given then; alternate_host "
    )
    late += (
        "counts for those still to be begun. One that is not cut over yet can be cancelled (playbook cancel_failover)."
    )
    return [late] if begun else []


def asked_by(book: Book, reason: str) -> str:
    """Why a plan goes as it goes: the order asks for it one by one, where failback_orchestration does not."""
    named = [f"failback_{name}" for name in ("dependencies", "canary") if option(book, name)]
    if not named or option(book, "orchestration") == "itemwise" or not reason.startswith(ASKED):
        return reason
    return f"an order of its own is given ({', '.join(named)}){reason.removeprefix(ASKED)}"


def whole_way(book: Book) -> dict[str, Any]:
    """What would be done for those that go on; empty when that is nobody."""
    options, named = asked(book)
    native = book["native"] and "recovery_plan" in named
    whole = {**options, **named, "orchestration": "native" if native else "itemwise"}
    return whole if concerned(members(book)) else {}


def left(book: Book) -> dict[str, Any]:
    """What is left in Azure of those that are all home."""
    return {**asked(book)[0], **selection(book), "orchestration": "itemwise", "left_in_azure": left_ids(book)}


def answers(told: Sequence[AnswerEntry]) -> Answers:
    """What such a call has told."""
    wrong = [one for one in told if one["error"] and one["error"].get("code") != HELD_BACK]
    return {
        "told": list(told),
        "wrong": {one["name"]: one["error"]["message"] for one in wrong if one["error"]},
    }


def full_downloads(told: Sequence[AnswerEntry]) -> list[str]:
    """The ids of those whose data are copied after the shutdown."""
    return [one["id"] for one in told if one["data_sync"] and one["data_sync"]["mode"] == FULL_DOWNLOAD]
