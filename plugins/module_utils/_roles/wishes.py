# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What is wished for that cannot be: options that do not go together, times that are over, names that nobody has. Pure.

All that is wrong is said at once, each on a line of its own, before anything is started. Records come from `options.read`;
times are ISO 8601 with a zone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._roles.gate import NOW, STOP, check_gate, moment
from ansible_collections.asr.hyperv.plugins.module_utils._roles.hooks import hook_complaints
from ansible_collections.asr.hyperv.plugins.module_utils._roles.veto import seconds_of
from ansible_collections.asr.hyperv.plugins.module_utils._roles.waves import waves
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, rows, text, texts
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry, Json
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Around, Wishes
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import meant_for
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import near

NIGHT = timedelta(hours=12)  # the same command may be run again for so long after the time that it names
AHEAD = timedelta(days=14)  # no job of the service waits for longer
INSTEAD = {  # what the role failback gives the roles that it includes; as an extra variable it would win over that
    "validate_items": "",
    "validate_hosts_group": "failback_hosts_group",
    "validate_stop": "",
    "validate_report": "failback_report",
    "preflight_recovery_plan": "failback_recovery_plan",
    "preflight_protected_items": "failback_protected_items",
    "preflight_data_sync": "failback_data_sync",
    "preflight_create_vm_if_missing": "failback_create_vm_if_missing",
    "preflight_alternate_host": "failback_alternate_host",
    "preflight_item_options": "failback_item_options",
    "preflight_accept_unprotected_disks": "failback_accept_unprotected_disks",
    "preflight_accept_changed_azure_vm": "failback_accept_changed_azure_vm",
    "preflight_require_evidence": "failback_require_evidence",
    "preflight_domain_controllers": "failback_domain_controllers",
    "preflight_hosts_group": "failback_hosts_group",
    "preflight_until": "failback_gate",
}
OF_ITEMS = ("fail_over", "cancel_failover", "recovery_point", "repair_replication")  # playbooks that are about VMs
Record = Mapping[str, object]


def complaints(role: str, record: Record, around: Around) -> list[str]:
    """A line for each thing that this role cannot do.

    `around`: `now`, `groups` (hosts by group of the inventory), `extra` (names of extra variables), `unread` (options that were
    given and cannot be read, which is told already).
    """
    rules: dict[str, Callable[[Record, Around], Iterator[str]]] = {
        **dict.fromkeys(OF_ITEMS, of_playbook),
        "failback": of_failback,
        "preflight": of_preflight,
        "validate": of_validate,
        "drill": of_drill,
    }
    return list(rules[role](record, around)) if role in rules else []


def of_failback(record: Record, around: Around) -> Iterator[str]:
    """What the role failback can say before it has read the vault."""
    yield from one_of(record, around, "failback_recovery_plan", "failback_protected_items")
    ordered = [name for name in ("failback_dependencies", "failback_canary") if record.get(name)]
    if record.get("failback_orchestration") == "native" and ordered:
        yield (
            f"failback_orchestration: native leaves the order to the recovery plan, so {' and '.join(ordered)} cannot be kept. "
            "Leave them out, or take itemwise."
        )
    if record.get("failback_max_concurrent") == 0:
        yield "failback_max_concurrent is 0, so no VM could be cut over. Allowed: 1 to 1,000 (VMs), or -1 for no limit."
    yield from of_times(record, around["now"])
    try:
        seconds_of(record.get("failback_commit_after", 0), "failback_commit_after")
    except BadInput as no:
        yield str(no)
    yield from hook_complaints(
        [hook for hook in rows(record, "failback_hooks") if isinstance(hook, Mapping) and {"at", "tasks"} <= {*hook}]
    )
    if record.get("failback_window") and record.get("failback_preflight") is False:
        yield (
            "failback_window needs failback_preflight: true, because what fits into the window is decided by the preflight's "
            "estimates."
        )
    if record.get("failback_validate", True) and "failback_hosts_group" in record:
        yield from no_hosts(
            record["failback_hosts_group"],
            around,
            "failback_hosts_group",
            "no VM can be validated before its commit deletes it in Azure",
            ", or set failback_validate: false",
        )
    for name in sorted(set(INSTEAD) & set(around["extra"])):
        instead = f" Give {INSTEAD[name]} instead." if INSTEAD[name] else ""
        yield f"{name} is set by the role failback itself, and an extra variable (-e) would win over it. Leave it out.{instead}"
    yield from twice(
        record, "failback_protected_items", "failback_canary", "failback_optional", "failback_item_options"
    )


def of_preflight(record: Record, around: Around) -> Iterator[str]:
    yield from one_of(record, around, "preflight_recovery_plan", "preflight_protected_items")
    yield from twice(record, "preflight_protected_items", "preflight_item_options")


def of_validate(record: Record, around: Around) -> Iterator[str]:
    if "validate_hosts_group" in record:
        yield from no_hosts(
            record["validate_hosts_group"], around, "validate_hosts_group", "no VM can be looked at", ""
        )


def of_drill(record: Record, around: Around) -> Iterator[str]:
    yield from one_of(record, around, "drill_recovery_plan", "drill_groups")


def of_playbook(record: Record, around: Around) -> Iterator[str]:
    """Exactly one way to say which VMs it is about."""
    ways = ("asr_recovery_plan", "asr_protected_items", "asr_groups")
    given = [name for name in ways if record.get(name)]
    if len(given) != 1 and not set(ways) & set(around["unread"]):
        yield f"{' and '.join(given) or 'Nothing'} says which VMs it is about. Give one of {', '.join(ways)}."


def one_of(record: Record, around: Around, plan: str, items: str) -> Iterator[str]:
    """A plan or names, not both and not neither."""
    if {plan, items} & set(around["unread"]):
        return
    if bool(record.get(plan)) == bool(record.get(items)):
        now = f"(now '{record.get(plan) or ''}') or {items} (now {record.get(items) or []})"
        yield f"Give either {plan} {now}, one of the two."


def twice(record: Record, *options: str) -> Iterator[str]:
    """Names that a list has more than once, by themselves or as the `name` of its rows."""
    for option in options:
        named = (text(row, "name") for row in rows(record, option) if isinstance(row, Mapping))
        counts = Counter(plain(name) for name in (*texts(record, option), *named) if name)
        for name in (name for name, count in counts.items() if count > 1):
            yield f"{option}: '{name}' is given twice. Name each VM once."


def no_hosts(group: object, around: Around, option: str, consequence: str, otherwise: str) -> Iterator[str]:
    """A group of the inventory that has no hosts."""
    groups = around["groups"]
    if not groups.get(str(group)):
        filled = [name for name, hosts in groups.items() if hosts and name not in ("all", "ungrouped")]
        yield (
            f"{option}: the inventory has no hosts in a group '{group}', so {consequence}. Put the Hyper-V hosts into it, with "
            f"their WinRM variables, or name the group that has them{otherwise}."
            f"{near(str(group), filled, 'No other group has hosts')}"
        )


def of_times(record: Record, now: str) -> Iterator[str]:
    """The gate and the window: what cannot be understood, is over, or is too far ahead."""
    wanted, given = str(record.get("failback_gate") or STOP), record.get("failback_window")
    window: Json = given if isinstance(given, Mapping) else {}
    share = record.get("failback_gate_share") or 100
    told = [*refusals(wanted, {}, share), *refusals(NOW, window, share)]
    told = told or [*refusals(wanted, window, share)]
    yield from told
    if told:
        return
    here = moment(now, "now")
    for option, at in (
        ("failback_gate", wanted if wanted not in (NOW, STOP) else None),
        ("failback_window.closes", window.get("closes")),
    ):
        if at and moment(at, option) < here - NIGHT:
            yield f"{option} is '{at}', which is over: it is {now}. Allowed: a time to come. Look at day, year and zone."
    for option, at in (
        ("failback_gate", wanted if wanted not in (NOW, STOP) else None),
        ("failback_window.opens", window.get("opens")),
    ):
        if at and moment(at, option) > here + AHEAD:
            yield f"{option} is '{at}', and it is {now}. Allowed: {AHEAD.days} days ahead at most. Look at day, year and zone."


def refusals(gate: object, window: Json, share: object) -> Iterator[str]:
    """Why these rules of the gate cannot be understood."""
    try:
        check_gate({"gate": gate, "window": window, "share": share})
    except BadInput as no:
        yield str(no)


def objection(items: Sequence[ItemEntry], wishes: Wishes) -> str:
    """All of the wishes that cannot be understood or kept, in words, a line each; empty when all can.

    `wishes`: `rules` of the gate, and what `of_items` takes. What is missing is not looked at.
    """
    rules = wishes.get("rules")
    told = list(refusals(rules["gate"], rules["window"], rules["share"])) if rules else []
    return "\n".join([*told, *of_items(items, wishes)])


def of_items(items: Sequence[ItemEntry], wishes: Wishes) -> list[str]:
    """A line for each wish that these items of the run, read from the vault, cannot have.

    `wishes`: `named` (by option, the names in it), `dependencies`, `canary`, `hooks`, `vms` (validate_vms), `login`, whether
    Ansible has to log in to those of which `vms` says nothing, with `inventory`, all hosts that there are; None when nobody is
    validated.
    """
    found: list[str] = []
    for option, names in {**wishes.get("named", {}), "validate_vms": list(wishes.get("vms", ()))}.items():
        found += strangers(option, names, items)
    found += hook_complaints(wishes.get("hooks", ()), items)
    try:
        waves(items, wishes.get("dependencies", {}), wishes.get("canary", ()))
    except BadInput as no:
        found.append(str(no))
    return [*found, *without_login(items, wishes)]


def without_login(items: Sequence[ItemEntry], wishes: Wishes) -> Iterator[str]:
    """VMs that Ansible has to log in to, and that the inventory does not have."""
    inventory, usual = wishes.get("inventory"), wishes.get("login", False)
    for item in items if inventory is not None else ():
        own = (wishes.get("vms") or {}).get(item["name"])
        login = own.get("wait_for_connection", usual) if own else usual
        if login and item["name"] not in (inventory or ()):
            yield (
                f"{item['name']} is not in the inventory by its name, so Ansible cannot log in to it (wait_for_connection). "
                "Put it there."
            )


def strangers(option: str, names: Iterable[str], items: Sequence[ItemEntry]) -> Iterator[str]:
    """Names of an option that mean none of the items."""
    for name in names:
        if not meant_for([name], items):
            yield f"{option} names '{name}', which is not part of this failback.{near(str(name), [one['name'] for one in items])}"
