# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface below /_simulator/: facts, the request log, measurements, the clock, faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jsonschema

from .arm.call import Answer, Request
from .clock.clock import iso
from .estate.items import Item
from .facts import table as facts
from .facts.values import describe, fill
from .faults import schedules
from .scenario.schema import FAULT
from .windows import control as windows
from .world.measurements import median_lag, summary
from .world.world import World


def vault_of(world: World, query: Mapping[str, str]) -> World:
    """The vault that a request names, alone or behind its group and subscription, else the first. Raises ValueError."""
    if "vault" not in query:
        return world.vaults[0]
    wanted = ["", *query["vault"].lower().split("/")]
    addresses = [[one.estate.subscription, one.estate.resource_group, one.estate.vault] for one in world.vaults]
    fitting = [place for place, one in enumerate(addresses) if "/".join(["", *one]).lower().endswith("/".join(wanted))]
    if len(fitting) != 1:
        known = ", ".join("/".join(one) for one in addresses)
        raise ValueError(
            f"vault: {query['vault']!r} is {'no' if not fitting else 'more than one'} vault; known: {known}"
        )
    return world.vaults[fitting[0]]


def answer(request: Request) -> Answer:
    """One control request. It isn't logged and moves nothing but what it is asked to move."""
    guard = request.world.vaults[0].guard
    objection = guard.objection(request.headers) if guard else ""
    if objection:
        return 403, {}, {"error": {"code": "Forbidden", "message": objection}}
    name = request.path.removeprefix("/_simulator/").strip("/")
    handler = HANDLERS.get((request.method, name))
    if not handler:
        known = ", ".join(f"{method} /_simulator/{path}" for method, path in HANDLERS)
        return 404, {}, {"error": {"code": "NotFound", "message": f"Known: {known}"}}
    try:
        request.world = vault_of(request.world, request.query)
        request.world.kernel.settle()
        return 200, {}, handler(request)
    except ValueError as error:
        return 400, {}, {"error": {"code": "BadRequest", "message": str(error)}}


def vm_facts(item: Item) -> dict[str, Any]:
    """Plain facts about one VM, in no client's words."""
    vm = item.vm
    return {
        "name": item.key,
        "display_name": vm.name,
        "item_name": item.name,
        "host": vm.host.name,
        "on_premises_exists": vm.present,
        "on_premises_power": vm.power if vm.present else None,
        "on_premises_consistent": vm.consistent if vm.present else None,
        "on_premises_switch": vm.plugged if vm.present else None,
        "azure_vm_exists": item.azure is not None,
        "azure_vm_running": item.azure.running if item.azure else False,
        "azure_vm_name": item.azure.name if item.azure else None,
        "azure_resource_group": item.azure.group if item.azure else None,
        "azure_disks": [disk.name for disk in item.azure.disks] if item.azure else [],
        "test_vm_exists": item.test_azure is not None,
        "protection_state": item.row.protection,
        "active_location": item.row.active,
        "allowed_operations": list(item.allowed),
        "job": {"id": item.job.id, "scenario": item.job.scenario, "state": item.job.state} if item.job else None,
    }


def state(request: Request) -> dict[str, Any]:
    """Facts about hosts, VMs and jobs."""
    world = request.world
    return {
        "simulated_time": iso(world.now),
        "speed": world.clock.speed,
        "hosts": [
            {
                "name": host.name,
                "site": site.friendly,
                "connected": host.connected,
                "switches": host.switches,
                **windows.host_facts(host.computer),
            }
            for site in world.estate.sites
            for host in site.hosts
        ],
        "vms": [vm_facts(item) for item in world.estate.items],
        "left_in_azure": left_in_azure(world.estate),
        "jobs": [job_facts(job) for job in world.jobs.jobs],
    }


def left_in_azure(estate: Any) -> dict[str, list[str]]:
    """Names of what is in Azure and belongs to no protected item."""
    return {kind: [one.name for one in found] for kind, found in vars(estate.remains).items()}


def job_facts(job: Any) -> dict[str, Any]:
    """Facts about one job; child jobs of plans are among them."""
    return {
        "id": job.id,
        "operation": job.operation,
        "scenario": job.scenario,
        "state": job.state,
        "target": job.target[1],
        "start": iso(job.start),
        "end": iso(job.end),
        "listed": job.listed,
        "comments": job.comments,
    }


def requests(request: Request) -> dict[str, Any]:
    """The request log."""
    return {"requests": request.world.log.show()}


def measurements(request: Request) -> dict[str, Any]:
    """Lags and counts."""
    rows = request.world.measurements.rows()
    totals = {**request.world.log.totals(), "median_lag_wall_seconds": median_lag(rows)}
    return {"measurements": rows, "steps": summary(rows), "totals": totals}


def clock_facts(world: World) -> dict[str, Any]:
    """Both times and the speed."""
    return {"simulated_time": iso(world.now), "speed": world.clock.speed, "wall_time": iso(world.clock.wall())}


def clock(request: Request) -> dict[str, Any]:
    """The clock."""
    return clock_facts(request.world)


def move_clock(request: Request) -> dict[str, Any]:
    """`{"speed": n}` and `{"advance": seconds}`, alone or together."""
    world, body = request.world, body_of(request, "speed", "advance")
    for name, value in body.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            raise ValueError(f"{name}: {value!r} is not allowed; allowed: a number, at least 0")
    if "speed" in body:
        world.clock.set_speed(body["speed"])
    if "advance" in body:
        world.clock.advance(body["advance"])
    world.kernel.settle()
    return clock_facts(world)


def reset(request: Request) -> dict[str, Any]:
    """Back to the start of the scenario."""
    request.world.reset()
    return clock_facts(request.world)


def faults(request: Request) -> dict[str, Any]:
    """The faults in force."""
    return {"faults": [fault.show() for fault in request.world.faults.rows]}


def add_fault(request: Request) -> dict[str, Any]:
    """One fault, in the same words as in a scenario, or `{"schedule": name}` for all of a schedule."""
    if isinstance(request.body, dict) and "schedule" in request.body:
        request.world.faults.add_schedule(body_of(request, "schedule")["schedule"])
        return faults(request)
    errors = list(jsonschema.Draft202012Validator(FAULT).iter_errors(request.body))
    if errors:
        raise ValueError("; ".join(describe(error) for error in errors))
    request.world.faults.add(fill(dict(request.body), FAULT))
    return faults(request)


def list_schedules(request: Request) -> dict[str, Any]:
    """The named schedules, with the names of this estate."""
    return {"schedules": schedules.show(request.world), "expect": schedules.EXPECT}


def clear_faults(request: Request) -> dict[str, Any]:
    """Take all faults away."""
    request.world.faults.clear()
    return faults(request)


def body_of(request: Request, *allowed: str) -> dict[str, Any]:
    """A body with some of the allowed keys."""
    body = request.body
    if not isinstance(body, dict) or not body or set(body) - set(allowed):
        raise ValueError(f"{body!r} is not allowed; allowed keys: {', '.join(allowed)}")
    return body


def changed(kind: str) -> Callable[[Request], dict[str, Any]]:
    """`{"name": .., fact: value, ..}`: what people do to a thing; `azure` of a VM has the facts of the one in Azure."""

    def change(request: Request) -> dict[str, Any]:
        body = request.body
        if not isinstance(body, dict) or not body:
            raise ValueError(f"{body!r} is not allowed; allowed keys: name, {', '.join(facts.FACTS[kind])}")
        wanted = {key: value for key, value in body.items() if key not in ("name", "azure")}
        name = body.get("name", request.world.estate.vault if kind == "vault" else None)
        checked = {kind: facts.check(kind, wanted)} if wanted or "azure" not in body else {}
        if kind == "vm" and "azure" in body:
            checked["azure"] = facts.check("azure", body["azure"])
        for part, values in checked.items():
            facts.change(request.world, part, name, values)
        return state(request)

    return change


def windows_calls(request: Request) -> dict[str, Any]:
    """What was run on the Windows hosts, in its order, without secrets."""
    return {"calls": request.world.windows_log}


HANDLERS = {
    ("GET", "state"): state,
    ("GET", "requests"): requests,
    ("GET", "measurements"): measurements,
    ("GET", "clock"): clock,
    ("POST", "clock"): move_clock,
    ("POST", "reset"): reset,
    ("GET", "faults"): faults,
    ("POST", "faults"): add_fault,
    ("DELETE", "faults"): clear_faults,
    ("POST", "hosts"): changed("host"),
    ("POST", "vms"): changed("vm"),
    ("POST", "plans"): changed("plan"),
    ("POST", "vault"): changed("vault"),
    ("GET", "windows"): windows_calls,
    ("GET", "schedules"): list_schedules,
}
