# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The guard before the one step that cannot be taken back: the commit of a failback, which deletes the Azure VM.

Right before each such request, whoever sends it, the Azure side is read again and compared with what the vault has, and
with what this run saw when it started the failback. What differs, or cannot be read, holds that VM alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_reader import AzureReader
from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_stays import stays
from ansible_collections.asr.hyperv.plugins.module_utils._engine.new_jobs import NAMED_WITHIN
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Phase, Step
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.azure_checks import of_azure
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, at
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import Level, Moment
from ansible_collections.asr.hyperv.plugins.module_utils._run.azure_problems import (
    azure_side_differs,
    azure_side_unread,
)
from ansible_collections.asr.hyperv.plugins.module_utils._run.together import Together
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import (
    AzureSide,
    AzureStay,
    Deletion,
    named,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_vms import AzureVm
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import NotConnected, ServiceError, SignInFailed
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Problem

UNSEEN = ("azure_subscription", "azure_vm_named", "azure_evidence")  # it is not known what the commit would delete


class CommitGuard:
    """Looks at the Azure side for all commits of a round, and tells what they delete and which VM has to wait."""

    def __init__(self, reader: AzureReader, together: Together) -> None:
        self.reader, self.vault, self.together, self.say = reader, reader.vault, together, together.say
        self.before: dict[str, AzureVm] = {}
        self.sides: dict[str, AzureSide] = {}
        self.stays: dict[str, AzureStay] = {}
        self.unread: dict[str, str] = {}
        self.doubted: dict[str, Problem] = {}  # what speaks against a commit, until it has been seen for long enough
        self.since: dict[str, datetime] = {}  # when that was seen first

    def remember(self, tracks: Sequence[Track]) -> None:
        """Keep what there is in Azure before a failback is started or cut over that is to be committed later in this run."""
        starting = [track for track in tracks if starts(track) and track.item.id not in self.before]
        self.before |= self.reader.shapes([track.item for track in starting])

    def look_after_cutovers(self, tracks: Sequence[Track]) -> None:
        """Keep what there is in Azure of those that this call leaves uncommitted: a later one compares it with what it finds.

        What cannot be read then is not kept, and the commit rests on the times that the service tells.
        """
        resting = [track for track in tracks if rests_uncommitted(track) and track.deletion.cut_over is None]
        found = self.reader.at_rest([track.item for track in resting])
        for track in resting:
            track.deletion.cut_over = found.get(track.item.id)

    def look(self, tracks: Sequence[Track]) -> None:
        """Read the Azure side of all whose commit is due: before the last look, since somebody else may commit meanwhile."""
        self.remember(tracks)
        commits = [track for track in tracks if deletes(track)]
        self.sides, self.stays = self.reader.sides([track.item for track in commits]), {}
        try:
            self.stays = stays(self.vault, commits, doubted=[one for one in commits if one.item.id in self.since])
        except (NotConnected, ServiceError, SignInFailed) as error:
            self.sides = {key: AzureSide(side.place, unread=str(error)) for key, side in self.sides.items()}

    def let_through(self, tracks: Sequence[Track]) -> list[Track]:
        """Those whose due step may be sent: of the commits of failbacks only those that delete nothing of value."""
        for track in tracks:
            self.unread.pop(track.item.id, None)
            self.doubted.pop(track.item.id, None)
            if deletes(track):
                stay = self.stays.get(track.item.id, AzureStay(over=True))
                side = self.sides.get(track.item.id, AzureSide("", unread="it was not looked at"))
                self.judge(
                    track, side, replace(stay, before=self.before.get(track.item.id), after=track.deletion.cut_over)
                )
        waiting = {*self.unread, *self.doubted}
        return [track for track in tracks if track.problem is None and track.item.id not in waiting]

    def judge(self, track: Track, side: AzureSide, stay: AzureStay) -> None:
        """Hold the item, or note what its commit will delete."""
        findings = at(Moment.COMMIT, of_azure(track.item, side, stay, track.intent.consent))
        holding = [one for one in findings if one.level is Level.BLOCKED]
        if side.unread and holding:
            self.wait(track, side.unread)
        elif holding:
            self.doubt(track, held(track, holding))
        else:
            self.since.pop(track.item.id, None)
            news = [str(one) for one in findings if str(one) not in track.warnings]
            track.warnings += news
            for words in news:
                self.say(f"{track.name}: {words}")
            track.deletion = Deletion(side.things, side.locks)
            things = named(side.things)
            alone = f"its commit deletes in Azure {things or 'what nobody here may see'}"
            self.together.tell(
                track.name, f"commit deletes {'the VM' if things else 'what nobody here may see'} in Azure", alone
            )

    def doubt(self, track: Track, problem: Problem) -> None:
        """Hold the item once something has spoken against its commit for as long as a new job may be without its name.

        Another run's commit deletes piece by piece; its job may have no name yet, or be over since the item was read. What is
        missing then says nothing against anybody. Before each look the item and the open jobs are read again.
        """
        now = self.vault.service_time()
        if now - self.since.setdefault(track.item.id, now) >= NAMED_WITHIN:
            track.fail(**problem)
            self.say(problem["message"])
        else:
            self.doubted[track.item.id], track.trouble = problem, problem["message"]

    def wait(self, track: Track, reason: str) -> None:
        """What cannot be read for a reason that may pass is asked for again, as long as there is time."""
        track.trouble = self.unread[track.item.id] = reason
        self.say(f"{track.name}: its commit waits, the Azure side cannot be read: {reason}")

    def still_waits(self, track: Track) -> Problem | None:
        """The problem of an item that was kept from its commit until the time was up; None for any other."""
        if track.phase is not Phase.FAILED_BACK_UNCOMMITTED:
            return None
        reason = self.unread.get(track.item.id)
        return azure_side_unread(track, reason) if reason else self.doubted.get(track.item.id)


def deletes(track: Track) -> bool:
    """Whether the due step deletes the Azure VM: the commit of a failback, on whatever way it is."""
    return track.due is Step.COMMIT_FAILOVER and track.phase is Phase.FAILED_BACK_UNCOMMITTED


def rests_uncommitted(track: Track) -> bool:
    """Whether the item runs on-premises again, and this call goes no further with it."""
    return (
        track.phase is Phase.FAILED_BACK_UNCOMMITTED
        and track.intent.goes_home
        and track.arrived
        and not track.intent.rests
    )


def starts(track: Track) -> bool:
    """Whether the due step is one of a failback that this run goes on to commit."""
    on_the_way = track.due in (Step.PLANNED_FAILOVER, Step.COMPLETE_FAILOVER) and track.intent.goes_home
    return on_the_way and Step.COMMIT_FAILOVER in track.path and Step.COMMIT_FAILOVER in track.intent.permitted


def held(track: Track, holding: Sequence[Finding]) -> Problem:
    """The problem of an item that is not committed."""
    words = "; ".join(one.message for one in holding)
    remedies = " ".join(dict.fromkeys(one.remedy for one in holding))
    if all(one.check in UNSEEN for one in holding):
        return azure_side_unread(track, words, remedies)
    return azure_side_differs(track, words, remedies, there=all(one.check != "azure_vm" for one in holding))
