# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What the role failback says at its end: to people a line each, to programs one value, and in its report a chapter. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from ansible_collections.asr.hyperv.plugins.module_utils._night.book import (
    also,
    end_of,
    excused,
    finished,
    gate,
    last_hooks,
    members,
    missing,
    option,
    proofs,
    summary,
    told,
    why,
)
from ansible_collections.asr.hyperv.plugins.module_utils._roles.course import ending
from ansible_collections.asr.hyperv.plugins.module_utils._roles.gate import STOP
from ansible_collections.asr.hyperv.plugins.module_utils._roles.journeys import journeys
from ansible_collections.asr.hyperv.plugins.module_utils._roles.outcome import outcome
from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible, visible_lines
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import rows, text
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Outcome
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry

OF_ERRORS = ("possible_causes", "recommended_action", "what_to_do")
AGAIN = "Mend what is named, then run the same command again: it goes on from where each of them stands."
WOULD = "So would a run end as things stand. This was a check, and nothing was started."
CONTINUES = "Running the same command again continues."
NOTHING = "This run has started nothing. Run the same command again when that is mended."


class Heading(TypedDict):
    """Who is not where he was to be, with the reasons by name, under a title."""

    title: str
    vms: Mapping[str, str]


def headings(book: Book) -> list[Heading]:
    """All that are not where they were to be."""
    reasons = why(book)
    return [
        {"title": "Left out, blocked by the preflight", "vms": reasons["blocked"]},
        {"title": "Held in Azure before the cutover", "vms": reasons["held"]},
        {"title": "Vetoed and not committed", "vms": reasons["vetoed"]},
        {"title": "Protected for the vault and not well", "vms": book["wellness"]["unwell"]},
        {"title": "Missing", "vms": {one["name"]: one["says"] for one in missing(book)}},
    ]


def left(book: Book) -> dict[str, str]:
    """Who was left where it stands, by name."""
    reasons = why(book)
    return {**reasons["vetoed"], **reasons["held"], **reasons["blocked"], **reasons["failed"]}


def chapter(book: Book, now: str) -> Any:
    """What this run has to report."""
    run, entries, reasons = book["run"], members(book), why(book)
    return {
        "recovery_plan": option(book, "recovery_plan"),
        "wish": book["wish"],
        "began": book["began"],
        "ended": now,
        "gate_opened": run["opened"] if run else "",
        "preflight": book["preflight"],
        "owed_after_protect": last_hooks(book)["owed"],
        "cluster_roles": book["cluster_roles"],
        "owed_cluster_roles": book["made"],
        "members": entries,
        "missing": missing(book),
        "vms": journeys(told(book), entries),
        "left_behind": left(book),
        "waiting": {one["name"]: one["waits"] for one in entries if one["waits"]},
        "blocked": reasons["blocked"],
        "held": reasons["held"],
        "vetoed": reasons["vetoed"],
        "hooks": run["ran"] if run else [],
        "not_replicating": book["wellness"]["unwell"],
        "validated": list(run["validations"].values()) if run else [],
        "deleted_in_azure": proofs(book),
    }


# for people


def left_in_azure(book: Book) -> list[str]:
    """What earlier commits have left there."""
    found = proofs(book)
    still = [one["says"] for one in found if one["remaining"]]
    unproven = [one["says"] for one in found if not one["remaining"] and one["not_proven"]]
    told_now = ["Remaining in Azure, billed:", *still] if still else []
    return [*told_now, *(["Not proven to be gone from Azure:", *unproven] if unproven else [])]


def unknown_hooks(book: Book) -> list[str]:
    """For whom nobody knows whether their last hooks ran."""
    names = last_hooks(book)["unknown"]
    if not names:
        return []
    return [
        f"{len(names)} were protected before this run began, and no failback_report tells whether their hooks after_protect ran: "
        f"{', '.join(names)}. They are not run for them."
    ]


def closed(book: Book) -> list[str]:
    """That the gate is closed; who is past it all the same, as somebody has completed the failover by hand, is named."""
    answer = gate(book)
    ready = ", ".join(answer["ready"] if answer else ()) or "nobody yet"
    past = [one["name"] for one in members(book) if one["uncommitted"]]
    still = "All others" if past else "The VMs"
    return [
        f"The gate is closed: {answer['reason'] if answer else ''}. Ready for the cutover: {ready}.",
        *([f"Already on-premises, and not committed: {', '.join(past)}. Their Azure VMs are kept."] if past else []),
        f"{still} still run in Azure. Do not start their on-premises VMs, and do not cancel their jobs.",
    ]


def to_continue(book: Book) -> dict[str, object]:
    """What has to be added to the command for it to go on from the gate. What is given already is not said again."""
    opens: dict[str, object] = {"failback_gate": "now"} if option(book, "gate") == STOP else {}
    return {**opens, "failback_detach": False} if option(book, "detach") else opens


def needs_a_window(book: Book) -> str:
    """What the command has to have besides where a maintenance window is over, or too small; empty where none is in the way."""
    shut = "maintenance window closed" in (gate(book) or {"reason": ""})["reason"]
    return ", with another failback_window" if shut or excused(book) else ""


def standing(book: Book, items: Sequence[ItemEntry]) -> list[str]:
    """Where everything stands when the run broke off: phase, what comes next, but for those that were left; and their errors."""
    errors = {one["id"]: one["error"] for one in in_the_way(book)}
    lines = []
    for item in items:
        nobody = item["name"] in left(book) or item["id"] in errors
        lines.append(f"{item['name']:<24} {item['phase']:<24} {'stays there' if nobody else item['next']}")
        error = errors.get(item["id"], {})
        lines += [f"    {part.replace('_', ' ')}: {error[part]}" for part in OF_ERRORS if part in error]
    return lines


def in_the_way(book: Book) -> list[Any]:
    """The VMs of the answer with which the run broke off that have an error."""
    return [one for one in rows(book["broke"], "protected_items") if isinstance(one, Mapping) and one.get("error")]


# how it ends


def result(book: Book, now: str) -> Outcome:
    """The end for programs."""
    broke = book["broke"]
    return outcome(
        {
            "roster": members(book),
            "end": end_of(book),
            "gate": gate(book) or {},
            "broke": visible(text(broke, "msg") or "the run broke off") if broke else "",
            "refused": bool(broke.get("refused")),
            "checked": book["checks"],
            "finished": finished(book),
            "detached": bool(option(book, "detach")),
            "summary": summary(book),
            "recovery_plan": option(book, "recovery_plan"),
            "began": book["began"],
            "ended": now,
        }
    )


def failure(book: Book) -> str:
    """Why the play fails: each VM with its reason, a line each; empty when all is well."""
    if book["broke"]:
        return broken(book)
    end = end_of(book)
    if not end["fails"] and not summary(book):
        return ""
    return joined(summary(book), *end["lines"], WOULD if book["checks"] else AGAIN)


def broken(book: Book) -> str:
    """Each VM with its reason once: what the answer of a module says of all of them in one text is told by these lines."""
    wrong = in_the_way(book)
    reasons = {str(one["name"]): str(one["error"]["message"]) for one in wrong}
    lines = ending(members(book), also(book), reasons, finished=False)["lines"]
    reason = "" if wrong else visible_lines(text(book["broke"], "msg") or "The failback failed.")
    return joined(reason, *lines, hope(book))


def hope(book: Book) -> str:
    """What a repeated run does. What was refused is refused again, and who is missing does not come back by it."""
    seen: list[Any] = [*told(book), *rows(book["broke"], "protected_items")]
    if missing(book):
        return ""
    if any(one.get("steps") for one in seen):
        return CONTINUES
    return "" if book["broke"].get("refused") else NOTHING


def joined(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def optional_lines(book: Book) -> list[str]:
    """Those that are not home, though they fail no run."""
    return end_of(book)["lines"]


def to_another_window(book: Book) -> list[str]:
    """Who is left for another maintenance window."""
    those = " ".join(f"{one['name']}: {one['waits']}." for one in excused(book))
    return [f"Left in Azure: {those}"] if those else []
