# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What may not be done to an item, and why: asked before a run for all items, and in a run whenever one has moved. Pure."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.allowed import refusal_of
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import BY_PHASE, Goal, Phase, phase_of
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.step_table import BY_STEP
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.health import sickness

NOT_ENCRYPTED = ("", "disabled", "none")


def refusal(track: Track) -> str:
    """Why the way from here to the goal may not be gone; empty when it may. A busy item is no reason: it is waited for."""
    return next((reason for reason in (ask(track) for ask in REASONS) if reason), "")


def encrypted(track: Track) -> str:
    """The service has no input for the certificate of an encrypted VMM cloud (docs/service.md 2.1)."""
    if not track.intent.goes_home or track.item.encryption.lower() in NOT_ENCRYPTED:
        return ""
    return (
        f"{track.name} is protected with encryption ({track.item.encryption}): the service has no input for the certificate "
        "a failback needs, so it cannot be failed back from here. Use the portal for it."
    )


def unknown(track: Track) -> str:
    """States are never guessed."""
    if track.phase is not Phase.UNKNOWN:
        return ""
    if track.trouble:
        return f"Where {track.name} stands is not known: {track.trouble}"
    item, allowed = track.item, ", ".join(sorted(track.item.allowed_operations)) or "nothing"
    return (
        f"{track.name} is in a state that is not known here: '{item.protection_state}' "
        f"({item.protection_state_description}), active location {item.active_location}, allowed: {allowed}. "
        "Look at it in the vault first."
    )


def uncommitted(track: Track) -> str:
    """The commit of the failover to Azure is only sent when it was asked for."""
    asked = track.intent.goal is Goal.FAILED_OVER or not track.intent.goes_home
    if track.phase is not Phase.FAILED_OVER_UNCOMMITTED or asked:
        return ""
    return (
        f"The failover of {track.name} to Azure is not committed yet. Commit it first (asr.hyperv.commit_failover with "
        "direction: failover), then fail back."
    )


def not_ours(track: Track) -> str:
    """A step would have to come first that the module does not do."""
    missing = [step for step in track.path if step not in track.intent.permitted]
    if track.settled or not missing:
        return ""
    whole_way = ", or asr.hyperv.failback for the whole way" if track.intent.goes_home else ""
    return (
        f"{track.name} is {track.phase.value}: {', '.join(step.value for step in missing)} would have to come first, which "
        f"this module does not do. Use {BY_STEP[missing[0]].module}{whole_way}."
    )


def off_the_way(track: Track) -> str:
    """No way leads from here to what was asked for, or not any more."""
    row, intent = BY_PHASE[track.phase], track.intent
    passed = intent.errand and track.there and track.errand and track.errand not in row.here
    if track.settled or not (passed or not row.lies_on(intent.way)):
        return ""
    places = [one.value for one, its in BY_PHASE.items() if intent.errand in its.here]
    wanted = f"{intent.errand.value}, which needs {' or '.join(places)}" if intent.errand else intent.goal.value
    return f"{track.name} is {track.phase.value}: nothing leads from there to {wanted}. Leave it out."


def not_allowed(track: Track) -> str:
    """The step that would be sent now is not one that the vault allows. What comes after it is asked when it comes to that.

    Only asked of an item that was just read: what a job's end proves, the item may show later.
    """
    step = track.due
    fresh = phase_of(track.item, track.job, track.intent.way) is track.phase
    reason = refusal_of(step, track.item, track.job) if step and fresh else ""
    return f"{track.name} is {track.phase.value}: {reason}.{sickness(track.item)}" if reason else ""


REASONS = (encrypted, unknown, uncommitted, off_the_way, not_ours)
