# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The report of a failback over all of its runs: one that was stopped and continued tells what each of them did. Pure.

A failback goes on until all of its members are home and protected, and nobody is missing; what moves after that is another one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phase_sets import HOME
from ansible_collections.asr.hyperv.plugins.module_utils._roles.membership import kept
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import plain
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Journey, Member, Placed, Report
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

# What is told of each run for good.
OF_A_RUN = ("began", "ended", "gate_opened", "blocked", "held", "vetoed", "hooks", "cluster_roles")
ONCE = ("deletes", "deleted")  # what was deleted is only told by the run that did it


def remembered(previous: Report, plan: str) -> list[Member]:
    """The members of a failback that has not ended, and those who were missing already. Raises BadInput for what is no report."""
    if not previous:
        return []
    if not isinstance(previous, Mapping) or not isinstance(previous.get("vms"), list):
        raise BadInput(
            "failback_report: the file that is there is no report of this role. Move it away, or give another path."
        )
    if plain(previous.get("recovery_plan") or "") != plain(plan) or ended(previous):
        return []
    return [kept(member) for member in (*members(previous), *previous.get("missing", ()))]


def members(report: Report) -> Sequence[Placed]:
    """Who was in it. Reports of old tell only of those that moved; an empty one of nobody."""
    return report.get("members") or report.get("vms", ())


def ended(report: Report) -> bool:
    """Whether all of its members got where they were to go."""
    return not report.get("missing") and all_home(report)


def all_home(report: Report) -> bool:
    return all(member["phase"] in HOME for member in members(report))


def continues(now: Report, previous: Report) -> bool:
    """Whether this run goes on with the failback of the previous report, which may have ended when it saw all home as well."""
    if not previous or plain(previous.get("recovery_plan") or "") != plain(now.get("recovery_plan") or ""):
        return False
    return not ended(previous) or (all_home(now) and not any(vm["steps"] for vm in now["vms"]))


def story(now: Report, previous: Report) -> Report:
    """The report of this run, with what earlier runs of the same failback did. Its `members` come as the roster."""
    seen: list[Json] = [{**one, "as_of": now["ended"]} for one in now["deleted_in_azure"]]
    told: Report = {**now, "members": [kept(member) for member in now["members"]], "deleted_in_azure": seen}
    values: Json = told
    run: Json = {name: values[name] for name in OF_A_RUN if name in values}
    if not continues(told, previous):
        return {**told, "runs": [run]}
    phases = {member["id"]: member["phase"] for member in told["members"]}
    earlier = [one for one in previous.get("runs", ()) if one["began"] != now["began"]]
    return {
        **told,
        "validated": by_name(previous.get("validated", ()), now["validated"]),
        "deleted_in_azure": by_name(previous.get("deleted_in_azure", ()), seen),
        "vms": journeys(previous["vms"], now["vms"], phases),
        "began": previous["began"],
        "runs": [*earlier, run],
    }


def by_name(before: Sequence[Json], now: Sequence[Json]) -> list[Json]:
    """Entries of VMs, the newest of each; what an earlier run has is kept until it is said anew, with what only it could tell."""
    old, newer = {one["name"]: one for one in before}, {one["name"] for one in now}
    nothing: Json = {}
    told = [
        {**one, **{part: one[part] or old.get(one["name"], nothing).get(part) for part in ONCE if part in one}}
        for one in now
    ]
    return [*(one for one in before if one["name"] not in newer), *told]


def journeys(before: Sequence[Journey], now: Sequence[Journey], phases: Mapping[str, str]) -> list[Journey]:
    """One journey for each VM, over all runs."""
    old, new = ({one["id"]: one for one in some} for some in (before, now))
    kept_ones: dict[str, Journey] = {
        arm_id: {**one, "phase": phases.get(arm_id, one["phase"])} for arm_id, one in old.items()
    }
    both = {arm_id: continued(one, new[arm_id]) for arm_id, one in old.items() if arm_id in new}
    return list({**kept_ones, **new, **both}.values())


def continued(old: Journey, new: Journey) -> Journey:
    """Both journeys of a VM as one."""
    return {
        **new,
        "phase_before": old["phase_before"],
        "steps": [*old["steps"], *new["steps"]],
        "timings": [*old["timings"], *new["timings"]],
        "jobs": list(dict.fromkeys([*old["jobs"], *new["jobs"]])),
        "warnings": list(dict.fromkeys([*old.get("warnings", ()), *new.get("warnings", ())])),
        "sync_seconds": old["sync_seconds"] if new["sync_seconds"] is None else new["sync_seconds"],
        "outage_seconds": old["outage_seconds"] if new["outage_seconds"] is None else new["outage_seconds"],
        "data_sync": old["data_sync"] if new["data_sync"] is None else new["data_sync"],
    }
