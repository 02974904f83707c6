# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection is held to: ratios within one run, as seconds differ from machine to machine. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Rows = Mapping[tuple[str, int], Mapping[str, Any]]


@dataclass(frozen=True)
class Target:
    """`measure` gets the rows by (contestant, VMs) and the poll interval; it raises KeyError or TypeError without figures."""

    text: str
    bound: float
    measure: Callable[[Rows, float], float]


def share(key: str, vms: int, other: str, of: str = "") -> Callable[[Rows, float], float]:
    """Our figure as a share of another contestant's."""
    return lambda rows, _poll: rows["ours", vms][key] / rows[other, vms][of or key]


def growth(key: str, times: float = 1) -> Callable[[Rows, float], float]:
    """Our figure with 500 VMs as a multiple of that with 50, divided by `times`."""
    return lambda rows, _poll: rows["ours", 500][key] / rows["ours", 50][key] / times


TARGETS = (
    Target("50 VMs: CPU of all processes, as a share of uri with 5 forks", 0.1, share("cpu", 50, "uri5")),
    Target("50 VMs: median lag, as a share of uri with 5 forks", 0.1, share("lag_median", 50, "uri5")),
    Target("500 VMs: p95 lag in poll intervals", 1.1, lambda rows, poll: rows["ours", 500]["lag_p95"] / poll),
    Target("500 VMs: p95 lag, as a share of the SDK script", 1.0, share("lag_p95", 500, "threads")),
    Target(
        "500 VMs: CPU of our process, as a share of the SDK script", 0.5, share("engine_cpu", 500, "threads", "cpu")
    ),
    Target(
        "500 VMs: wall over ideal, beyond that of the limit",
        0.05,
        lambda rows, _poll: rows["ours", 500]["over_ideal"] - rows["ideal", 500]["over_ideal"],
    ),
    # four steps, four proofs of what a commit deletes, the end of its job, and lists
    Target(
        "500 VMs: requests per VM for the whole cycle", 11, lambda rows, _poll: rows["ours", 500]["requests_per_vm"]
    ),
    Target("500 VMs: memory of all our processes, MB", 300, lambda rows, _poll: rows["ours", 500]["peak_memory"]),
    Target("50 to 500 VMs: growth of CPU, over that of VMs", 1.0, growth("cpu", 10)),
    Target("50 to 500 VMs: growth of the median lag (a tenth is noise)", 1.1, growth("lag_median")),
    Target("50 to 500 VMs: growth of requests per VM", 1.0, growth("requests_per_vm")),
    Target(
        "list of 1,000 items: CPU of the module, as a multiple of a bare SDK script",
        1.5,
        lambda rows, _poll: rows["info", 1000]["engine_cpu"] / rows["list", 1000]["cpu"],
    ),
    Target(
        "inventory of 1,000 items: time, as a multiple of a bare SDK script that lists the same",
        1.5,
        lambda rows, _poll: rows["inventory", 1000]["wall"] / rows["list_all", 1000]["wall"],
    ),
)


def judged(result: Mapping[str, Any]) -> list[tuple[str, float | None, float, str]]:
    """Each target with its figure, its bound and `met`, `missed` or `not measured`."""
    rows = {(row["contestant"], row["vms"]): row for row in result["rows"]}
    found: list[tuple[str, float | None, float, str]] = []
    for target in TARGETS:
        try:
            value = target.measure(rows, result["poll"])
        except (KeyError, TypeError, ZeroDivisionError):
            found.append((target.text, None, target.bound, "not measured"))
            continue
        found.append((target.text, value, target.bound, "met" if value <= target.bound else "missed"))
    return found
