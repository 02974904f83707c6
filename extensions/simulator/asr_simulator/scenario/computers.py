# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Makes the Windows servers that a scenario describes."""

from __future__ import annotations

import ntpath
from typing import Any

from ..estate.guids import stable_guid
from ..estate.parts import Volume
from ..estate.places import HYPERV, TOOLS, Computer, Host
from ..windows.switches import made


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
            usual = {"net_adapters": computer.adapters[:1]}
            computer.add_switch(name, made(name, {**usual, **given["switch_details"].get(name, {})}))
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


def key_text(key: dict[str, str], secret: str) -> str:
    """A vault key file: the element names are those of the real one, the secrets are made up."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><RSVaultAsrCreds><VaultDetails>'
        f"<ResourceName>{key['vault_name']}</ResourceName></VaultDetails><ManagementCert>{secret}</ManagementCert>"
        f"<ChannelIntegrityKey>{secret}</ChannelIntegrityKey><SiteName>{key['site_name']}</SiteName></RSVaultAsrCreds>"
    )
