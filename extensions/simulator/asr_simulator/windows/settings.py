# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The imitation of asr.hyperv.host_settings: threads, proxy and throttle of the Recovery Services agent."""

from __future__ import annotations

import re
from typing import Any

from ..estate.places import Computer
from .calls import Call, Module, ModuleFailed

DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
HOURS = ("work_days", "work_start", "work_end", "work_hour_bandwidth", "non_work_hour_bandwidth")
ORDER = ("download_threads", "upload_threads", "proxy", "throttle")
RULES = (  # options, what they may be, and what is told of others
    (("download_threads", "upload_threads"), lambda value: 1 <= value <= 32, "{}", "1 to 32 threads for each VM"),
    (
        ("proxy_address",),
        lambda value: re.fullmatch(r'http://[^/\s"@]+/?', value),
        "'{}'",
        "http:// and a name or an address",
    ),
    (("proxy_port",), lambda value: 1 <= value <= 65535, "{}", "1 to 65535"),
    (
        ("work_start", "work_end"),
        lambda value: re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value),
        "'{}'",
        "00:00 to 23:59",
    ),
    (
        ("work_hour_bandwidth", "non_work_hour_bandwidth"),
        lambda value: value >= 1,
        "{}",
        "1 or more; no_throttle takes the limit away",
    ),
)


def transfer_facts(computer: Computer) -> dict[str, Any]:
    """What host_info tells of the agent."""
    return {**computer.threads, **computer.agent}


def host_settings(call: Call) -> dict[str, Any]:
    """asr.hyperv.host_settings."""
    computer = call.computer
    for names, fits, form, allowed in RULES:
        for name in names:
            value = call.args[name]
            if value is not None and not fits(value):
                raise ModuleFailed(f"{name}: {form.format(value)} is not allowed. Allowed: {allowed}.")
    wanted = asked_for(call.args)
    if not computer.provider:
        raise ModuleFailed(
            f"Cannot set {', '.join(sorted(wanted))}: the Recovery Services agent is not installed on {computer.name}. "
            "It comes with the Site Recovery provider: install that first."
        )
    had = transfer_facts(computer)
    before = {name: had[name] for name in wanted}
    changes = [name for name in wanted if before[name] != wanted[name]]
    if changes and not call.check:
        change(computer, wanted, changes, had)
    return {
        "changed": bool(changes),
        "host_settings": {**had, **wanted},
        "restart_needed": "proxy" in changes,
        "diff": {"before": before, "after": wanted},
    }


def asked_for(args: dict[str, Any]) -> dict[str, Any]:
    """What the options ask for, in the words of `transfer_facts` and in the order in which it is set."""
    wanted: dict[str, Any] = {name: args[name] for name in ORDER[:2] if args[name] is not None}
    if args["no_proxy"]:
        wanted["proxy"] = None
    if args["proxy_address"]:
        wanted["proxy"] = {"address": args["proxy_address"], "port": args["proxy_port"]}
    if args["no_throttle"]:
        wanted["throttle"] = None
    if args["work_days"]:
        given = {one.lower() for one in args["work_days"]}
        wanted["throttle"] = {
            **{name: args[name] for name in HOURS},
            "work_days": [one for one in DAYS if one.lower() in given],
        }
    return wanted


def change(computer: Computer, wanted: dict[str, Any], changes: list[str], had: dict[str, Any]) -> None:
    """Take the settings over, one by one. Who may not write the registry cannot set threads."""
    for at, name in enumerate(changes):
        if name in ORDER[:2] and "registry" in computer.troubles:
            told = [one for one in wanted if one not in changes[at + 1 :]]
            told = [one for one in ORDER[: ORDER.index(name) + 1] if one in told]
            raise ModuleFailed(
                f"Cannot set {name} on {computer.name}: Requested registry access is not allowed.",
                diff={"before": {one: had[one] for one in told}, "after": {one: wanted[one] for one in told}},
                host_settings=had,
                restart_needed=False,
            )
        (computer.threads if name in computer.threads else computer.agent)[name] = wanted[name]


MODULES: dict[str, Module] = {"asr.hyperv.host_settings": host_settings}
