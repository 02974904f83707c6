# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The end of a run of the role failback: whether home is home, what is left, the reports, and what is said to whom."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from ansible.errors import AnsibleError

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Phase
from ansible_collections.asr.hyperv.plugins.module_utils._night import ending, preview
from ansible_collections.asr.hyperv.plugins.module_utils._night.book import all_home, finished, members, option
from ansible_collections.asr.hyperv.plugins.module_utils._night.summing import summed_up
from ansible_collections.asr.hyperv.plugins.module_utils._roles.cluster_roles import still_owed, without_role
from ansible_collections.asr.hyperv.plugins.module_utils._roles.looks import unseen, wellness, whom_to_ask
from ansible_collections.asr.hyperv.plugins.module_utils._roles.membership import missed
from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import said_once
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.going_on import again
from ansible_collections.asr.hyperv.plugins.plugin_utils._hosts.looking import Look, Looking
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.old_copies import OldCopies
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.surroundings import Around, Failed, written
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.writing import write_report

TRIES = 3  # looks at a host that does not answer


class Closing:
    """The end of one run. `book` is all that is known of it, and is another one afterwards."""

    def __init__(self, around: Around, looking: Looking, book: Book) -> None:
        self.around, self.looking, self.book = around, looking, book
        self.changed, self.diffs = False, list[Any]()

    def close(self) -> str:
        """Why the play is to fail; empty when all is well."""
        if not self.book["broke"]:
            try:
                self.end()
            except Failed as failed:
                self.book["broke"] = failed.answer
            except (BadInput, AnsibleError) as error:
                self.book["broke"] = {"msg": str(error)}
        if self.book["broke"]:
            self.say_what_broke()
        failure = ending.failure(self.book)
        if not failure:
            self.around.say(ending.optional_lines(self.book))
            if those := ending.to_another_window(self.book):
                self.around.say([*those, self.how_to_go_on()])
        return failure

    def end(self) -> None:
        """The end that was meant to be."""
        if all_home(self.book):
            self.nothing_left()
        elif self.book["checks"]:
            self.check()
        elif not finished(self.book):
            self.around.say([*ending.closed(self.book), self.how_to_go_on()])
            self.around.say(ending.left_in_azure(self.book))
            self.report()
        else:
            self.around.say(ending.unknown_hooks(self.book))
            self.see_whether_home_is_home(self.see_who_left())
            self.report()
            self.around.say(summed_up(self.book))

    def how_to_go_on(self) -> str:
        return f"To continue, {again(ending.to_continue(self.book))}{ending.needs_a_window(self.book)}"

    def nothing_left(self) -> None:
        """All were home and protected when the run began."""
        items = self.book["items"]
        self.see_whether_home_is_home(items)
        well = len(items) - len(self.book["wellness"]["unwell"])
        self.around.say([f"{well} of {len(items)} protected items are home and protected."])
        if not self.book["checks"]:
            self.around.say(ending.unknown_hooks(self.book))
        self.book["left_now"] = self.told_by(preview.left(self.book)).get("left_in_azure") or []
        self.around.say(ending.left_in_azure(self.book))
        if not self.book["checks"]:
            self.report()

    def check(self) -> None:
        """What would be done."""
        if options := preview.whole_way(self.book):
            answer = self.told_by(options)
            self.changed = bool(answer.get("changed"))
            self.diffs += [answer["diff"]] if answer.get("diff") else []
        self.see_whether_home_is_home(self.book["items"])
        self.around.say(ending.left_in_azure(self.book))

    def told_by(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer of the module that starts nothing, which is kept. Raises Failed without one."""
        answer = self.around.ask_one("failback", options, only_ask=not self.book["checks"])
        if "protected_items" not in answer or answer.get("failed"):
            raise Failed(written(answer))
        self.book["answers"] = preview.answers(written(answer["protected_items"]))
        return answer

    def say_what_broke(self) -> None:
        """Where everything stands. What is tried here may fail as well, and must not hide what went wrong."""
        if self.book["checks"]:
            return
        answer = self.around.ask_one("protected_item_info", preview.selection(self.book))
        if "protected_items" in answer:  # the vault may be what failed: then the first error is the one to show
            self.around.say(ending.standing(self.book, answer["protected_items"]))
        self.around.say(ending.left_in_azure(self.book))
        try:
            self.report()
        except (Failed, BadInput, AnsibleError) as error:
            self.around.say([f"The report could not be written: {error}"])

    def report(self) -> None:
        write_report(self.around, self.book)

    # how it is at home

    def see_who_left(self) -> Sequence[ItemEntry]:
        """The members as they are now. Whoever has left the run meanwhile is noted."""
        ids = [item["id"] for item in self.book["items"]]
        plan = option(self.book, "recovery_plan")
        asked = {"recovery_plan": plan} if plan else {"protected_items": ids}
        answer = self.around.ask_one("protected_item_info", asked)  # one that is gone cannot be read by its id
        there: list[Any] = answer.get("protected_items") or []
        if {*ids} <= {one["id"] for one in there}:
            return there
        all_of_it = self.around.ask_one("protected_item_info", {}).get("protected_items")
        found = [one for one in all_of_it or () if one["id"] in ids] if "protected_items" not in answer else there
        accepted = option(self.book, "accept_missing")
        self.book["missed"] += missed(members(self.book), found, {"items": all_of_it}, accepted)
        return there

    def see_whether_home_is_home(self, items: Sequence[ItemEntry]) -> None:
        """Protected is a word of the vault. Whether anything replicates is asked where the VM runs."""
        home = [item for item in items if item["phase"] == Phase.PROTECTED.value]
        everybody, seen = self.book["hosts"], list[Look]()
        first = whom_to_ask(home, self.book["sightings"], self.book["homes"]) or everybody
        if home and first:
            seen = self.look_at(first)
        others = [host for host in everybody if host not in {one["inventory"] for one in seen}]
        if others and unseen(home, seen):  # type: ignore[arg-type]
            seen += self.look_at(others)
        told: Any = wellness(home, seen)  # type: ignore[arg-type]
        self.book["wellness"] = told
        self.around.say(said_once({**told["unwell"], **told["notes"]}))
        self.make_roles(home, seen)
        copies = OldCopies(self.around, self.looking, self.book)
        copies.see_to(items, self.look_at)
        self.changed |= copies.changed

    def make_roles(self, home: Sequence[ItemEntry], seen: Sequence[Look]) -> None:
        """A failback that makes a VM makes no role of a cluster of it, whatever it was before: no other node would start it when
        its own fails. It runs on as it is, so what is left to do is only said. One that was there before was so meant."""
        came: Any = {name: option(self.book, name) for name in ("alternate_host", "item_options")}
        came["made"] = self.book["made"]
        self.book["made"] = still_owed(self.book["made"], home, seen)  # type: ignore[arg-type]
        for one in without_role(home, seen, came):  # type: ignore[arg-type]
            why = "failback_cluster_role is false"
            if option(self.book, "cluster_role"):
                answer = self.looking.run(one["inventory"], "cluster_vm", {"id": one["vm_id"]})
                self.changed |= bool(answer.get("changed"))
                told = "vm" in answer and "msg" not in answer  # one that fails tells of the VM as well
                why = "" if told else str(answer.get("msg") or "no answer").rstrip(".")
            cluster = f"role of the cluster {one['cluster']}"
            left = f"Run asr.hyperv.cluster_vm there with its id {one['vm_id']}."
            bad = f"WARNING: {one['name']} runs on {one['name_of_host']} and is no {cluster}: {why}. {left}"
            self.around.say([bad if why else f"{one['name']} is a {cluster} from now on"])
            if not why:
                self.book["made"] = [made for made in self.book["made"] if made != one["item_id"]]
                self.book["cluster_roles"][one["name"]] = one["cluster"]

    def look_at(
        self, hosts: Sequence[str], ids: Sequence[str] | None = None, details: Sequence[str] = ("replication",)
    ) -> list[Look]:
        """A look at each of these hosts, for these VMs or all of them; one that does not answer is asked again."""
        told = {one["inventory"]: one for one in self.looking.look_at(hosts, ids, details)}
        for _again in range(1, TRIES):
            silent = [host for host, one in told.items() if "error" in one]
            if not silent:
                break
            time.sleep(float(option(self.book, "poll_interval")))
            told |= {one["inventory"]: one for one in self.looking.look_at(silent, ids, details)}
        return list(told.values())
