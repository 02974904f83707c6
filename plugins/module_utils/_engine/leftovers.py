# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What earlier commits have left in Azure, told by each run: a VM that is home, and whose Azure VM is still there, and what
an earlier run has seen to remain, such as a disk alone, which nothing leads to but its id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from ansible_collections.asr.hyperv.plugins.module_utils._engine.aftermath import of_answer
from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_reader import AzureReader
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal, Way, reached
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.azure_checks import of_remains
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import (
    REMAINING,
    Deletion,
    made_then,
    renamed,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain


def find_leftovers(reader: AzureReader, tracks: Sequence[Track]) -> list[str]:
    """Note with each VM that is home what is still in Azure of it. One list of VMs for each resource group.

    Returns why a group could not be looked into. A loss that was accepted is not looked for.
    """
    home = [track for track in tracks if may_have_left(reader, track)]
    groups = {plain(track.item.azure_resource_group_id): track.item.azure_resource_group_id for track in home}
    answers = reader.ask({key: partial(reader.vault.azure.vms, group) for key, group in groups.items()})
    lists = {
        key: [AzureVm.from_service(body) for body in bodies]
        for key, bodies in answers.items()
        if not isinstance(bodies, AsrError)
    }
    suspects = [track for track in home if of_item(track.item, lists)]
    sides = reader.sides([track.item for track in suspects])
    for track in suspects:
        side = sides[track.item.id]
        if side.vm and made_then(track.item, side.vm):
            track.deletion = Deletion((), side.locks, dict.fromkeys(side.things, REMAINING))
            track.warnings += [str(one) for one in of_remains(track.item, track.deletion)]
    return [str(answer) for answer in answers.values() if isinstance(answer, AsrError)]


def may_have_left(reader: AzureReader, track: Track) -> bool:
    """Whether the item is home after a failover of whose VM something may be left."""
    item = track.item
    home = reached(track.phase, Goal.COMMITTED, Way.HOME) and item.failed_over_at and item.azure_vm_name
    return bool(home) and reader.ours(item.azure_resource_group_id) and not track.intent.consent.changed_azure_vm


def of_item(item: ProtectedItem, lists: Mapping[str, Sequence[AzureVm]]) -> bool:
    """Whether one of the VMs of the item's group may be what a failover made of it."""
    there = lists.get(plain(item.azure_resource_group_id), ())
    own = [vm for vm in there if plain(vm.name) == plain(item.azure_vm_name) and made_then(item, vm)]
    return bool(own or renamed(item, there))


def ask_again(reader: AzureReader, arm_ids: Sequence[str]) -> list[dict[str, str]]:
    """What has become of each of these, one by one: `id`, and `state` as in `azure_after`.

    Only Azure's 404 is gone. What is no resource of the vault's subscription, or cannot be read, is not proven.
    """
    told = reader.read(arm_ids)
    return [{"id": one, "state": of_answer(told, one)} for one in arm_ids]
