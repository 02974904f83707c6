# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run of the role failback is asked for, made of the options of the role and of what its preflight has found. Pure."""

from __future__ import annotations

from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._night.book import last_hooks, option
from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import WHEN_COMMITTED, WHEN_PROTECTED
from ansible_collections.asr.hyperv.plugins.module_utils._roles.veto import seconds_of
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book, Validating, Wishes
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Rules

BETWEEN = ("before_cutover", "after_boot", "before_commit")  # hooks at these points come between the steps of a VM
OF_CALLS = (  # options that every call of the module has as the role has them
    "data_sync",
    "create_vm_if_missing",
    "alternate_host",
    "item_options",
    "max_concurrent",
    "poll_interval",
    "manual_actions",
    "on_error",
    "accept_unprotected_disks",
    "accept_changed_azure_vm",
    "require_evidence",
)


def own_order(book: Book) -> bool:
    """Whether the order is the user's, so that the module cannot be asked by the plan's name."""
    return bool(option(book, "dependencies") or option(book, "canary"))


def may_fail(book: Book) -> int:
    """How many critical VMs may fail in all."""
    return 0 if option(book, "on_error") == "stop" else int(option(book, "max_failures"))


def looks(book: Book) -> bool:
    """Whether the hosts are looked at again during the run."""
    return bool(option(book, "preflight") and book["hosts"])


def delay(book: Book) -> int:
    """Seconds between the validation of a VM and its commit."""
    return seconds_of(option(book, "commit_after"), "failback_commit_after")


def call_options(book: Book) -> dict[str, Any]:
    """What every call of the module has; those that concern single VMs are given where they are concerned."""
    given = {name: option(book, name) for name in OF_CALLS}
    return {**given, "optional_items": option(book, "optional"), "estimates": book["estimates"]}


def objectable(book: Book) -> bool:
    """Whether there are commits that somebody may object to: they come when all waves run on-premises."""
    return bool(delay(book) > 0 or option(book, "veto") or option(book, "veto_file"))


def stepwise(book: Book) -> bool:
    """Whether something has to happen between the steps of a VM."""
    ours = option(book, "validate") or option(book, "window") or objectable(book) or looks(book)
    theirs = any(hook["at"] in BETWEEN for hook in option(book, "hooks"))
    return bool(ours or theirs or option(book, "order_waits_for") in (WHEN_COMMITTED, WHEN_PROTECTED))


def rules(book: Book) -> Rules:
    """Those of the gate."""
    return {
        "gate": option(book, "gate"),
        "window": option(book, "window"),
        "share": option(book, "gate_share"),
        "commit_after": option(book, "commit_after"),
        "detached": bool(option(book, "detach")),
        "closed": "",
    }


def limits(book: Book) -> dict[str, float]:
    """Seconds for each goal."""
    wave = dict.fromkeys(("cut_over", "committed", "replicating"), int(option(book, "wave_timeout")))
    whole = {"synchronized": int(option(book, "sync_timeout")), "protected": int(option(book, "home_timeout"))}
    return {**wave, **whole}


def wishes(book: Book, validating: Validating) -> Wishes:
    """What the run is asked for."""
    return {
        "waits_for": option(book, "order_waits_for"),
        "stepwise": stepwise(book),
        "looks": looks(book),
        "validates": bool(option(book, "validate")),
        "validating": validating,
        "hooks": option(book, "hooks"),
        "hooks_at_once": int(option(book, "hooks_at_once")),
        "rules": rules(book),
        "asks_at_gate": bool(option(book, "gate_tasks")),
        "at_gate": [row["name"] for row in option(book, "item_options") if row.get("begin") == "at_gate"],
        "full_downloads": book["full_downloads"],
        "estimates": book["estimates"],
        "homes": book["homes"],
        "sightings": book["sightings"],
        "may_fail": may_fail(book),
        "native": book["native"],
        "manual_actions": book["manual_actions"],
        "optional": option(book, "optional"),
        "needs": option(book, "dependencies"),
        "delay": delay(book),
        "objectable": objectable(book),
        "cut_over_within": int(option(book, "cut_over_within")) if looks(book) else -1,
        "limits": limits(book),
        "owed": last_hooks(book)["owed"],
        "reports": bool(option(book, "report")),
    }
