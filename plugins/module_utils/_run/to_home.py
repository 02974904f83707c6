# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What is wanted for an item that comes home: how its data are synchronized, and to which host. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Goal, Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Provider
from ansible_collections.asr.hyperv.plugins.module_utils._service.recovery_points import RecoveryPoint
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import same_id
from ansible_collections.asr.hyperv.plugins.module_utils._wish.data_sync import choose
from ansible_collections.asr.hyperv.plugins.module_utils._wish.failback import Failback
from ansible_collections.asr.hyperv.plugins.module_utils._wish.intent import Intent
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import FailbackOptions, host_for, twins_of


@dataclass(frozen=True)
class Found:
    """What else the vault said: the time, whether a host reports the VM (None: nobody knows), its hosts and recovery points."""

    now: datetime
    vm_present: bool | None = None
    providers: Sequence[Provider] = ()
    points: Sequence[RecoveryPoint] = ()


def with_sync(intent: Intent, track: Track, asked: FailbackOptions, found: Found) -> Intent:
    """The planned failover's inputs. On a Hyper-V site the host for a new VM has to be named; VMM decides itself
    (docs/service.md 5.2).

    The module planned_failover starts a full download although that goes past the gate: its goal moves with it.
    """
    other = other_host(track, asked, found)
    present = found.vm_present
    choice = choose(
        asked.data_sync, track.item, found.now, vm_present=present, alternate_host=other.host if other else ""
    )
    if present is False and not other and not asked.create_vm_if_missing:
        raise BadInput(
            f"The on-premises VM of {track.name} is gone (no host reports it). Set create_vm_if_missing: true to have it "
            "created on its host, name another host with alternate_host, or leave the item out."
        )
    own = track.item.provider_id if present is False and not track.item.on_vmm else ""
    only_starts = intent.goal is Goal.SYNCHRONIZED and intent.permitted == {Step.PLANNED_FAILOVER}
    return replace(
        intent,
        goal=Goal.CUT_OVER if choice.full_download and only_starts else intent.goal,
        failback=Failback(
            data_sync=choice,
            create_vm_if_missing=other is not None or present is False,
            alternate_host=other.host if other else "",
            provider_id=other.id if other else own,
        ),
    )


def other_host(track: Track, asked: FailbackOptions, found: Found) -> Provider | None:
    """The host of an alternate location; None when none is asked for, or when it is the item's own."""
    if not asked.alternate_host:
        return None
    provider = host_for(track.item, asked.alternate_host, found.providers)
    for twin in twins_of(provider, found.providers):
        stands = twin.connection_status or "not connected"
        track.warnings.append(
            f"The vault has another registration of {provider.host}, {stands} ({twin.id}). Remove it there when it is dead."
        )
    return None if same_id(provider.id, track.item.provider_id) else provider
