# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Who was part of a failback and is not now, and failbacks that are nobody's: who would be forgotten. Pure.

Members and items have `name`, `id`, `vm_id`, `phase`, and `azure_vm_id`, the ARM id of the VM in Azure (empty: not told).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import (
    AWAY,
    COMMITTED,
    UNCOMMITTED,
    UNDER_WAY_HOME,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, single
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import (
    AllOfVault,
    Forgotten,
    Member,
    Missed,
    PlanEntry,
)
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry, JobEntry, Json

# scenarios (docs/service.md 3.3)
BEGINS, ENDS = ("PlannedFailover", "Failback"), ("FinalizeFailback", "CommitFailover")
UNKNOWN: Member = {"name": "", "id": "", "vm_id": "", "phase": "", "azure_vm_id": ""}
ACCEPT = "To leave it at that, name it in failback_accept_missing"


def missed(
    before: Sequence[Member], found: Sequence[ItemEntry], vault: AllOfVault, accepted: Sequence[str]
) -> list[Forgotten]:
    """Everybody who would be forgotten: see `missing`, `strangers` and `abandoned`, which `kind` tells apart. Each once.

    `vault`: `items` (None where they cannot be read), and for what belongs to nobody `plans` and `jobs`; without `jobs` that is
    not looked for.
    """
    items = vault.get("items")
    rows: list[Forgotten] = [{"kind": "member", **row} for row in missing(before, found, items, accepted)]
    jobs = vault.get("jobs")
    if jobs is not None and items is not None:
        plans = vault.get("plans") or ()
        rows += [{"kind": "stranger", **row} for row in strangers(found, items, plans, accepted)]
        rows += [{"kind": "abandoned", **row} for row in abandoned(items, jobs, plans, accepted)]
    told: dict[str, Forgotten] = {}
    for row in rows:
        told.setdefault(plain(row["name"]), row)
    return list(told.values())


def missing(
    before: Sequence[Member], found: Sequence[ItemEntry], vault: Sequence[ItemEntry] | None, accepted: Iterable[str]
) -> list[Missed]:
    """Those of `before` that are not among the items `found` now, with where they run, what is left, and what to do.

    `vault`: all items of the vault, None when they cannot be read. Who is home and protected and only out of the plan is not
    missed: it got where it was to go. `accepted` are names or ids that a person has agreed to miss.
    """
    here = {plain(own) for item in found for own in (item["id"], item.get("vm_id")) if own}
    agreed = {plain(name) for name in accepted}
    rows: list[Missed] = []
    for member in before:
        if {plain(member["id"]), plain(member.get("vm_id") or "")} & here:
            continue
        item = find(member, vault or ())
        if item and item["phase"] == "protected":
            continue
        says = out_of_the_plan(item) if item else unread(member) if vault is None else unprotected(member)
        rows.append({**kept(item or member), "says": says, "accepted": is_named(member, agreed)})
    return rows


def kept(member: Json) -> Member:
    """What is remembered of a member from run to run."""
    return {
        "name": single(member.get("name")),
        "id": single(member.get("id")),
        "vm_id": single(member.get("vm_id")),
        "phase": single(member.get("phase")),
        "azure_vm_id": single(member.get("azure_vm_id")),
    }


def find(member: Member, vault: Iterable[ItemEntry]) -> ItemEntry | None:
    """The item of a member in the vault: the same item, or the same VM protected anew."""
    for item in vault:
        same_vm = member.get("vm_id") and plain(item.get("vm_id") or "") == plain(member["vm_id"])
        if same_vm or plain(item["id"]) == plain(member["id"]):
            return item
    return None


def is_named(member: Member | ItemEntry, names: Iterable[str]) -> bool:
    return plain(member["name"]) in names or plain(member["id"]) in names


def azure_vm(member: Member | ItemEntry) -> str:
    """The Azure VM of a member, by its id where that is known."""
    return f"its Azure VM {member['azure_vm_id']}" if member.get("azure_vm_id") else "its Azure VM"


def out_of_the_plan(item: ItemEntry) -> str:
    """One that the vault still has."""
    job = item.get("job")
    waits = f", and nobody completes its failback (job {job['name']}, {job['state']})" if job and job["name"] else ""
    runs = "runs in Azure" if item["phase"] in AWAY else "runs on-premises"
    rest = f"; {azure_vm(item)} is kept" if item["phase"] in UNCOMMITTED else ""
    return (
        f"it was part of this failback and is no longer in its plan: it {runs} ({item['phase']}){waits}{rest}. Put it back into "
        f"the plan, or bring it home by name (failback_protected_items). {ACCEPT}"
    )


def unprotected(member: Member) -> str:
    """One that the vault no longer has: its protection was disabled, or its migration was completed."""
    phase, gone = member["phase"], "it was part of this failback and the vault does not protect it any more"
    if phase in AWAY:
        return (
            f"{gone}: when it was last seen ({phase}), it ran in Azure, as {azure_vm(member)}, and its on-premises VM was not up "
            f"to date: do not start that one. Move it home by other means, or protect it anew. {ACCEPT}"
        )
    left = "" if phase in COMMITTED else f", and {azure_vm(member)} with its disks is left there, off, and billed"
    rest = "" if phase in COMMITTED else "delete that once the VM is proven at home, and "
    seen = f"it runs on-premises without protection ({phase} when it was last seen)"
    return f"{gone}: {seen}{left}: {rest}protect it anew. {ACCEPT}"


def unread(member: Member) -> str:
    """One of which nobody knows."""
    return (
        f"it was part of this failback ({member['phase']} when it was last seen), is not now, and the vault's items cannot be "
        f"read, so nobody knows where it runs. {ACCEPT}"
    )


def strangers(
    found: Sequence[ItemEntry], vault: Sequence[ItemEntry], plans: Sequence[PlanEntry], accepted: Iterable[str]
) -> list[Missed]:
    """Failbacks under way in the vault that are nobody's: not of this run, and in no plan that another run may bring home.

    `plans`: those of recovery_plan_info.
    """
    ours = {plain(item["id"]) for item in found}
    ours |= {plain(one["id"]) for plan in plans for group in plan.get("groups", ()) for one in group["protected_items"]}
    agreed = {plain(name) for name in accepted}
    return [
        {**kept(item), "says": nobodys(item), "accepted": is_named(item, agreed)}
        for item in vault
        if item["phase"] in UNDER_WAY_HOME and plain(item["id"]) not in ours
    ]


def nobodys(item: ItemEntry) -> str:
    """A failback that was begun and is in no plan."""
    job = item.get("job")
    which = f" (job {job['name']}, {job['state']})" if job and job["name"] else ""
    runs = "runs in Azure" if item["phase"] in AWAY else f"runs on-premises, uncommitted; {azure_vm(item)} is kept"
    return (
        f"a failback of it was begun{which}, and it is in no recovery plan, so nobody completes it: it {runs} "
        f"({item['phase']}). Put it into a plan, or bring it home by name (failback_protected_items). {ACCEPT}"
    )


def abandoned(
    vault: Sequence[ItemEntry], jobs: Sequence[JobEntry], plans: Sequence[PlanEntry], accepted: Iterable[str]
) -> list[Missed]:
    """VMs whose planned failover was never committed and that the vault does not protect any more, by the jobs that it remembers.

    `jobs` as job_info lists them. A job tells the name of its VM only, or that of its plan.
    """
    known = {plain(one["name"]) for one in (*vault, *plans)}
    agreed = {plain(name) for name in accepted}
    last: dict[str, JobEntry] = {}
    for job in sorted(jobs, key=lambda one: one["started"] or ""):
        if job["scenario"] in (*BEGINS, *ENDS) and job["target"] and job["state"] not in ("Failed", "Cancelled"):
            last[job["target"]] = job
    return [
        {**UNKNOWN, "name": name, "says": deserted(job), "accepted": plain(name) in agreed}
        for name, job in last.items()
        if job["scenario"] in BEGINS and plain(name) not in known
    ]


def deserted(job: JobEntry) -> str:
    """What the vault's memory says of one that it does not protect any more."""
    return (
        f"a planned failover of it (job {job['name']} of {job['started']}) was never committed, and the vault does not protect "
        "it any more. If that brought it home, it runs on-premises without protection, and its Azure VM with disks is left, off, "
        f"and billed: delete that once the VM is proven at home, and protect it anew. {ACCEPT}"
    )
