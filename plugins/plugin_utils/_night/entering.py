# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How the role failback goes through its preflight: what that is asked for, and who is left out after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._night.book import all_home, option
from ansible_collections.asr.hyperv.plugins.module_utils._night.wanted import looks
from ansible_collections.asr.hyperv.plugins.module_utils._roles.cluster_roles import made_on_nodes
from ansible_collections.asr.hyperv.plugins.module_utils._roles.commands import copied
from ansible_collections.asr.hyperv.plugins.module_utils._roles.entrance import entrance
from ansible_collections.asr.hyperv.plugins.module_utils._roles.freshness import told
from ansible_collections.asr.hyperv.plugins.module_utils._roles.gate import STOP
from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import said_once
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import meant_for
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.surroundings import Around, Failed

GIVEN = (  # options of the role preflight that this role has as well
    "recovery_plan",
    "protected_items",
    "data_sync",
    "create_vm_if_missing",
    "alternate_host",
    "accept_unprotected_disks",
    "accept_changed_azure_vm",
    "require_evidence",
    "domain_controllers",
    "hosts_group",
)
AFTER = ("__preflight_answer", "__preflight_facts", "preflight_verdicts")  # variables that it leaves behind


def asks_preflight(book: Book) -> bool:
    """Whether everything is checked before anything is started."""
    return bool(option(book, "preflight")) and not all_home(book)


def goes_on(book: Book) -> bool:
    """Whether the run goes through the gate."""
    return option(book, "gate") != STOP and not option(book, "detach")


def preflight_options(around: Around, book: Book) -> dict[str, Any]:
    """The variables with which the role preflight is called. This role decides itself about those that are blocked."""
    stops_on = str(around.value("preflight", "stop_on"))
    given = {f"preflight_{name}": option(book, name) for name in GIVEN}
    return {
        **given,
        "preflight_item_options": meant_for(option(book, "item_options"), book["items"]),
        "preflight_until": "protected" if goes_on(book) else "synchronized",
        "preflight_stop_on": "never" if stops_on == "blocked" else stops_on,
        "needs_hosts": bool(option(book, "validate")) and looks(book),
    }


def enter(around: Around, book: Book) -> None:
    """Take what the preflight has found into the book. Raises Failed when nobody is left to go."""
    answer, facts, verdicts = (copied(around.variable(name)) for name in AFTER)
    saw: Any = answer
    kept = {name: saw[name] for name in ("verdict", "counts", "fingerprint", "saw")}
    book["preflight"] = {"taken": around.variable("__preflight_taken"), **kept}
    rows: Any = verdicts
    book["estimates"] = {one["id"]: one["estimate"] for one in rows}
    before: Mapping[str, Any] = book["relied_on"] or book["previous"].get("preflight") or {}  # type: ignore[assignment]
    if news := told(before, saw["saw"]):
        around.say([news])
    book["made"] = list(dict.fromkeys([*book["made"], *made_on_nodes(rows)]))
    if looks(book):
        book["sightings"] = facts  # type: ignore[typeddict-item]
        book["homes"] = {one["id"]: one["host"] for one in rows}
    found = entrance(saw, policy=option(book, "on_blocked"), looks=looks(book))
    if found["barrier"]:
        raise Failed({"msg": found["barrier"]})
    book["blocked"], book["suspects"] = found["blocked"], found["suspects"]
    around.say(said_once(found["blocked"], " is left out: ", " are left out: "))
    again = "waits at the gate, and would not be cut over now: "
    around.say(said_once(found["suspects"], f" {again}", f" {again.replace('waits', 'wait', 1)}"))
    if book["checks"] and goes_on(book):  # a check ends as the run would: with those whose commit would fail
        book["suspects"] |= found["locked"]


def nobody_looks(around: Around, book: Book) -> None:
    """Say that nobody looks at the hosts again, and why."""
    why = "failback_preflight is false"
    if option(book, "preflight"):
        why = f"The inventory has no hosts in a group {option(book, 'hosts_group')} (failback_hosts_group)"
    around.say([f"{why}: nobody looks at the on-premises VMs again before their cutover."])
