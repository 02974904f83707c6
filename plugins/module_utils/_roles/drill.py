# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a drill showed of each VM, put together from the answers of its modules and of the user's checks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible_all
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import text
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import (
    AzureAnswer,
    AzureVmEntry,
    Drilled,
    MovedAnswer,
)
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import AnswerEntry

NOT_ASKED: AzureAnswer = {}
NOT_CLEANED: MovedAnswer = {}
NO_VM: AzureVmEntry = {}
RUNNING = "running"


def drilled(
    started: Sequence[AnswerEntry],
    azure: AzureAnswer | None = None,
    failures: Mapping[str, str] | None = None,
    cleaned: MovedAnswer | None = None,
    remains: AzureAnswer | None = None,
) -> list[Drilled]:
    """One verdict for each VM of a drill.

    `started` are the entries of test_failover, `cleaned` is its whole answer for the cleanup, `azure` that of azure_vm_info
    (None where it was not asked), `remains` that after the cleanup with the disks of before, `failures` the reason of each check
    that failed, by the id of its item. Times in seconds.
    """
    looked = {vm["protected_item"]: vm for vm in (azure or NOT_ASKED).get("azure_vms", ())}
    ended = {entry["id"]: entry for entry in (cleaned or NOT_CLEANED).get("protected_items", ())}
    results = []
    for entry in started:
        vm, after = looked.get(entry["name"], NO_VM), ended.get(entry["id"])
        problems = [
            *of_start(entry),
            *(of_azure(vm, azure) if azure is not None and entry["phase"] == "tested" else ()),
            *((failures or {}).get(entry["id"], "").splitlines()),
            *of_cleanup(after, cleaned),
            *(of_rest(vm, remains) if remains is not None and vm.get("exists") else ()),
        ]
        results.append(result(entry, vm, after, problems, cleaned_up=not rest_of(vm, remains)))
    return visible_all(results)


def result(
    entry: AnswerEntry, vm: AzureVmEntry, after: AnswerEntry | None, problems: list[str], *, cleaned_up: bool
) -> Drilled:
    """The verdict on one VM. `cleaned_up`: nothing of it was seen in Azure after its cleanup."""
    return {
        "name": entry["name"],
        "id": entry["id"],
        "group": entry["group"],
        "wave": entry["wave"],
        "passed": not problems,
        "problems": problems,
        "test_vm": vm.get("name", ""),
        "power_state": vm.get("power_state", ""),
        "private_ips": list(vm.get("private_ips", ())),
        "start_seconds": seconds(entry),
        "cleaned_up": bool(after and after["at_goal"]) and cleaned_up,
        "cleanup_seconds": seconds(after) if after else None,
        "jobs": [*entry["jobs"], *(after["jobs"] if after else ())],
    }


def of_start(entry: AnswerEntry) -> Iterator[str]:
    """Why the test VM did not start."""
    if not entry["at_goal"]:
        yield text(entry["error"], "message") or f"the test VM did not start, the item is {entry['phase']}"


def of_azure(vm: AzureVmEntry, azure: AzureAnswer) -> Iterator[str]:
    """What Azure says against it. An answer without VMs could not be given at all."""
    if "azure_vms" not in azure:
        yield f"the test VM could not be looked at: {azure.get('msg', 'no reason is given')}"
    elif vm.get("exists") is None and vm:
        yield f"the test VM {vm['name']} could not be looked at: it is in another subscription than the vault"
    elif not vm.get("exists"):
        yield f"Azure has no VM {vm.get('name', '')} in {vm.get('resource_group', '')}"
    elif vm["power_state"] != RUNNING:
        yield f"the test VM is {vm['power_state'] or 'in no known power state'}, not {RUNNING}"


def of_cleanup(after: AnswerEntry | None, cleaned: MovedAnswer | None) -> Iterator[str]:
    """Why a test VM may still be there, where it should be gone."""
    if cleaned is None or (after and after["at_goal"]):
        return
    error = after.get("error") if after else None
    yield f"its cleanup failed: {text(error, 'message') if error else cleaned.get('msg', 'no reason is given')}"


def rest_of(vm: AzureVmEntry, remains: AzureAnswer | None) -> list[str]:
    """What of a test VM that was seen is still in Azure after its cleanup, by id."""
    told = {one["id"]: one["exists"] for one in (remains or NOT_ASKED).get("disks", ())}
    there = [
        one["id"] for one in (remains or NOT_ASKED).get("azure_vms", ()) if one["exists"] and one["id"] == vm.get("id")
    ]
    return [*there, *(disk["where"] for disk in vm.get("disks", ()) if told.get(disk["where"]))]


def of_rest(vm: AzureVmEntry, remains: AzureAnswer) -> Iterator[str]:
    """What the cleanup has left of a test VM. An answer without VMs could not be given at all."""
    if "azure_vms" not in remains:
        yield f"whether its test VM is gone could not be looked at: {remains.get('msg', 'no reason is given')}"
    if rest := rest_of(vm, remains):
        yield f"still in Azure after the cleanup, billed: {', '.join(rest)}"
    ids = [disk["where"] for disk in vm.get("disks", ()) if disk["managed"]]
    if unknown := [one["id"] for one in remains.get("disks", ()) if one["exists"] is None and one["id"] in ids]:
        yield f"whether these disks are gone may not be read: {', '.join(unknown)}"


def seconds(entry: AnswerEntry) -> float | None:
    """How long the step of this entry took; None when it did not run or has not ended."""
    return next((timing["seconds"] for timing in entry["timings"] if timing["seconds"] is not None), None)
