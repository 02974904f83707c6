# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Sending steps: several at the same time, each at most once, and a second look before anything is called a failure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from ansible_collections.asr.hyperv.plugins.module_utils._errors import (
    AccessDenied,
    AsrError,
    NotConnected,
    OutcomeUnknown,
    SignInFailed,
    Throttled,
)
from ansible_collections.asr.hyperv.plugins.module_utils._items import ProtectableItem
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle import Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._problems import of_error
from ansible_collections.asr.hyperv.plugins.module_utils._track import Doubt, Track
from ansible_collections.asr.hyperv.plugins.module_utils._watcher import Watcher, accept
from ansible_collections.asr.hyperv.plugins.module_utils._wire import last_part, same_id

COMMENT = "Complete failover"  # what the job's history shows for the release of the gate


class Starter:
    """Sends the steps that are due. `parallel` is how many may be under way to the service at once."""

    def __init__(self, watcher: Watcher, parallel: int, say: Callable[[str], None]) -> None:
        self.watcher, self.vault, self.parallel, self.say = watcher, watcher.vault, parallel, say
        self.protectable: dict[tuple[str, str], list[ProtectableItem]] = {}

    def start(self, tracks: Sequence[Track]) -> None:
        """Send each track's due step; the answers are taken in the order of the tracks."""
        ready = [(track, track.due) for track in tracks if self.is_ready(track)]
        if not ready:
            return
        with ThreadPoolExecutor(max_workers=min(self.parallel, len(ready))) as pool:
            answers = list(pool.map(lambda pair: self.send(*pair), ready))
        for (track, step), answer in zip(ready, answers, strict=True):
            self.take(track, step, answer)

    def is_ready(self, track: Track) -> bool:
        """Reverse replication is filled from the protectable item (2.2): without one it cannot be sent."""
        if track.due is not Step.REVERSE_REPLICATION or self.vm_of(track):
            return True
        track.fail(
            f"Cannot reverse replicate {track.name}: its Hyper-V host does not report the VM to the vault.",
            code="VmNotReported",
            step=Step.REVERSE_REPLICATION.value,
            what_to_do="Refresh the host's provider in the vault and run the same playbook again.",
        )
        return False

    def send(self, track: Track, step: Step) -> object:
        """The vault's answer, or its error as a value: whoever is next in line must not suffer from it."""
        item, intent = track.item, track.intent
        calls = {
            Step.PLANNED_FAILOVER: lambda: self.vault.planned_failover(
                item, intent.sync.mode.option, intent.vm_creation, intent.provider_id
            ),
            Step.COMPLETE_FAILOVER: lambda: self.vault.resume(track.job.name, COMMENT),
            Step.COMMIT_FAILOVER: lambda: self.vault.commit_failover(item),
            Step.REVERSE_REPLICATION: lambda: self.vault.reverse_replication(item, self.vm_of(track)),
        }
        try:
            return calls[step]()
        except AsrError as error:
            return error

    def take(self, track: Track, step: Step, answer: object) -> None:
        """Judge one answer: accepted, in doubt, not sent at all, or refused."""
        if isinstance(answer, OutcomeUnknown):
            track.doubt = Doubt(step, self.vault.service_time())
            self.say(
                f"{track.name}: {step.value} may or may not have been accepted; looking before anything is sent again"
            )
        elif isinstance(answer, (NotConnected, Throttled)):
            self.say(f"{track.name}: {step.value} was not taken, trying again: {answer}")
        elif isinstance(answer, AsrError):
            self.refused(track, step, answer)
        else:
            job_name = track.job.name if step is Step.COMPLETE_FAILOVER else answer.job_name
            accept(track, step, job_name, self.vault.service_time())
            self.say(f"{track.name}: {step.value} accepted, job {job_name}")

    def refused(self, track: Track, step: Step, error: AsrError) -> None:
        """The service said no. Somebody else may have done the step already: look before calling it a failure."""
        before = track.phase
        if not isinstance(error, (AccessDenied, SignInFailed)):
            self.watcher.read_again(track)
        if track.problem is None and track.phase in (before, Phase.UNKNOWN):
            track.fail(**of_error(track, step, error))

    def vm_of(self, track: Track) -> ProtectableItem | None:
        """The VM as its host reports it: from one list per container and run, else asked for by itself."""
        known = self.protectable.get((track.item.fabric, track.item.container))
        if known is None:
            known = list(self.vault.protectable_items(track.item.fabric, track.item.container))
            self.protectable[(track.item.fabric, track.item.container)] = known
        wanted = last_part(track.item.protectable_item_id)
        found = next((vm for vm in known if same_id(last_part(vm.id), wanted)), None)
        if found is None and wanted:
            found = self.vault.protectable_item(track.item.protectable_item_id)
            known += [found] if found else []
        return found
