# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run of the role failback reads before anything is started: who is in it, in which order, and whether it can be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ansible.utils.vars import load_extra_vars

from ansible_collections.asr.hyperv.plugins.module_utils._night import preview
from ansible_collections.asr.hyperv.plugins.module_utils._night.book import all_home, option
from ansible_collections.asr.hyperv.plugins.module_utils._night.wanted import own_order
from ansible_collections.asr.hyperv.plugins.module_utils._roles import options, wishes
from ansible_collections.asr.hyperv.plugins.module_utils._roles.commands import copied
from ansible_collections.asr.hyperv.plugins.module_utils._roles.fingerprint import other_wishes, wish_of
from ansible_collections.asr.hyperv.plugins.module_utils._roles.membership import missed
from ansible_collections.asr.hyperv.plugins.module_utils._roles.story import remembered
from ansible_collections.asr.hyperv.plugins.module_utils._roles.veto import words
from ansible_collections.asr.hyperv.plugins.module_utils._roles.waves import waves
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import RoleWishes
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.own_wishes import own_wishes
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.specs import specs
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.earlier import last_report, relied_on
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.surroundings import Around, Failed, Question, written

JOBS_OF = 336  # hours of the vault's memory that are looked through
CANNOT = "OrchestrationNotPossible"
ITS_OWN = " Here: failback_orchestration: native, without failback_dependencies and failback_canary."
ACCEPTED = ("accept_unprotected_disks", "accept_changed_azure_vm")
NAMES = ("optional", "domain_controllers", *ACCEPTED)  # options whose names have to mean VMs of the run
LISTS = ("domain_controllers", "accept_missing", *ACCEPTED)  # a list, or a text with commas as -e gives it
UNFIT = "Nothing was started.\n"


def now() -> str:
    """The time as reports have it."""
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def begun(around: Around) -> dict[str, Any]:
    """The options of the role as they were given, by name."""
    given = {name: copied(around.value("failback", name.removeprefix("failback_"))) for name in specs("failback")}
    record: Any = options.read(specs("failback"), given)[0]
    return {**record, **{name: words(record[name]) for name in (f"failback_{one}" for one in LISTS)}}


class Opening:
    """Reads all of it. Each step says what people have to know of it, or raises Failed."""

    def __init__(self, around: Around, book: Book) -> None:
        self.around, self.book = around, book

    def read(self) -> Book:
        """The book with all that is known before the hosts are looked at."""
        found = self.around.ask_one("protected_item_info", preview.selection(self.book))
        if "protected_items" not in found:
            raise Failed(written(found))
        self.book["items"] = found["protected_items"]
        self.book["manual_actions"] = found.get("manual_actions") or []
        self.take_own_wishes()
        self.check_wishes()
        needs, canary = option(self.book, "dependencies"), option(self.book, "canary")
        self.book["waves"] = waves(self.book["items"], needs, canary)
        self.check_veto_file()
        self.book["previous"] = last_report(option(self.book, "report"), option(self.book, "recovery_plan"))
        self.book["made"] = list(self.book["previous"].get("owed_cluster_roles") or ())
        self.book["relied_on"] = relied_on(self.book, now())
        self.tell_other_wishes()
        self.around.say(preview.too_late(self.book))
        self.ask_the_vault()
        return self.book

    # what is asked for

    def take_own_wishes(self) -> None:
        """What differs for single VMs may stand in the inventory, beside them: asr_failback of their hosts."""
        known = [*specs("failback"), *(name for name in specs("validate") if name not in wishes.INSTEAD)]
        there = self.around.task_vars
        given = {name: copied(self.around.value(*name.split("_", 1))) for name in known if name in there}
        said: RoleWishes = {
            "item_options": option(self.book, "item_options"),
            "optional": option(self.book, "optional"),
            "dependencies": option(self.book, "dependencies"),
            "hooks": option(self.book, "hooks"),
            "vms": copied(self.around.value("validate", "vms")),  # type: ignore[typeddict-item]
        }
        own = own_wishes(self.book["items"], said, {}, there, self.around.action._loader)
        if own["complaints"]:
            raise Failed({"msg": UNFIT + "\n".join(own["complaints"])})
        wins = {**self.of_the_role(), **load_extra_vars(self.around.action._loader)}
        if above := [name for name in own["takes"] if name in wins]:
            raise Failed(
                {
                    "msg": f"Nothing was started. {above[0]} is given with -e or to the role itself, which wins over what "
                    f"asr_failback of {', '.join(own['hosts'])} says. Put it into group_vars, or leave one of them out."
                }
            )
        self.book["wish"] = wish_of(known, {**given, **own["takes"]})
        self.book["vms"] = own["wishes"]["vms"]
        self.book["options"] |= {name: value for name, value in own["takes"].items() if name in self.book["options"]}

    def of_the_role(self) -> dict[str, Any]:
        """The variables that were given to the role where it is called: they win over what is found out."""
        task = self.around.action._task
        of_role = task._role.get_role_params(task.get_dep_chain()) if task._role else {}
        return {**of_role, **task.get_include_params()}

    def check_wishes(self) -> None:
        """Raises Failed for wishes that these VMs cannot have."""
        book, value = self.book, self.around.value
        named = {
            "failback_item_options": [row["name"] for row in option(book, "item_options")],
            **{f"failback_{name}": option(book, name) for name in NAMES},
        }
        told = wishes.objection(
            book["items"],
            {
                "named": named,
                "dependencies": option(book, "dependencies"),
                "canary": option(book, "canary"),
                "hooks": option(book, "hooks"),
                "vms": book["vms"],
                "login": str(value("validate", "wait_for_connection")).lower() in options.YES,
                "inventory": self.around.task_vars["groups"]["all"] if option(book, "validate") else None,
            },
        )
        if told:
            raise Failed({"msg": UNFIT + told})

    def check_veto_file(self) -> None:
        """Raises Failed when nobody could object."""
        told = self.around.veto_file()
        if told and "error" in told:
            raise Failed(
                {
                    "msg": f"failback_veto_file: '{told['path']}' cannot be read on the control node, so nobody could object. "
                    f"Create it, it may be empty, with names of VMs one a line. {told['error']}"
                }
            )

    def tell_other_wishes(self) -> None:
        """In what this run is asked for something else than the one that it continues."""
        previous: Mapping[str, Any] = self.book["previous"]
        if "wish" not in previous or not remembered(self.book["previous"], option(self.book, "recovery_plan")):
            return
        if lines := other_wishes(self.book["wish"], previous["wish"]):
            began = f"This run continues the one that began {previous['began']}, and is asked for something else."
            self.around.say([f"{began} Stop it now when that is not meant:", *lines])

    # what the vault knows

    def ask_the_vault(self) -> None:
        """Who would be forgotten, and whether it can be done. A run keeps no memory, so the vault is asked for all it has."""
        book, plan = self.book, option(self.book, "recovery_plan")
        questions: dict[str, Question] = {"items": ("protected_item_info", {})}
        if plan:  # whoever names VMs speaks of those alone
            questions["jobs"] = ("job_info", {"hours": JOBS_OF})
        if not all_home(book):
            questions["choice"] = ("failback", preview.choice(book))
        told = self.around.ask(questions)
        all_of = {"items": told["items"].get("protected_items"), "jobs": told.get("jobs", {}).get("jobs")}
        rows = missed([], book["items"], all_of, [])  # type: ignore[arg-type]
        plans: list[Any] = []
        if any(row["kind"] != "member" for row in rows):
            plans = self.around.ask_one("recovery_plan_info", {}).get("recovery_plans") or []
        before = remembered(book["previous"], plan)
        book["missed"] = missed(before, book["items"], {**all_of, "plans": plans}, option(book, "accept_missing"))  # type: ignore[typeddict-item]
        self.around.say([f"{one['name']}: {one['says']}" for one in book["missed"]])
        if "choice" in told:
            self.take_choice(told["choice"])

    def take_choice(self, answer: Mapping[str, Any]) -> None:
        """How it goes. Raises Failed when it cannot be done; whatever else is wrong is told by the preflight, in full."""
        book = self.book
        book["left_now"] = answer.get("left_in_azure") or []
        if "msg" in answer and "protected_items" not in answer:
            cannot = answer.get("code") == CANNOT
            if cannot or not option(book, "preflight"):
                raise Failed({"msg": f"{written(answer['msg'])}{ITS_OWN if cannot and own_order(book) else ''}"})
        book["full_downloads"] = preview.full_downloads(answer.get("protected_items") or ())
        chosen = answer.get("orchestration") or {}
        if chosen and option(book, "recovery_plan"):
            reason = f"{chosen['chosen']}: {preview.asked_by(book, str(written(chosen['reason'])))}"
            self.around.say([f"{option(book, 'recovery_plan')} goes {reason}."])
        if chosen.get("chosen") == "native":
            book["waves"], book["native"] = [book["items"]], True
