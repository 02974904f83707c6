# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts of a Hyper-V host, and of what the vault knows of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..estate.guids import stable_guid
from ..estate.parts import Volume
from ..estate.places import Host
from ..windows.machines import tell_vault
from ..world.world import World
from .fact import FLAG, HEALTH_ERRORS, NUMBER, TEXT, WORDS, Fact, by_name, one_of, rows, table

DAY = 86400.0
TWIN = table(
    {
        "connected": {**FLAG, "default": False},
        "silent_days": {**NUMBER, "default": 300},
        "machine_id": TEXT,
    }
)

TROUBLES = table(dict.fromkeys(("Hyper-V", "registry", "cluster"), TEXT))  # what cannot be used, and in which words


def known(what: str, name: str, names: list[str]) -> None:
    """Names have to be among those that are there."""
    if name not in names:
        raise ValueError(f"{what}: {name!r} is not allowed; allowed: {', '.join(names)}")


def online(world: World, host: Host, on: bool) -> None:
    """The host is switched off or on."""
    host.computer.online = on
    tell_vault(world, host.computer)


def away_for(world: World, host: Host, seconds: float) -> None:
    """The host cannot be reached for some simulated seconds."""
    online(world, host, False)
    world.kernel.at(world.now + seconds, lambda: online(world, host, True))


def connected(world: World, host: Host, heard: bool) -> None:
    """The vault hears from the host, or not, though its services run."""
    host.computer.cut = not heard
    tell_vault(world, host.computer)


def volume_of(host: Host, name: str) -> Volume:
    """A volume of a host by its letter or its path."""
    for volume in host.computer.volumes:
        if name.rstrip("\\:").lower() == volume.path.rstrip("\\:").lower():
            return volume
    known("free_gb", name, [volume.letter or volume.path for volume in host.computer.volumes])
    raise AssertionError(name)


def free_gb(_world: World, host: Host, wanted: dict[str, float]) -> None:
    """Volumes get fuller or emptier."""
    found = [(volume_of(host, name), float(free)) for name, free in wanted.items()]
    for volume, free in found:
        volume.free_gb = free


def services(world: World, host: Host, wanted: dict[str, bool]) -> None:
    """Services are stopped and started."""
    for name in wanted:
        known("services", name, list(host.computer.services))
    host.computer.services.update(wanted)
    tell_vault(world, host.computer)


def of_computer(name: str) -> Callable[[World, Host, Any], None]:
    """A fact that is an attribute of the Windows server."""

    def put(_world: World, host: Host, value: Any) -> None:
        setattr(host.computer, name, value)

    return put


def twins(world: World, host: Host, given: list[dict[str, Any]]) -> None:
    """Further providers of the same name: left from an earlier installation, or registered twice."""
    site = next(site for site in world.estate.sites if host in site.hosts)
    site.twins = [one for one in site.twins if one.real is not host]
    for place, one in enumerate(given):
        guid = stable_guid(0, "twin", host.name, str(place))
        seen = world.now - one["silent_days"] * DAY
        twin = Host(host.name, guid, one["connected"], last_heartbeat=seen, real=host)
        twin.machine_id = one.get("machine_id", "")
        site.twins.append(twin)


HOST: dict[str, Fact] = {
    "online": Fact(FLAG, online, built=True),
    "away_for": Fact(NUMBER, away_for),
    "free_gb": Fact(by_name(NUMBER), free_gb),
    "services": Fact(by_name(FLAG), services),
    "connected": Fact(FLAG, connected, built=True),
    "vm_versions": Fact(rows(TEXT), of_computer("vm_versions")),
    "azure_local": Fact(FLAG, of_computer("azure_local")),
    "cluster": Fact(WORDS, of_computer("cluster"), built=True),
    "os": Fact(one_of("2016", "2019", "2022", "2025"), of_computer("os")),
    "core": Fact(FLAG, of_computer("core")),
    "processors": Fact(NUMBER, of_computer("processors")),
    "memory_gb": Fact(NUMBER, of_computer("memory_gb")),
    "guardians": Fact(rows(TEXT), of_computer("guardians")),
    "node": Fact(one_of("Up", "Paused", "Down"), of_computer("node")),
    "language": Fact(one_of("en", "de"), of_computer("language")),
    "troubles": Fact(TROUBLES, of_computer("troubles")),
    "mute": Fact(FLAG, of_computer("mute")),
    "mute_cluster": Fact(FLAG, of_computer("mute_cluster")),
    "machine_id": Fact(TEXT, of_computer("machine_id")),
    "latency_seconds": Fact(NUMBER, of_computer("latency_seconds")),
    "twins": Fact(rows(TWIN), twins),
    "health_errors": Fact(HEALTH_ERRORS, lambda _world, host, value: setattr(host, "health_errors", value)),
}
