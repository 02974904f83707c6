# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PATCH of a protected item: what it will be in Azure. Shown when the job has ended, and done by the next failover."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..estate.items import Item
from ..jobs import engine
from ..jobs.inputs import FORWARD_TYPE, invalid
from ..show import ids
from ..show.parts import nic_id
from .accepting import accepted
from .call import Answer, Request

NAME = re.compile("[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?")  # of a VM in Azure
SHOWN = {  # what is asked for, and where the details of the item show it
    **{
        name: name
        for name in (
            *("recoveryAzureVMSize", "selectedRecoveryAzureNetworkId", "selectedSourceNicId"),
            *("enableRdpOnTargetOption", "licenseType", "recoveryAvailabilitySetId"),
            *("targetProximityPlacementGroupId", "targetAvailabilityZone"),
        )
    },
    "recoveryAzureVMName": "recoveryAzureVmName",
    "recoveryAzureV2ResourceGroupId": "recoveryAzureResourceGroupId",
}


def update_item(request: Request) -> Answer:
    """The values are kept and shown again; an item that is busy stays as it is."""
    world, item = request.world, request.item()
    request.facts["verb"] = "update"
    save = checked(item, request.properties)
    job = engine.new_job(world, "update", request.request_id, item=item)
    if item.job:
        engine.start_doomed_job(world, job, "532", other=item.job.friendly)
    else:
        engine.start_item_job(world, job, save)
    request.facts["job"] = job.id
    return accepted(request, job, ids.protected(world, item))


def checked(item: Item, given: dict[str, Any]) -> Callable[[], None]:
    """What an update does when its job ends. Raises Refused for another kind of provider, a name or an adapter that cannot be."""
    details = given.get("providerSpecificDetails", {})
    kind, name = details.get("instanceType", FORWARD_TYPE), given.get("recoveryAzureVMName")
    if kind != FORWARD_TYPE:
        raise invalid("providerSpecificDetails.instanceType", kind, [FORWARD_TYPE])
    if name and not NAME.fullmatch(name):
        raise invalid("recoveryAzureVMName", name, ["1 to 64 letters, digits and hyphens, no hyphen at the ends"])
    adapters = {nic_id(item, one): one for one in item.vm.adapters}
    nics = {one["nicId"]: one for one in given.get("vmNics", [])}
    for asked in (*nics, *filter(None, [given.get("selectedSourceNicId")])):
        if asked not in adapters:
            raise invalid("nicId", asked, adapters)
    values = {**given, **details}

    def save() -> None:
        item.settings.update({SHOWN[key]: value for key, value in values.items() if key in SHOWN})
        for one, told in nics.items():
            item.nic_settings[adapters[one].id] = told
        if not item.azure:
            item.azure_name = name or item.azure_name
            item.managed_disks = {"true": True, "false": False}.get(
                details.get("useManagedDisks", "").lower(), item.managed_disks
            )

    return save
