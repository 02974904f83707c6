# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What keeps an item from its commit because of its Azure side, in words and as data. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Step
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_locks import locked, unlock
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Problem

LOCKED = "ScopeLocked"


def after_a_commit(track: Track, codes: Sequence[str]) -> str:
    """What to do when a commit failed with these codes: a lock has to be removed, and is named where it was seen before."""
    seen = "Its VM in Azure may or may not be deleted by now."
    again = "run the same playbook again: it goes on with the commit."
    locks = track.deletion.locks
    if LOCKED not in codes and not locks:
        return f"{seen} Mend the cause and {again}"
    return f"{'It runs on-premises' if locks else seen.rstrip('.')}. {in_the_way(track)} Then {again}"


def in_the_way(track: Track) -> str:
    """The locks that were seen right before the commit, with the command that removes them; where none was, how to find it."""
    locks = track.deletion.locks
    if not locks:
        return "Remove the lock that the message names (az lock list shows it, az lock delete --ids ... removes it)."
    named = ", ".join(f"the lock {lock.name} on {locked(lock)}" for lock in locks)
    return f"Remove {named}: {unlock(locks)}."


def azure_side_differs(track: Track, words: str, remedies: str, *, there: bool = True) -> Problem:
    """The commit would delete what is not at home, or what nobody has looked at, so it was not sent.

    `there`: whether there is a VM where the vault says.
    """
    kept = "its Azure VM is kept" if there else "nothing is deleted in Azure"
    return {
        "message": f"{track.name} runs on-premises and is held uncommitted, {kept}: {words}.",
        "code": "AzureSideDiffers",
        "step": Step.COMMIT_FAILOVER.value,
        "what_to_do": f"{remedies} Then run the same playbook again: it continues with the commit.",
    }


def azure_side_unread(track: Track, words: str, remedies: str = "") -> Problem:
    """It is not known what the commit would delete, so it was not sent."""
    return {
        **azure_side_differs(track, words, remedies),
        "message": f"{track.name} runs on-premises and is held uncommitted, what its commit deletes is not known: {words}.",
        "code": "AzureSideUnread",
        "what_to_do": f"{remedies} Run the same playbook again: it looks again, and continues with the commit.".strip(),
    }
