# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where VMs are: sites with their Hyper-V hosts, the Windows servers behind these, and the VMs on them. Plain data.

The records name each other, so they share a file: a server belongs to a host, a VM is on a host, a server knows VMs.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from .guids import stable_guid
from .parts import Adapter, Disk, Volume

SERVICES = {
    "vmms": "Hyper-V Virtual Machine Management",
    "dra": "Microsoft Azure Site Recovery Service",
    "obengine": "Microsoft Azure Recovery Services Agent",
    "WinRM": "Windows Remote Management (WS-Management)",
}
HYPERV, TOOLS = "Hyper-V", "Hyper-V-PowerShell"
USER = "Administrator"
BOOT_SECONDS = 1.0  # wall seconds that a restart takes
GB = 1024**3
VERSIONS = ["8.0", "8.1", "8.2", "8.3", "9.0", "9.1", "9.2", "9.3", "10.0"]  # of Windows Server 2022


@dataclass
class Host:
    """A Hyper-V host; on a Hyper-V site it is a provider of its own."""

    name: str
    provider: str
    connected: bool = True
    switches: list[str] = field(default_factory=list)
    bandwidth_mbps: float | None = None
    last_heartbeat: float = 0.0
    registered: bool = True
    windows: Computer | None = None
    real: Host | None = None  # of a further registration: the host that it is
    machine_id: str = ""
    health_errors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def computer(self) -> Computer:
        """Its Windows server; of the providers only a VMM server and a further registration have none."""
        assert self.windows
        return self.windows


@dataclass
class Site:
    """A fabric: a Hyper-V site, or a VMM server."""

    name: str
    kind: str  # HyperVSite or VMM
    friendly: str
    internal_id: str
    container: str
    container_friendly: str
    hosts: list[Host]
    vmm_provider: Host | None = None
    networks: dict[str, str] = field(default_factory=dict)  # VM networks of a VMM server, and how each isolates
    key: dict[str, str] | None = None  # of an encrypted VMM cloud: thumbprint and expiry of the certificate
    twins: list[Host] = field(default_factory=list)  # further providers of the same names

    @property
    def providers(self) -> list[Host]:
        """One per host, or the one of the VMM server (docs/service.md 1.2)."""
        hosts = [host for host in self.hosts if host.registered]
        return [self.vmm_provider] if self.vmm_provider else [*hosts, *self.twins]

    def provider_of(self, host: Host) -> Host:
        """The provider that speaks for a host."""
        return self.vmm_provider or host


@dataclass
class Machine:
    """An on-premises VM, or what is left of it."""

    name: str
    id: str
    host: Host
    generation: int
    os: str
    disks: list[Disk]
    cpu: int
    memory_mb: int
    adapters: list[Adapter]
    changed_gb: float
    days_in_azure: float
    present: bool = True
    power: str = "running"  # or off, saved, paused, starting, stopping, running_critical, off_critical, saved_critical
    consistent: bool = True
    spoiled: bool = False  # started by hand while a failback wrote into its disks
    started: float = 0.0  # when it was switched on last
    checkpoints: list[str] = field(default_factory=list)
    version: str = "9.0"  # configuration version
    replication: dict[str, str] = field(default_factory=dict)  # Hyper-V's words where they differ from the usual ones
    addresses: list[str] | None = None  # what the guest tells; None: what is usual
    unreadable: str = ""  # why its host cannot read what it has
    unlisted: str = ""  # why Hyper-V cannot even list it
    clustered: bool = False  # a role of its host's failover cluster
    tpm: bool = False
    guardian: str = ""  # the host whose key opens its TPM
    guest: str = "obedient"  # or one that hangs, is silent, is without_services
    stuck: bool = False  # Hyper-V never answers who would start, save, switch off or remove it

    @property
    def disk_gb(self) -> float:
        """Size of all disks."""
        return sum(disk.gb for disk in self.disks)

    @property
    def switch(self) -> str:
        """The switch that the vault knows of its first adapter; without one there is none."""
        return self.adapters[0].switch if self.adapters else ""

    @switch.setter
    def switch(self, name: str) -> None:
        self.first.switch = name

    @property
    def plugged(self) -> str | None:
        """The switch that its first adapter is plugged into."""
        return self.adapters[0].plugged if self.adapters else None

    @plugged.setter
    def plugged(self, name: str | None) -> None:
        self.first.plugged = name

    @property
    def first(self) -> Adapter:
        """Its first adapter. Raises ValueError when it has none."""
        if not self.adapters:
            raise ValueError(f"{self.name!r} has no network adapter")
        return self.adapters[0]

    def plug_in(self, site: Site) -> None:
        """Plug all adapters into their switches, as far as its host has them."""
        for adapter in self.adapters:
            adapter.plug_in(self.host.switches, list(site.networks))


@dataclass
class Computer:
    """A Windows server. Services that it has are keys of `services`; the value tells whether they run."""

    host: Host
    online: bool = True
    cut: bool = False  # a fault keeps it from the vault
    services: dict[str, bool] = field(default_factory=dict)
    features: set[str] = field(default_factory=set)
    pending: set[str] = field(default_factory=set)  # features that wait for a restart
    provider: bool = False
    registration: dict[str, str] | None = None  # vault_name and site_name
    volumes: list[Volume] = field(default_factory=list)
    adapters: list[str] = field(default_factory=list)
    switches: dict[str, dict[str, Any]] = field(default_factory=dict)
    threads: dict[str, int] = field(default_factory=lambda: {"download_threads": 4, "upload_threads": 4})
    agent: dict[str, Any] = field(default_factory=lambda: {"throttle": None, "proxy": None})
    files: dict[str, bytes | None] = field(default_factory=dict)  # path in lower case; None is a folder
    programs_run: list[str] = field(default_factory=list)  # installers, by their paths
    rules: dict[str, list[str]] = field(
        default_factory=dict
    )  # who may do what with a path in lower case, as it was asked for
    others: list[Machine] = field(default_factory=list)  # VMs that aren't protected
    skew: float = 0.0
    latency_seconds: float = 0.0  # wall seconds that a call takes
    vm_versions: list[str] = field(default_factory=lambda: list(VERSIONS))
    azure_local: bool = False
    cluster: str = ""
    machine_id: str = ""
    folder: str = ""  # where VMs are put; "": Hyper-V on the last volume
    also_known_as: list[str] = field(default_factory=list)
    ages: dict[str, float] = field(default_factory=dict)  # path in lower case: days that the file had at the start
    booted: float = field(default_factory=time.time)
    restart_at: float | None = None
    language: str = "en"
    os: str = "2022"
    core: bool = False  # without a desktop
    processors: int = 32
    memory_gb: float = 256
    node: str = "Up"  # its state in the cluster
    peers: list[Computer] = field(default_factory=list)  # all nodes of its cluster, itself among them
    guardians: list[str] | None = None  # the hosts whose keys it has to open TPMs; None: its own alone
    troubles: dict[str, str] = field(default_factory=dict)  # cmdlet, Hyper-V or registry: the error of whoever asks
    mute: bool = False  # its Hyper-V answers nobody
    mute_cluster: bool = False  # its cluster service answers nobody

    @property
    def name(self) -> str:
        """NetBIOS name."""
        return self.host.name.partition(".")[0].upper()[:15]

    @property
    def has_hyperv(self) -> bool:
        return HYPERV in self.features and TOOLS in self.features

    @property
    def store(self) -> Volume:
        """The volume that VMs are put on."""
        return self.volumes[-1]

    @property
    def vm_path(self) -> str:
        """The folder that VMs are put into."""
        return self.folder or f"{self.store.path.rstrip(chr(92))}\\Hyper-V"

    def answers(self) -> bool:
        """Whether it can be reached now. A restart is over after a second; features that waited for it are there then."""
        if self.restart_at is not None and time.time() >= self.restart_at + BOOT_SECONDS:
            self.booted, self.restart_at = self.restart_at + BOOT_SECONDS, None
            self.features |= self.pending
            if HYPERV in self.pending:
                self.services["vmms"] = True
            self.pending = set()
        restarting = self.restart_at is not None and time.time() >= self.restart_at
        return self.online and not restarting

    def report(self, now: float) -> None:
        """Let the vault know: it hears of a host only while the host is on, registered, and its provider runs."""
        heard = self.online and not self.cut and self.registration is not None and self.services.get("dra", False)
        if self.host.connected and not heard:
            self.host.last_heartbeat = now
        self.host.connected = heard
        self.host.registered = self.registration is not None

    def install_provider(self) -> None:
        """Provider and agent come together; their services run from then on."""
        self.provider = True
        self.services.update(dra=True, obengine=True)

    def add_switch(self, name: str, facts: dict[str, Any]) -> None:
        self.switches[name] = {"id": stable_guid(0, "switch", self.host.name, name), **facts}
        self.host.switches[:] = list(self.switches)

    def remove_switch(self, name: str) -> None:
        del self.switches[name]
        self.host.switches[:] = list(self.switches)
