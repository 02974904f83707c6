# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a Windows host is, beside what the vault knows of it. Plain data, and the facts that follow from it."""

from __future__ import annotations

import ntpath
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..world.tokens import stable_guid

if TYPE_CHECKING:
    from .estate import Host, Machine

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
class Volume:
    """A volume with a drive letter or a mount point, sizes in GB. One that is shared is one object for all its hosts."""

    path: str
    size_gb: float
    free_gb: float
    id: str = ""
    shared: bool = False

    @property
    def letter(self) -> str:
        """Its drive letter; a mount point has none."""
        return self.path[0] if len(self.path) <= 3 else ""

    @property
    def name(self) -> str:
        """As people call it."""
        return f"{self.letter}:" if self.letter else self.path


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
    files: dict[str, bytes | None] = field(default_factory=dict)  # path in lower case; None is a folder
    programs_run: list[str] = field(default_factory=list)  # installers, by their paths
    rules: dict[str, list[str]] = field(
        default_factory=dict
    )  # who may do what with a path in lower case, as it was asked for
    others: list[Machine] = field(default_factory=list)  # VMs that aren't protected
    skew: float = 0.0
    vm_versions: list[str] = field(default_factory=lambda: list(VERSIONS))
    azure_local: bool = False
    cluster: str = ""
    machine_id: str = ""
    folder: str = ""  # where VMs are put; "": Hyper-V on the last volume
    also_known_as: list[str] = field(default_factory=list)
    ages: dict[str, float] = field(default_factory=dict)  # path in lower case: days that the file had at the start
    booted: float = field(default_factory=time.time)
    restart_at: float | None = None

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


def build_computer(host: Host, given: dict[str, Any], key: dict[str, str], seed: int) -> Computer:
    """The server behind a host of the scenario; `key` is what its vault key file says."""
    computer = Computer(host, machine_id=stable_guid(0, "firmware", host.name), cluster=given["cluster"])
    computer.volumes = [volume_of(host.name, given["cluster"], volume) for volume in given["volumes"]]
    computer.folder = given.get("vm_path", "")
    computer.also_known_as = list(given["also_known_as"])
    computer.adapters = list(given["adapters"])
    computer.skew = given["clock_skew_seconds"]
    computer.online = given["online"]
    computer.services["WinRM"] = True
    if given["hyperv"]:
        computer.features = {HYPERV, TOOLS}
        computer.services["vmms"] = True
        for name in list(given["switches"]):  # the host's own list of names is written anew with each
            computer.add_switch(name, external(computer.adapters[0]))
    else:
        host.switches.clear()
    if given["provider"] != "absent":
        computer.install_provider()
    if given["provider"] == "registered":
        computer.registration = key
        computer.services["dra"] = given["connected"]
    for path, content in given["files"].items():
        computer.files[ntpath.normpath(path).lower()] = content.encode()
    if given.get("key_file"):
        path = given["key_file"].lower()
        computer.files[path] = key_text(key, stable_guid(seed, "vault key")).encode()
        computer.ages[path] = given["key_file_days"]
    return computer


def volume_of(host: str, cluster: str, given: dict[str, Any]) -> Volume:
    """A volume of a scenario, by its letter or its path; the id of a shared one does not depend on the host."""
    path = given.get("path") or f"{given['letter']}:\\"
    path = path if path.endswith("\\") else f"{path}\\"
    guid = stable_guid(0, "volume", cluster if given["shared"] else host, path.lower())
    return Volume(path, given["size_gb"], given["free_gb"], f"\\\\?\\Volume{{{guid}}}\\", given["shared"])


def external(adapter: str) -> dict[str, Any]:
    """Facts of an external switch as a scenario has them."""
    return {"type": "external", "net_adapter": adapter, "allow_management_os": True, "management_vlan": 0}


def key_text(key: dict[str, str], secret: str) -> str:
    """A vault key file: the element names are those of the real one, the secrets are made up."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><RSVaultAsrCreds><VaultDetails>'
        f"<ResourceName>{key['vault_name']}</ResourceName></VaultDetails><ManagementCert>{secret}</ManagementCert>"
        f"<ChannelIntegrityKey>{secret}</ChannelIntegrityKey><SiteName>{key['site_name']}</SiteName></RSVaultAsrCreds>"
    )
