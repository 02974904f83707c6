# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""An inventory of the members of recovery plans, for Ansible: a group for each plan, and one for each group in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.names import host_objection
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.plan_shapes import PlanDefinition

InventoryGroup = dict[str, dict[str, dict[str, object]]]  # hosts or children, by name
ALL_PLANS = "recovery_plans"


def plan_inventory(plans: Iterable[PlanDefinition], taken: Iterable[str] = ()) -> dict[str, object]:
    """The inventory of plans in the words of the module recovery_plan, as data for a YAML file, always in the same order.

    VMs whose names cannot be hosts are not in it (`unfit_hosts`). Raises BadInput when two plans would have groups of the same
    name.
    """
    plans = sorted(plans, key=lambda one: one["name"])
    unfit = unfit_hosts(plans, taken)
    groups: dict[str, InventoryGroup] = {}
    owners: dict[str, str] = {}
    for plan in plans:
        for name, group in groups_of(plan, unfit).items():
            if name in owners:
                raise BadInput(
                    f"The plans '{owners[name]}' and '{plan['name']}' both have an inventory group {name}: rename one of them."
                )
            owners[name] = plan["name"]
            groups[name] = group
    children: dict[str, InventoryGroup] = {group_name(owner): {} for owner in owners.values()}
    return {"all": {"children": {ALL_PLANS: {"children": children}, **groups}}}


def unfit_hosts(plans: Sequence[PlanDefinition], taken: Iterable[str] = ()) -> dict[str, str]:
    """The VMs of plans whose names cannot be hosts of the inventory, and why. `taken`: the names of the Hyper-V hosts."""
    groups = [ALL_PLANS, *(name for plan in plans for name in groups_of(plan, {}))]
    names = sorted({vm for plan in plans for group in plan["groups"] for vm in group["protected_items"]})
    told = {name: host_objection(name, list(taken), groups) for name in names}
    return {name: why for name, why in told.items() if why}


def groups_of(plan: PlanDefinition, unfit: Container[str]) -> dict[str, InventoryGroup]:
    """The inventory groups of one plan: itself, and its groups with their hosts, without those that are unfit."""
    own = group_name(plan["name"])
    numbered = {f"{own}_group_{number}": group for number, group in enumerate(plan["groups"], start=1)}
    hosts: dict[str, InventoryGroup] = {
        name: {"hosts": {host: {} for host in group["protected_items"] if host not in unfit}}
        for name, group in numbered.items()
    }
    return {own: {"children": {name: {} for name in hosts}}, **hosts}


def group_name(plan: str) -> str:
    """A plan's name as a group of an inventory may be called: letters, digits and underscores."""
    return "plan_" + re.sub(r"\W", "_", plan, flags=re.ASCII).lower()
