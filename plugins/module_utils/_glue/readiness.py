# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What readiness_info does: it reads the vault, and lets the preflight judge for a moment."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import weigh
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import find_plan, select
from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_side import azure_sides
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import TARGET_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result
from ansible_collections.asr.hyperv.plugins.module_utils._glue.wishing import wish_of
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Goal
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import AWAY
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import Finding, verdict
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.estimate import Assumptions
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.readiness import judge_all, of_rights, overall
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rights import Ahead, ahead, duties_told
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import Level, Moment
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.saw import saw
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.scene import Scene
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.vault_checks import of_actions, of_plan
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AccessDenied, BadInput, NotFound
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import when
from ansible_collections.asr.hyperv.plugins.module_utils._wish.placement import named, options_of_each
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import Selection

T = TypeVar("T")


def read(module: AsrModule, vault: Vault) -> Result:
    """All verdicts. What concerns the whole run is told once."""
    options = module.params
    selected = select(vault, *(options[name] for name in TARGET_OPTIONS))
    items, wish = [item for wave in selected for item in wave], wish_of(options, Goal.PROTECTED)
    weighed = weigh(vault, selected, wish)
    guess, moment = Assumptions(**options["assume"]), Moment(options["moment"])
    scene = Scene(
        vault.service_time(),
        readable(vault.hosts.providers) or [],
        options["hosts"],
        guess,
        time_of(options["hosts_since"]),
        moment=moment,
        azure=azure_sides(vault, [track for track, objection in weighed if not objection]),
        options=options_of_each(items, wish.failback, wish.item_options),
        domain_controllers=named(items, options["domain_controllers"], "domain_controllers"),
        needs_hosts=options["needs_hosts"],
    )
    verdicts = judge_all(weighed, scene)
    plan = find_plan(vault, options["recovery_plan"]) if options["recovery_plan"] else None
    permissions = readable(vault.permissions) if moment is Moment.PREFLIGHT else None
    tracks = [track for track, _objection in weighed]
    way = way_of(tracks, options["until"])
    whole = of_the_whole(permissions, selected, plan, way) if moment is Moment.PREFLIGHT else []
    seen = saw(tracks, scene, options, plan)
    levels = Counter(one["verdict"] for one in verdicts)
    worst = max([verdict(whole), *(Level[one["verdict"].upper()] for one in verdicts)])
    return {
        "verdict": worst.word,
        "counts": {level.word: levels[level.word] for level in Level},
        "findings": [finding.told() for finding in whole],
        "duties": duties_told(permissions, way) if permissions is not None else [],
        "estimate": overall(verdicts, guess),
        "verdicts": verdicts,
        "saw": seen,
        "fingerprint": sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest(),
    }


def way_of(tracks: Sequence[Track], until: str) -> Ahead:
    """What the run takes, of which `until` says how far it goes."""
    paths = [track.path for track in tracks if not track.arrived]
    return ahead(paths, until, at_gate=any(track.phase in AWAY for track in tracks))


def of_the_whole(
    permissions: Sequence[object] | None, selected: Selection, plan: RecoveryPlan | None, way: Ahead
) -> list[Finding]:
    """What concerns the run and no single item, and does not change until the cutover: rights, and the plan."""
    told = of_rights(permissions, way)
    return told + ([*of_plan(plan.name, selected.waves), *of_actions(plan)] if plan else [])


def time_of(text: str | None) -> datetime | None:
    """The time that an option gives. Raises BadInput for one that is none."""
    if text and not when(text):
        raise BadInput(
            f"hosts_since: '{text}' is no time. Give one such as 2026-01-31T22:00:00Z.",
            option="hosts_since",
            value=text,
        )
    return when(text)


def readable(read_it: Callable[[], T]) -> T | None:
    """What can be read, or None for a caller who may not, or a cloud that does not tell. Raises whatever else goes wrong."""
    try:
        return read_it()
    except (AccessDenied, NotFound):
        return None
