# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What exists: sites with Hyper-V hosts, VMs, protected items, recovery plans. Plain data, no HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from .azure import Lock, Remains
from .states import STATES, State

if TYPE_CHECKING:
    from .azure import AzureVm
    from .computers import Computer
    from .jobs import Job

# docs/service.md 1, same in every vault
AZURE_FABRIC = "d49858f157601230a6ac5862fbbc6e63bf38d23ecd96cf953767945d457fe9d5"
AZURE_CONTAINER = "d38048d4-b460-4791-8ece-108395ee8478"
AZURE_FABRIC_GUID = "21a9403c-6ec1-44f2-b744-b4e50b792387"


@dataclass
class Network:
    """The way between Azure and the hosts."""

    bandwidth_mbps: float
    threads: int
    thread_mbps: float
    checksum_gb_per_minute: float


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
class Disk:
    """A virtual disk, size in GB."""

    name: str
    id: str
    gb: float
    operating_system: bool


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
    switch: str
    nic_id: str
    changed_gb: float
    days_in_azure: float
    present: bool = True
    power: str = "running"  # running, off, saved or paused
    consistent: bool = True
    spoiled: bool = False  # started by hand while a failback wrote into its disks
    started: float = 0.0  # when it was switched on last
    plugged: str | None = None  # the switch it is really plugged into
    checkpoints: list[str] = field(default_factory=list)
    version: str = "9.0"  # configuration version
    replication: dict[str, str] = field(default_factory=dict)  # Hyper-V's words where they differ from the usual ones
    addresses: list[str] | None = None  # what the guest tells; None: what is usual
    unreadable: str = ""  # why its host cannot read it

    @property
    def disk_gb(self) -> float:
        """Size of all disks."""
        return sum(disk.gb for disk in self.disks)


class RecoveryPoint(NamedTuple):
    """A moment that the disks in Azure can be put back to."""

    name: str
    moment: float
    app_consistent: bool = False


@dataclass
class Item:
    """A replication protected item. `key` is its name in the scenario, `name` the one in its ARM id."""

    key: str
    name: str
    vm: Machine
    site: Site
    state: str
    azure_name: str = ""  # what failovers call the VM in Azure
    number: int = 4  # for its addresses in Azure
    managed_disks: bool = False
    azure_public_ip: bool = False
    azure: AzureVm | None = None
    test_azure: AzureVm | None = None
    job: Job | None = None  # the job that runs on it
    test_failover_state: str = "None"
    last_failover: float | None = None
    last_test_failover: float | None = None
    recovery_point: str | None = None
    correlation: str = ""
    synchronized_at: float | None = None
    waited_seconds: float = 0.0
    recovery_points: list[RecoveryPoint] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    health: str = "Normal"
    failover_health: str = ""  # "": what follows from its errors
    health_errors: list[dict[str, Any]] = field(default_factory=list)
    allows: list[str] | None = None  # allowed operations where they differ from those of its state
    vault_host: Host | None = None  # where the vault believes the VM to be; None: where it is
    protected_since: float = 0.0

    @property
    def row(self) -> State:
        """What the item shows in its state."""
        return STATES[self.state]

    @property
    def allowed(self) -> tuple[str, ...]:
        """Allowed operations; a busy item allows none (docs/service.md 3.1, row 3a)."""
        return () if self.job else self.idle_allowed

    @property
    def idle_allowed(self) -> tuple[str, ...]:
        """What its state allows while nothing runs, or what was set."""
        return self.row.allowed if self.allows is None else tuple(self.allows)

    @property
    def known_host(self) -> Host:
        """The host that the vault shows."""
        return self.vault_host or self.vm.host


@dataclass
class Plan:
    """A recovery plan; groups are the Boot groups, `fixed` has the actions of the other two by their kind."""

    name: str
    id: str
    site: Site
    groups: list[dict[str, Any]]
    model: str = "ResourceManager"
    fixed: dict[str, dict[str, Any]] = field(default_factory=dict)
    scenario: tuple[str, str, float] | None = None  # name, job id, start
    job: Job | None = None
    last_times: dict[str, float] = field(default_factory=dict)
    commit_pending: bool = False
    test_pending: bool = False


@dataclass
class Estate:
    """Everything the vault knows of, and its names."""

    subscription: str
    resource_group: str
    vault: str
    location: str
    recovery_resource_group: str
    network: Network
    sites: list[Site] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    policy: str = "replication-policy"
    mapping: str = "mapping-to-azure"
    storage_account: str = "asrcache"
    virtual_network: str = "vnet-recovery"
    service: dict[str, Any] = field(default_factory=dict)  # choices where the real service was never seen
    locks: list[Lock] = field(default_factory=list)
    remains: Remains = field(default_factory=Remains)

    def item(self, name: str) -> Item | None:
        """An item by the name in its ARM id."""
        return next((one for one in self.items if one.name.lower() == name.lower()), None)

    def plan(self, name: str) -> Plan | None:
        """A plan by its name."""
        return next((one for one in self.plans if one.name.lower() == name.lower()), None)

    def host(self, name: str) -> Host | None:
        """Host by its name in the scenario."""
        return next((host for site in self.sites for host in site.hosts if host.name == name), None)

    def move_host(self, host: Host, site_name: str) -> bool:
        """Put a host into the site it is registered to; False when there is no such Hyper-V site."""
        target = next((site for site in self.sites if site.friendly == site_name and not site.vmm_provider), None)
        if not target:
            return False
        for site in self.sites:
            site.hosts = [one for one in site.hosts if one is not host]
        target.hosts.append(host)
        return True

    def host_of_provider(self, provider: str) -> tuple[Site, Host] | None:
        """Fabric and host of a provider guid."""
        for site in self.sites:
            for host in site.providers:
                if host.provider.lower() == provider.lower():
                    return site, host
        return None
