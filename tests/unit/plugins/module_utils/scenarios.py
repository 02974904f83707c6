# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Small simulated vaults."""

from __future__ import annotations

from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import Wish
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import FailbackOptions

FAILBACK = ("data_sync", "create_vm_if_missing", "alternate_host")


def a_wish(goal: str, **more: Any) -> Wish:
    """What a caller asks for, in the words of the options; the data synchronization is chosen unless one is given."""
    failback: dict[str, Any] = {"data_sync": "auto", **{name: more.pop(name) for name in FAILBACK if name in more}}
    return Wish(Goal(goal), failback=FailbackOptions(**failback), **more)


def vm(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "host": "hv01", "disks_gb": [10], "changed_gb": 1, "days_in_azure": 2, **more}


def vault(*groups: str, vms: dict[str, dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """A vault with one plan; each group is the names of its VMs, `vms` says what is special about some of them."""
    special = vms or {}
    names = [name for group in groups for name in group.split()]
    return {
        "sites": [{"name": "site1", "hosts": [{"name": "hv01"}, {"name": "hv02"}]}],
        "vms": [vm(name, **special.get(name, {})) for name in names],
        "plans": [{"name": "plan1", "groups": [{"vms": group.split()} for group in groups]}],
        **more,
    }


THREE = vault("db01", "app01 web01")
ONE = vault("vm1")
