# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The last lines name every VM: what is plain success is short, whatever is not stands by itself."""

from __future__ import annotations

from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._night import run as nights
from ansible_collections.asr.hyperv.plugins.module_utils._night.passing import timed
from ansible_collections.asr.hyperv.plugins.module_utils._night.summing import summed_up
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.books import book
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import entry, opened

NAMES = [f"vm{number}" for number in range(1, 9)]
GONE = [("vm", ""), ("disk", "-os"), ("disk", "-data"), ("nic", "-nic")]
SIZES = {"disk": 40}


def things(name, states):
    """What a commit was to delete of a VM, with what became of each."""
    kinds = zip(GONE, states, strict=True)
    rows = [{"kind": kind, "id": f"/{name}{end}", "name": f"{name}{end}", "state": now} for (kind, end), now in kinds]
    deletes = [
        {"kind": one["kind"], "id": one["id"], "name": one["name"], "size_gb": SIZES.get(one["kind"])} for one in rows
    ]
    return {"steps": ["commit_failover"], "azure_after": rows, "deletes": deletes}


def came_home(names=NAMES, remaining=(), phases=None):
    """A run in which these were committed and came home, but where `phases` say something else."""
    run = opened(list(names))
    at_gate = [entry(one, "synchronized", "synchronized") for one in run["waves"][0]]
    run = timed(nights.answered(run, at_gate, 1000.0), 1000.0)
    told: Any = []
    for one in run["waves"][0]:
        after = ["gone", "remaining" if one["name"] in remaining else "gone", "gone", "gone"]
        told.append(
            {**entry(one, (phases or {}).get(one["name"], "protected"), "protected"), **things(one["name"], after)}
        )
    return nights.answered(run, told, 1001.0)


def test_the_sum_counts_those_that_are_home_and_well():
    home = came_home(["a", "b"])
    assert summed_up(book("a", "b", run=home))[-1] == "2 of 2 protected items are home and protected."
    sick = book("a", "b", run=home, validate=False, wellness={"unwell": {"b": "it is sick"}, "notes": {}})
    assert summed_up(sick)[-3:] == [
        "Protected for the vault and not well: b",
        "Not validated on the hosts: failback_validate is false.",
        "1 of 2 protected items are home and protected.",
    ]


def test_a_few_have_a_line_each_with_what_was_deleted():
    assert summed_up(book("a", "b", run=came_home(["a", "b"]), report="/r/night"))[:-1] == [
        "a                        protected    (was failed_over)",
        "b                        protected    (was failed_over)",
        "Deleted in Azure:",
        "    a: VM a, disk a-os (40 GB), disk a-data (40 GB), network interface a-nic",
        "    b: VM b, disk b-os (40 GB), disk b-data (40 GB), network interface b-nic",
    ]


def test_many_that_came_home_are_one_line_with_all_of_their_names_and_the_sum_of_what_was_deleted():
    assert summed_up(book(*NAMES, run=came_home(), report="/r/night"))[:-1] == [
        "8 VMs                    protected    (was failed_over)",
        f"    {', '.join(NAMES)}",
        "Deleted in Azure:",
        "    8 VMs, 16 disks (640 GB), 8 network interfaces, of 8 protected items: by name in /r/night.md",
    ]


def test_without_a_report_the_lines_name_all_that_was_deleted():
    lines = summed_up(book(*NAMES, run=came_home()))
    assert sum("network interface" in line for line in lines) == len(NAMES)


def test_whatever_is_not_plain_success_stands_by_itself_among_many():
    names = [*NAMES, "vm9", "vm10"]
    run = came_home(names, remaining=["vm3"], phases={"vm2": "failed_back"})
    run = nights.with_reasons(run, failed={"vm2": "it broke", "vm4": "its hook failed"})
    sick = {"unwell": {"vm1": "it is sick"}, "notes": {}}
    assert summed_up(book(*names, run=run, report="/r/n", wellness=sick)) == [
        "vm1                      protected    (was failed_over)",
        "vm2                      failed_back  (was failed_over)",
        "7 VMs                    protected    (was failed_over)",
        "    vm3, vm5, vm6, vm7, vm8, vm9, vm10",
        "vm4                      protected    (was failed_over)",
        "Deleted in Azure:",
        "    9 VMs, 18 disks (720 GB), 9 network interfaces, of 9 protected items: by name in /r/n.md",
        "    vm3: VM vm3, disk vm3-data (40 GB), network interface vm3-nic",
        "Remaining in Azure, billed:",
        "    vm3: disk /vm3-os",
        "Protected for the vault and not well: vm1",
        "8 of 10 protected items are home and protected.",
    ]
