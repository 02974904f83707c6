# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts in the control interface: facts, and what people do to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import machines

if TYPE_CHECKING:
    from ..world import World
    from .computer import Computer


def host_facts(computer: Computer) -> dict[str, Any]:
    """Plain facts about a host, in no client's words. No secret is among them."""
    return {
        "online": computer.online,
        "registered": computer.registration is not None,
        "provider_installed": computer.provider,
        "features": sorted(computer.features),
        "restart_pending": bool(computer.pending),
        "services": dict(computer.services),
        "threads": dict(computer.threads),
        "volumes": [vars(volume) for volume in computer.volumes],
        "virtual_switches": computer.switches,
        "other_vms": [{"name": vm.name, "id": vm.id, "power": vm.power} for vm in computer.others],
    }


def known(what: str, name: Any, names: list[str]) -> None:
    """Names have to be among those that are there."""
    if name not in names:
        raise ValueError(f"{what}: {name!r} is not allowed; allowed: {', '.join(names)}")


def change_host(world: World, wanted: dict[str, Any]) -> None:
    """Switch a host off or on, fill a volume, stop or start services."""
    hosts = {host.name: host for site in world.estate.sites for host in site.hosts}
    known("name", wanted.get("name"), list(hosts))
    computer = hosts[wanted["name"]].windows
    volumes = {volume.letter: volume for volume in computer.volumes}
    for letter in wanted.get("free_gb", {}):
        known("free_gb", letter, list(volumes))
    for name in wanted.get("services", {}):
        known("services", name, list(computer.services))
    computer.online = bool(wanted.get("online", computer.online))
    for letter, free in wanted.get("free_gb", {}).items():
        volumes[letter].free_gb = float(free)
    for name, runs in wanted.get("services", {}).items():
        computer.services[name] = bool(runs)
    machines.tell_vault(world, computer)


def change_vm(world: World, wanted: dict[str, Any]) -> None:
    """Switch an on-premises VM by hand."""
    items = {item.key: item for item in world.estate.items if item.vm.present}
    known("name", wanted.get("name"), list(items))
    known("power", wanted.get("power"), list(machines.POWER))
    item = items[wanted["name"]]
    if wanted["power"] == "running":
        machines.switch_on(item.vm, item, world.now)
    else:
        item.vm.power = wanted["power"]
