# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a scenario file may contain, as JSON schema. Defaults stand here too; README.md describes the same."""

from __future__ import annotations

from typing import Any

from ..estate.states import STATES
from ..facts import table as facts
from ..facts.fact import rows, table
from ..facts.plan import ACTION as ANY_ACTION
from ..faults.kinds import KINDS, OPTIONS
from ..jobs.under_way import UNDER_WAY


def text(**more: Any) -> dict[str, Any]:
    """A string."""
    return {"type": "string", "minLength": 1, **more}


def number(default: float | None = None, **more: Any) -> dict[str, Any]:
    """A number."""
    return {"type": "number", **({} if default is None else {"default": default}), **more}


def flag(default: bool) -> dict[str, Any]:
    """Yes or no."""
    return {"type": "boolean", "default": default}


MOST_DISKS, MOST_GB = 260, 65536  # of a VM in Hyper-V: on four controllers each, and of one disk
AZURE_NAME = "^[A-Za-z0-9-]{1,63}$"  # of an Azure VM; a VM in Hyper-V may be called anything

VAULT_NAME = "^[A-Za-z][A-Za-z0-9-]{1,49}$"
GROUP_NAME = r"^[\w.()-]{0,89}[\w()-]$"

VAULT = table(
    {
        "name": text(default="vault1", pattern=VAULT_NAME),
        "resource_group": text(default="rg-recovery", pattern=GROUP_NAME),
        "recovery_resource_group": text(default="rg-failover", pattern=GROUP_NAME),
        "location": text(default="westeurope"),
        "subscription_id": text(),
        **facts.keys("vault"),
    },
    default={},
)
SERVICE = table(
    {
        "new_job_seconds": number(5, minimum=0),
        "new_job_item": {"enum": ["busy", "unchanged"], "default": "unchanged"},
        "locked_commit": {"enum": ["fails", "leaves"], "default": "fails"},
        "commit_keeps": rows({"enum": ["nic", "public_ip", "disks", "added_disks"]}, default=[]),
        "managed_disk_location": {"enum": ["none", "arm_id", "blob"], "default": "none"},
        "moved_vm": {"enum": ["old", "new"], "default": "old"},
        "old_copy": {"enum": ["gone", "stays"], "default": "gone"},
        "renamed_item": {"enum": ["old", "new"], "default": "old"},
        "most_jobs": {"type": ["integer", "null"], "minimum": 1, "default": None},
        "signed_status_urls": flag(True),
        "retry_after": {"type": ["number", "null"], "minimum": 0, "default": 30},
    },
    default={},
)
CREDENTIALS = table(
    {
        "tenant": text(),
        "client_id": text(),
        "secret": text(),
        "secret_expired": flag(False),
        "expires_in": number(3599, exclusiveMinimum=0),
    },
    default={},
)
NETWORK = table(
    {
        "bandwidth_mbps": number(1000, exclusiveMinimum=0),
        "threads": {"type": "integer", "default": 4, "minimum": 1, "maximum": 32},
        "thread_mbps": number(100, exclusiveMinimum=0),
        "checksum_gb_per_minute": number(4, exclusiveMinimum=0),
    },
    default={},
)
LIMIT = table({"bucket": number(minimum=1), "refill": number(exclusiveMinimum=0)}, "bucket", "refill")
LIMITS = table({"reads": LIMIT, "writes": LIMIT}, default={})
VOLUME = table(
    {
        "letter": text(pattern="^[A-Z]$"),
        "path": text(pattern=r"^[A-Z]:\\"),
        "shared": flag(False),
        "size_gb": number(4000, exclusiveMinimum=0),
        "free_gb": number(3000, minimum=0),
    },
    oneOf=[{"required": ["letter"]}, {"required": ["path"]}],
)
SWITCH = table(
    {
        "net_adapters": rows(text(), minItems=1),
        "management_adapters": rows(
            table({"name": text(), "vlan": {"type": ["integer", "null"], "default": 0}}, "name")
        ),
    }
)
VOLUMES = [{"letter": "C", "size_gb": 200, "free_gb": 120}, {"letter": "D", "size_gb": 16000, "free_gb": 12000}]
HOST = table(
    {
        **facts.keys("host"),
        "name": text(),
        "connected": flag(True),
        "switches": rows(text(), default=["external"]),
        "switch_details": {"type": "object", "additionalProperties": SWITCH, "default": {}},
        "online": flag(True),
        "hyperv": flag(True),
        "provider": {"enum": ["registered", "installed", "absent"], "default": "registered"},
        "volumes": rows(VOLUME, minItems=1, default=VOLUMES),
        "adapters": rows(text(), minItems=1, default=["Ethernet", "Ethernet 2"]),
        "other_vms": rows(text(), default=[]),
        "key_file": text(),
        "key_file_days": number(0, minimum=0),
        "cluster": {"type": "string", "default": ""},
        "vm_path": text(),
        "also_known_as": rows(text(), default=[]),
        "files": {"type": "object", "additionalProperties": {"type": "string"}, "default": {}},
        "clock_skew_seconds": number(0),
        "bandwidth_mbps": {"type": ["number", "null"], "exclusiveMinimum": 0, "default": None},
    },
    "name",
)
ISOLATION = ("NoIsolation", "VLANNetwork", "WindowsNetworkVirtualization")
NETWORK_OF_VMM = table({"name": text(), "type": {"enum": list(ISOLATION), "default": ISOLATION[0]}}, "name")
SITE = table(
    {
        "name": text(),
        "kind": {"enum": ["HyperVSite", "VMM"], "default": "HyperVSite"},
        "cloud": text(),
        "networks": rows(NETWORK_OF_VMM, default=[]),
        "encryption": table({"thumbprint": text(pattern="^[0-9A-Fa-f]{40}$"), "days_left": number(365)}),
        "hosts": rows(HOST, minItems=1),
    },
    "name",
    "hosts",
)
VM = table(
    {
        **facts.keys("vm"),
        "azure": {**table(facts.keys("azure")), "default": {}},
        "name": text(),
        "display_name": text(),
        "azure_name": text(pattern=AZURE_NAME),
        "item_name": text(),
        "host": text(),
        "generation": {"enum": [1, 2], "default": 2},
        "os": {"enum": ["Windows", "Linux"], "default": "Windows"},
        "disks_gb": rows(number(exclusiveMinimum=0, maximum=MOST_GB), minItems=1, maxItems=MOST_DISKS, default=[40]),
        "changed_gb": number(1, minimum=0),
        "days_in_azure": number(1, minimum=0),
        "on_premises": {"enum": ["present", "deleted"], "default": "present"},
        "state": {"enum": [*STATES, *UNDER_WAY], "default": "failed_over"},
        "replication_health": {"enum": ["Normal", "Warning", "Critical"], "default": "Normal"},
        "managed_disks": flag(True),
        "azure_public_ip": flag(False),
        "switch": {"type": "string"},
        "switches": rows({"type": "string"}, maxItems=8),
        "cpu": {"type": "integer", "default": 2, "minimum": 1},
        "memory_mb": {"type": "integer", "default": 4096, "minimum": 32},
    },
    "name",
    "host",
)
MANUAL_KEYS = ("name", "instructions", "failover_types", "directions")
MANUAL = table({key: ANY_ACTION["properties"][key] for key in MANUAL_KEYS}, "name")
GROUP = table(
    {
        "vms": rows(text(), default=[]),
        "manual_actions_before": rows(MANUAL, default=[]),
        "manual_actions_after": rows(MANUAL, default=[]),
        "actions_before": rows(ANY_ACTION, default=[]),
        "actions_after": rows(ANY_ACTION, default=[]),
    }
)
PLAN = table(
    {
        "name": text(),
        "groups": rows(GROUP, minItems=1, maxItems=7),
        "actions": facts.keys("plan")["actions"],
    },
    "name",
    "groups",
)
DENIED = table({"action": text(), "items": rows(text(), default=[])}, "action")
FAULT = table(
    {
        "kind": {"enum": list(KINDS)},
        "match": table(
            {key: text() for key in ("method", "path", "item", "verb", "state", "job_state", "task")}, default={}
        ),
        "count": {"type": ["integer", "null"], "minimum": 0},  # without it, what is usual for the kind
        "skip": {"type": "integer", "minimum": 0, "default": 0},
        "after": number(0, minimum=0),
        "lasts": {"type": ["number", "null"], "minimum": 0},
        **OPTIONS,
    },
    "kind",
)

OF_ONE_VAULT = {
    "page_size": {"type": "integer", "default": 200, "minimum": 1},
    "vault": VAULT,
    "service": SERVICE,
    "network": NETWORK,
    "sites": rows(SITE, minItems=1),
    "vms": rows(VM, minItems=0, default=[]),
    "plans": rows(PLAN, default=[]),
    "denied_actions": rows(DENIED, default=[]),
    "faults": rows(FAULT, default=[]),
}
OTHER_VAULT = table({**OF_ONE_VAULT, "seed": {"type": "integer"}}, "sites", "vault")
SCHEMA = table(
    {
        "speed": number(1, minimum=0),
        "seed": {"type": "integer", "default": 1},
        "credentials": CREDENTIALS,
        "limits": LIMITS,
        **OF_ONE_VAULT,
        "other_vaults": rows(OTHER_VAULT, default=[]),
    },
    "sites",
)
