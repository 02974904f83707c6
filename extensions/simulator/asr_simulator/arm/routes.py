# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole API on one screen: method, path below the vault (or the subscription), handler."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..wire.errors import arm
from . import act, azure_act, compute, keys, locks, network, plans, read, resource_groups, updating
from .call import Answer, Request

Handler = Callable[[Request], Answer]

FABRIC = "/replicationFabrics/{fabric}"
PROVIDER = FABRIC + "/replicationRecoveryServicesProviders/{provider}"
CONTAINER = FABRIC + "/replicationProtectionContainers/{container}"
MAPPING = CONTAINER + "/replicationProtectionContainerMappings"
ITEM = CONTAINER + "/replicationProtectedItems/{item}"
PLAN = "/replicationRecoveryPlans/{plan}"
JOB = "/replicationJobs/{job}"

VAULT_ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "", read.vault),
    ("PUT", "/certificates/{certificate}", keys.make),
    ("GET", "/replicationFabrics", read.fabrics),
    ("GET", FABRIC, read.fabric),
    ("POST", FABRIC + "/checkConsistency", act.check_consistency),
    ("GET", FABRIC + "/replicationRecoveryServicesProviders", read.providers),
    ("GET", PROVIDER, read.provider),
    ("POST", PROVIDER + "/refreshProvider", act.refresh_provider),
    ("GET", FABRIC + "/replicationProtectionContainers", read.containers),
    ("GET", CONTAINER, read.container),
    ("GET", MAPPING, read.mappings),
    ("GET", MAPPING + "/{mapping}", read.mapping),
    ("GET", FABRIC + "/replicationNetworks", read.networks),
    ("GET", FABRIC + "/replicationNetworks/{network}", read.network),
    ("GET", CONTAINER + "/replicationProtectableItems", read.protectable_items),
    ("GET", CONTAINER + "/replicationProtectableItems/{protectable}", read.protectable_item),
    ("GET", CONTAINER + "/replicationProtectedItems", read.protected_items),
    ("GET", ITEM, read.protected_item),
    ("PATCH", ITEM, updating.update_item),
    ("DELETE", ITEM, act.purge_item),
    ("GET", ITEM + "/recoveryPoints", read.recovery_points),
    ("GET", ITEM + "/recoveryPoints/{point}", read.recovery_point),
    ("GET", ITEM + "/operationresults/{job}", act.operation_result),
    ("POST", ITEM + "/{verb}", act.item_verb),
    ("GET", "/replicationRecoveryServicesProviders", read.all_providers),
    ("GET", "/replicationProtectionContainers", read.all_containers),
    ("GET", "/replicationProtectionContainerMappings", read.all_mappings),
    ("GET", "/replicationNetworks", read.all_networks),
    ("GET", "/replicationProtectedItems", read.all_protected_items),
    ("GET", "/replicationPolicies", read.policies),
    ("GET", "/replicationPolicies/{policy}", read.policy),
    ("GET", "/replicationRecoveryPlans", read.plans),
    ("GET", PLAN, read.plan),
    ("PUT", PLAN, plans.create),
    ("PATCH", PLAN, plans.update),
    ("DELETE", PLAN, plans.delete),
    ("GET", PLAN + "/operationresults/{job}", act.operation_result),
    ("POST", PLAN + "/{verb}", plans.verb),
    ("GET", "/replicationJobs", act.jobs),
    ("POST", "/replicationJobs/export", act.unknown),
    ("GET", JOB, act.job),
    ("POST", JOB + "/resume", act.resume),
    ("POST", JOB + "/cancel", act.cancel),
    ("POST", JOB + "/restart", act.restart),
    ("GET", "/replicationJobs/{other}/operationresults/{job}", act.operation_result),
    ("GET", PROVIDER + "/operationresults/{job}", act.operation_result),
    ("GET", FABRIC + "/operationresults/{job}", act.operation_result),
    ("GET", "/replicationOperationStatus/{job}", act.operation_status),
    ("GET", "/replicationVaultHealth", read.health),
    ("GET", "/replicationVaultHealth/default", read.health),
    ("POST", "/replicationVaultHealth/default/refresh", act.refresh_health),
    ("GET", "/replicationVaultHealth/operationresults/{job}", act.operation_result),
    ("GET", "/replicationUsages", read.usages),
    ("GET", "/providers/Microsoft.Authorization/permissions", read.permissions),
]

GROUP = "/subscriptions/{subscription}/resourceGroups/{group}"
SUBSCRIPTION = "/subscriptions/{subscription}"
LOCKS = "/providers/Microsoft.Authorization/locks"
VM = GROUP + "/providers/Microsoft.Compute/virtualMachines"
DISK = GROUP + "/providers/Microsoft.Compute/disks"
NICS, ADDRESSES = "/providers/Microsoft.Network/networkInterfaces", "/providers/Microsoft.Network/publicIPAddresses"
NIC = GROUP + NICS + "/{interface}"
ADDRESS = GROUP + ADDRESSES + "/{address}"
OPERATIONS = SUBSCRIPTION + "/providers/Microsoft.Compute/locations/{location}/operations/{operation}"

VMS, DISKS, INTERFACES, PUBLIC_ADDRESSES = map(
    resource_groups.everywhere, (compute.vms, compute.disks, network.interfaces, network.public_addresses)
)

ARM_ROUTES: list[tuple[str, str, Handler]] = [
    ("GET", "/subscriptions", resource_groups.subscriptions),
    ("GET", "/subscriptions/{subscription}", resource_groups.subscription),
    ("GET", "/subscriptions/{subscription}/resourceGroups", resource_groups.groups),
    ("GET", GROUP, resource_groups.group),
    ("HEAD", GROUP, resource_groups.group_exists),
    ("GET", "/subscriptions/{subscription}/providers/Microsoft.RecoveryServices/vaults", resource_groups.vaults),
    ("GET", GROUP + "/providers/Microsoft.RecoveryServices/vaults", resource_groups.vaults_of_group),
    ("GET", "/subscriptions/{subscription}/providers/Microsoft.Compute/virtualMachines", VMS),
    ("GET", VM, VMS),
    ("GET", VM + "/{vm}", compute.vm),
    ("GET", VM + "/{vm}/instanceView", compute.instance_view),
    ("GET", "/subscriptions/{subscription}/providers/Microsoft.Compute/disks", DISKS),
    ("GET", DISK, DISKS),
    ("GET", DISK + "/{disk}", compute.disk),
    ("GET", SUBSCRIPTION + NICS, INTERFACES),
    ("GET", GROUP + NICS, INTERFACES),
    ("GET", NIC, network.interface),
    ("GET", SUBSCRIPTION + ADDRESSES, PUBLIC_ADDRESSES),
    ("GET", GROUP + ADDRESSES, PUBLIC_ADDRESSES),
    ("GET", ADDRESS, network.public_address),
    ("GET", SUBSCRIPTION + LOCKS, locks.listed),
    ("GET", GROUP + LOCKS, locks.listed),
    ("GET", GROUP + "/providers/{namespace}/{kind}/{name}" + LOCKS, locks.listed),
    ("DELETE", VM + "/{vm}", azure_act.delete_vm),
    ("POST", VM + "/{vm}/{verb}", azure_act.switch_vm),
    ("DELETE", DISK + "/{disk}", azure_act.delete_disk),
    ("DELETE", NIC, azure_act.delete_nic),
    ("DELETE", ADDRESS, azure_act.delete_public_ip),
    ("GET", OPERATIONS, azure_act.operation),
]

MORE = {  # what the service takes on paths of things that are read here, and the simulator does not play
    "": ("PUT", "PATCH", "DELETE"),
    FABRIC: ("PUT", "DELETE"),
    PROVIDER: ("PUT", "DELETE"),
    CONTAINER: ("PUT",),
    MAPPING + "/{mapping}": ("PUT", "PATCH", "DELETE"),
    ITEM: ("PUT",),
    "/replicationPolicies/{policy}": ("PUT", "PATCH", "DELETE"),
    GROUP: ("PUT", "PATCH", "DELETE"),
    VM + "/{vm}": ("PUT", "PATCH"),
    DISK + "/{disk}": ("PUT", "PATCH"),
    NIC: ("PUT", "PATCH"),
    ADDRESS: ("PUT", "PATCH"),
}

Compiled = list[tuple[str, re.Pattern[str], Handler]]


def compiled(routes: list[tuple[str, str, Handler]]) -> Compiled:
    """Paths as expressions; ARM paths don't mind upper and lower case."""
    return [
        (method, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "/?", re.IGNORECASE), handler)
        for method, path, handler in routes
    ]


def more(routes: list[tuple[str, str, Handler]]) -> list[tuple[str, str, Handler]]:
    """Routes of what the service has there, too, and the simulator answers with 501."""
    paths = dict.fromkeys(path for _method, path, _handler in routes)
    return [(method, path, act.unknown) for path in paths for method in MORE.get(path, ())]


IN_PAGES = (act.jobs, read.all_protected_items, read.protected_items, read.protectable_items)
VAULT = compiled([*VAULT_ROUTES, *more(VAULT_ROUTES)])
ARM = compiled([*ARM_ROUTES, *more(ARM_ROUTES)])


def find(routes: Compiled, request: Request, path: str) -> Handler | None:
    """The handler of a path; the variable parts are left in the request."""
    for method, pattern, handler in routes:
        match = pattern.fullmatch(path) if method == request.method else None
        if match:
            request.names.update(match.groupdict())
            return handler
    return None


def refuse_method(routes: Compiled, request: Request, path: str) -> None:
    """Raises the 405 for a method that a thing or a list that can be read there does not take."""
    if any(method == "GET" and pattern.fullmatch(path) for method, pattern, _handler in routes):
        url = f"{request.world.base_url}{request.path}?api-version={request.api}"
        message = f"The HTTP method '{request.method}' is not supported on the resource '{url}'."
        raise arm(405, "MethodNotAllowed", message)
