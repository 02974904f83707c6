# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Hyper-V tells of the system inside a VM: heartbeat, integration services in the language of the host, addresses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from ..estate.places import Machine


@dataclass(frozen=True)
class Component:
    """An integration service: its id is the same in every language, its name is not."""

    id: str
    word: str  # of the collection
    en: str
    de: str


COMPONENTS = tuple(
    Component(*row)
    for row in (
        ("6C09BB55-D683-4DA0-8931-C9BF705F6480", "guest_service_interface", "Guest Service Interface", "Gastdienste"),
        ("84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47", "heartbeat", "Heartbeat", "Takt"),
        ("2A34B1C2-FD73-4043-8A5B-DD2159BC743F", "key_value_pair_exchange", "Key-Value Pair Exchange", "Wertepaare"),
        ("9F8233AC-BE49-4C79-8EE3-E7E1985B2077", "shutdown", "Shutdown", "Herunterfahren"),
        (
            "2497F4DE-E9FA-4204-80E4-4B75C46419C0",
            "time_synchronization",
            "Time Synchronization",
            "Zeitsynchronisierung",
        ),
        ("5CED1297-4598-4915-A5FC-AD21BB4D02A4", "vss", "VSS", "VSS"),
    )
)
WORDS = {"en": ("OK", "No Contact"), "de": ("OK", "Kein Kontakt")}
SILENT = ("silent", "without_services")  # guests that do not answer Hyper-V


def answers(vm: Machine) -> bool:
    """Whether the guest talks to Hyper-V."""
    return vm.power == "running" and vm.consistent and vm.guest not in SILENT


def heartbeat(vm: Machine) -> str:
    """Hyper-V's word for the heartbeat of a guest."""
    if not vm.power.startswith("running") or vm.guest == "without_services":
        return ""
    return "OkApplicationsHealthy" if answers(vm) else "NoContact"


def integration(vm: Machine) -> list[dict[str, Any]]:
    """The integration services of a VM: status is what people read, in their language; operational is the word behind it."""
    if vm.guest == "without_services":
        return []
    language = vm.host.computer.language
    status = WORDS[language][0 if answers(vm) else 1] if vm.power.startswith("running") else ""
    operational = ("Ok" if answers(vm) else "NoContact") if status else None
    return [
        {
            "Name": getattr(one, language),
            "Component": one.id,
            "Word": one.word,
            "Enabled": True,
            "Status": status,
            "Operational": operational,
        }
        for one in COMPONENTS
    ]


def addresses(vm: Machine) -> list[str]:
    """A guest tells its address when it runs and is plugged in; one from TEST-NET-1 that depends on its id."""
    if vm.power != "running" or not vm.consistent or vm.guest in SILENT:
        return []
    if not any(one.plugged for one in vm.adapters):
        return []
    if vm.addresses is not None:
        return list(vm.addresses)
    return [f"192.0.2.{int(vm.id[:4], 16) % 253 + 1}"]


def thumbprint(host: str) -> str:
    """Of the certificate with which a host seals the TPMs of its VMs."""
    return hashlib.sha256(host.encode()).hexdigest()[:40].upper()
