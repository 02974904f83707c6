# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules on simulated Windows hosts, without a connection."""

from __future__ import annotations

from typing import Any

from asr_simulator.estate.places import Computer
from asr_simulator.windows.manifest import ModuleCall
from asr_simulator.windows.run import run_module
from asr_simulator.world.world import World

from .simulated import Client

SPEC = """
$spec = @{
    options = @{
        name = @{ type = 'str' }; id = @{ type = 'str' }; state = @{ type = 'str' }; type = @{ type = 'str' }
        turn_off = @{ type = 'bool'; default = $false }; failback_phase = @{ type = 'str' }
        net_adapter = @{ type = 'str' }; allow_management_os = @{ type = 'bool' }; management_vlan = @{ type = 'int' }
        download_threads = @{ type = 'int' }; upload_threads = @{ type = 'int' }
        proxy_address = @{ type = 'str' }; proxy_port = @{ type = 'int' }; no_proxy = @{ type = 'bool' }
        work_days = @{ type = 'list' }; work_start = @{ type = 'str' }; work_end = @{ type = 'str' }
        work_hour_bandwidth = @{ type = 'int' }; non_work_hour_bandwidth = @{ type = 'int' }; no_throttle = @{ type = 'bool' }
        details = @{ type = 'list'; default = 'disks', 'network_adapters', 'integration_services', 'checkpoints', 'replication' }
        ids = @{ type = 'list' }; vm_details = @{ type = 'list' }; vm_ids = @{ type = 'list' }
        key_file = @{ type = 'path' }; proof = @{ type = 'str'; no_log = $true }
    }
    supports_check_mode = $true
}
"""


def computer_of(world: World, name: str = "hv01") -> Computer:
    """The Windows of a host as it stands."""
    host = world.estate.host(name)
    assert host, name
    return host.computer


def computer(client: Client, name: str = "hv01") -> Computer:
    """The Windows of a host, once what is due has happened."""
    client.world.kernel.settle()
    return computer_of(client.world, name)


def run(client: Client, host: str, module: str, check: bool = False, spec: str = SPEC, **args: Any) -> dict[str, Any]:
    """The result of one of the collection's modules, or of one with a dot in its name."""
    name = module if "." in module else f"asr.hyperv.{module}"
    internal = {"_ansible_check_mode": check, "_ansible_diff": True}
    call = ModuleCall(name, spec, args, internal, is_script=False)
    return run_module(client.world, computer(client, host), call)


def host_fact(client: Client, name: str) -> dict[str, Any]:
    return next(host for host in client.control("GET", "state")["hosts"] if host["name"] == name)


def provider(client: Client, name: str) -> dict[str, Any]:
    """What the vault shows of the provider on a host; empty if it knows none."""
    found = client.get("/replicationRecoveryServicesProviders")["value"]
    return next((body for body in found if body["properties"]["friendlyName"] == name), {})
