# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a Hyper-V host says for or against a VM coming home to it. Pure.

`facts` are what the modules host_info and vm_info returned on the host. Sources: docs/service.md 5.1, 5.2, 6.1, 6.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.capacity import Loads, of_capacity
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, found
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.sightings import about_of, runs, through_a_proxy
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.space import Arrival, of_space
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.vm_checks import Stay
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain, when
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import HostFacts, Service, System
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Named
from ansible_collections.asr.hyperv.plugins.module_utils._wish.switch_map import SwitchMap, switch_map, there

SERVICES = {
    "vmms": "Hyper-V Virtual Machine Management",
    "dra": "Microsoft Azure Site Recovery Service",
    "obengine": "Microsoft Azure Recovery Services Agent",
}
OLDEST = 14393  # the build of Windows Server 2016
WITHOUT_CORE = (17763,)  # builds (2019) whose Server Core is no target by the support matrix
CLOCK_MAY_BE_OFF = timedelta(minutes=5)  # what sign-ins with a time in them commonly tolerate


@dataclass(frozen=True)
class Visit:
    """What is the same for all that come to a host in this run.

    `needs`: the MB of all of the run on each volume, as `space.needs_of` gives them. `since` and `now`: the vault's time before
    the host was read (None: unknown), and after. `needed`: whether nothing may come to a host that was not looked at.
    `loads`: what all of the run take of each host (`capacity.loads_of`).
    """

    now: datetime
    since: datetime | None = None
    needs: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    needed: bool = False
    loads: Loads = field(default_factory=dict)


def of_host(host: str, facts: HostFacts | None, arrival: Arrival, visit: Visit) -> Iterator[Finding]:
    """All that the host itself says of this arrival; of its VM `vm_checks` speaks. Without facts nothing is silently good."""
    if facts is None:
        unseen = f"the Hyper-V host {host} was not looked at: its switches, space, services and VMs are not checked"
        yield from found("host_needed" if visit.needed else "host_looked_at", host, unseen, host=host)
        return
    if facts.get("error"):
        yield from unread(host, facts, facts["error"] or "")
        return
    about = about_of(facts)
    if not about["hyperv"]["installed"]:
        yield from found("hyperv", host, f"{host} has no Hyper-V")
        return
    yield from of_system(host, about.get("os") or {})
    yield from of_clock(host, when(about.get("time_utc")), visit)
    yield from of_services(host, about["services"])
    if not runs(about["services"], "vmms"):
        return  # without it Hyper-V tells neither switches nor VMs
    yield from of_switches(host, about["virtual_switches"], arrival, switch_map(facts.get("switch_map"), host))
    yield from of_space(host, facts, arrival, visit.needs)
    yield from of_capacity(host, facts, arrival, visit.loads)


def tells_vms(facts: HostFacts | None) -> bool:
    """Whether the host told of its VMs. Where it did not, why is told already."""
    about, failed = about_of(facts), bool(facts and facts.get("error"))
    hyperv = about.get("hyperv")
    installed = bool(hyperv and hyperv.get("installed"))
    return installed and not failed and runs(about["services"], "vmms")


def unread(host: str, facts: HostFacts, error: str) -> Iterator[Finding]:
    """A host that does not answer, or one that answers and cannot be read."""
    if facts.get("reached") is not True and through_a_proxy(error):
        message = f"the Hyper-V host {host} cannot be reached through the proxy: {error}"
        yield from found("host_proxied", host, message, host=host)
    elif facts.get("reached"):
        message = f"the Hyper-V host {host} answers, but cannot be read: {error}"
        yield from found("host_read", host, message, host=host)
    else:
        yield from found("host_reached", host, f"the Hyper-V host {host} cannot be reached: {error}")


def of_clock(host: str, told: datetime | None, visit: Visit) -> Iterator[Finding]:
    """A clock that is off for sure: ahead of the vault's by now, or behind what the vault's was before the host was read."""
    if told is None:
        return
    ahead, behind = told - visit.now, (visit.since or told) - told
    if max(ahead, behind) > CLOCK_MAY_BE_OFF:
        off, where = (ahead, "ahead of") if ahead > behind else (behind, "behind")
        minutes = f"{off.total_seconds() / 60:.0f} minutes"
        message = f"the clock of {host} is {minutes} {where} that of the vault, which may end its sign-in"
        yield from found("clock", host, message, host=host)


def of_system(host: str, system: System) -> Iterator[Finding]:
    """An edition of Windows that Microsoft's support matrix leaves out as the target of a failback."""
    build, name = system.get("build") or 0, system.get("name") or "Windows"
    if 0 < build < OLDEST:
        old = f"{host} runs {name} (build {build}), which is older than what is supported"
        yield from found("system", host, old, host=host)
    elif system.get("core") and build in WITHOUT_CORE:
        core = f"{host} runs {name} without a desktop, to which no failback is supported"
        yield from found("system", host, core, host=host)


def of_services(host: str, services: Mapping[str, Service]) -> Iterator[Finding]:
    """Every step needs these."""
    for name, title in SERVICES.items():
        state = (services.get(name) or {}).get("state", "absent")
        if state != "started":
            message = f"the service {name} ({title}) of {host} is {state}"
            yield from found("services", host, message, host=host, service=name)


def of_switches(host: str, switches: Sequence[Named], arrival: Arrival, mapped: SwitchMap) -> Iterator[Finding]:
    """The VM is plugged into a switch of the same name as before, or into nothing; or into the one that stands for it there."""
    known = {plain(one["name"]) for one in switches}
    names = ", ".join(one["name"] for one in switches) or "none"
    for recorded in filter(None, dict.fromkeys(arrival.item.switches)):
        wanted = there(recorded, mapped).switch
        if plain(wanted) not in known:
            stands = "" if plain(wanted) == plain(recorded) else f" for '{recorded}' (asr_switch_map)"
            plugged = f"which {arrival.item.friendly_name} was plugged into (it has: {names})"
            yield from found("switch", host, f"{host} has no virtual switch '{wanted}'{stands}, {plugged}", host=host)


def of_move(arrival: Arrival, stay: Stay, recorded: HostFacts | None) -> Iterator[Finding]:
    """Whether the VM may come to another host than its own, whose facts are `recorded` (docs/service.md 5.2)."""
    if not stay.elsewhere:
        return
    for facts in (stay.facts, recorded):
        if facts and about_of(facts).get("azure_local"):
            local = f"{facts['name']} is a machine of Azure Local, where a failback goes to its own host only"
            yield from found("azure_local", facts["name"], local)
    about = about_of(stay.facts)
    yield from of_tpm(arrival.item.friendly_name, stay, about.get("hyperv", {}).get("guardians") or [])
    yield from of_version(arrival.item.friendly_name, stay, about.get("hyperv", {}).get("vm_versions") or [])


def of_tpm(name: str, stay: Stay, keys: Sequence[str]) -> Iterator[Finding]:
    """A VM with a TPM is opened by the key of one of its guardians, which only hosts have that somebody gave it to."""
    told = next((one.vm.get("configuration") or {} for one in stay.search.seen), {})
    if not told.get("tpm") or not stay.facts or stay.facts.get("error"):
        return
    listed = told.get("guardians")
    guardians = [str(one) for one in listed] if isinstance(listed, list) else []
    if set(guardians) & set(keys):
        return
    why = (
        f"has none of its keys ({', '.join(guardians)})"
        if guardians
        else "may not have its key, which could not be read"
    )
    message = f"the VM {name} has a TPM, and {stay.host} {why}: it would not start there, or without what is in it"
    yield from found("tpm", stay.host, message, host=stay.host)


def of_version(name: str, stay: Stay, known: Sequence[str]) -> Iterator[Finding]:
    """Whether the other host can run a VM of this configuration version. Only new hosts tell, and only a VM that was seen."""
    version = next((one.vm["version"] for one in stay.search.seen if one.vm.get("version")), "")
    if version and known and version not in known:
        message = f"the VM {name} has the configuration version {version}, {stay.host} can run {', '.join(known)}"
        yield from found("vm_version", stay.host, message, host=stay.host)
    elif not (version and known) and stay.facts and not stay.facts.get("error"):
        what = (
            f"{stay.host} tells no configuration versions"
            if version
            else f"the configuration version of {name} is not known"
        )
        message = f"{what}, so it is not checked whether {stay.host} can run it"
        yield from found("vm_version_known", stay.host, message, host=stay.host)
