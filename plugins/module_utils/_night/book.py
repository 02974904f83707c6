# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What follows from all that the role failback knows: who is where, what is left in Azure, and how the run ends. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import HOME
from ansible_collections.asr.hyperv.plugins.module_utils._night.calls import have_had_their_last
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import entries_of
from ansible_collections.asr.hyperv.plugins.module_utils._roles.course import ending, roster
from ansible_collections.asr.hyperv.plugins.module_utils._roles.evidence import evidence
from ansible_collections.asr.hyperv.plugins.module_utils._roles.hooks import after_protect
from ansible_collections.asr.hyperv.plugins.module_utils._roles.journeys import journeys
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import (
    EvidenceEntry,
    Finish,
    Forgotten,
    GateAnswer,
    Reasons,
    RosterEntry,
)
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import AnswerEntry


def option(book: Book, name: str) -> Any:
    """An option of the role."""
    return book["options"][f"failback_{name}"]


# who is where


def told(book: Book) -> list[AnswerEntry]:
    """The entries of all answers of the module failback, the newest of each VM."""
    if book["answers"]:
        return book["answers"]["told"]
    return list(book["run"]["told"].values()) if book["run"] else []


def why(book: Book) -> Mapping[str, Reasons]:
    """Who was left where it stands, and why: by name, in one mapping for each kind."""
    nothing: dict[str, Reasons] = {kind: {} for kind in ("failed", "held", "vetoed", "outside")}
    reasons: Mapping[str, Reasons] = book["run"]["why"] if book["run"] else {**nothing, "blocked": book["blocked"]}
    return {**reasons, "failed": book["answers"]["wrong"]} if book["answers"] else reasons


def members(book: Book) -> list[RosterEntry]:
    """The roster: every VM with its wave, where it stands, and why it does not go on, if it does not."""
    return roster(book["waves"], told(book), why(book), option(book, "optional"))


def concerned(entries: list[RosterEntry]) -> list[RosterEntry]:
    """Those that go on."""
    return [one for one in entries if not (one["left_behind"] or one["waits"])]


def all_home(book: Book) -> bool:
    return all(item["phase"] in HOME for item in book["items"])


def last_hooks(book: Book) -> dict[str, list[str]]:
    """For whom the hooks after the protection have still to run, and for whom nobody knows that."""
    run = book["run"]
    ran = have_had_their_last(run, entries_of(run)) if run else []
    return after_protect(members(book), option(book, "hooks"), book["previous"], ran)


# what is left in Azure


def left_before(book: Book) -> list[EvidenceEntry]:
    """Of whom the last report has something that was not gone; a loss that was accepted is not looked for."""
    accepted = {*option(book, "accept_changed_azure_vm"), *option(book, "accept_missing")}
    rows: list[Any] = list(book["previous"].get("deleted_in_azure", ()))
    return [one for one in rows if not one.get("gone") and one["name"] not in accepted]


def left_ids(book: Book) -> list[str]:
    """The ARM ids of these things."""
    things = [thing for one in left_before(book) for thing in one.get("azure_after", ())]
    return list(dict.fromkeys(thing["id"] for thing in things if thing["state"] != "gone"))


def proofs(book: Book) -> list[EvidenceEntry]:
    """What was deleted in Azure, and what is left there. In check mode no commit was sent, and nothing is to be proven."""
    return evidence(journeys([] if book["checks"] else told(book)), left_before(book), book["left_now"])


# how it ends


def gate(book: Book) -> GateAnswer | None:
    """The answer of the gate; who could not be cut over as things stand does not count as ready."""
    answer = book["run"]["gate"] if book["run"] else None
    return answer and {**answer, "ready": [name for name in answer["ready"] if name not in book["suspects"]]}


def finished(book: Book) -> bool:
    """Whether the run is at its end: nobody had to go through the gate, or it was open."""
    answer = gate(book)
    return all_home(book) or bool(answer and answer["open"])


def summary(book: Book) -> str:
    """Why the run is no good one though nobody failed; empty when it is."""
    answer = gate(book)
    return f"The gate is closed: {answer['reason']}." if answer and answer["missing"] and not finished(book) else ""


def missing(book: Book) -> list[Forgotten]:
    """Who would be forgotten; whoever was accepted is only told."""
    return [one for one in book["missed"] if not one["accepted"]]


def also(book: Book) -> dict[str, str]:
    """What makes the run no good one besides the roster, by name."""
    return {**book["wellness"]["unwell"], **{one["name"]: one["says"] for one in missing(book)}}


def end_of(book: Book) -> Finish:
    """How it ends, and for whom."""
    over = finished(book)
    told_now = ending(members(book), also(book), {} if over else book["suspects"], finished=over)
    return {"lines": told_now["lines"], "fails": told_now["fails"]}


def excused(book: Book) -> list[RosterEntry]:
    """Those whom the maintenance window leaves in Azure, when the run is at its end."""
    return [one for one in members(book) if one["excused"]] if finished(book) else []
