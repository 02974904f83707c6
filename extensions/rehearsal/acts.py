# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rehearsal of the shipped scenario plays: a night that leaves three VMs, and the morning that brings them home.

The names are those of asr_simulator/scenarios/rehearsal.yml. Who comes home late is in `LATE`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHECKPOINT = "web01"  # has one as it waits for its cutover
LATE = frozenset({"app03", CHECKPOINT, "web02"})  # blocked by its disk in Azure, held by its checkpoint, and vetoed
LOCKED = "file01"  # its Azure VM outlives the commit
MOVED = "app01"  # between the preflight and its validation, to the other node of its cluster
NODE = "hv02.contoso.example"  # where it is then
HOOK = Path(__file__).with_name("remove_checkpoint.yml")

NIGHT = """The night, in which five things go otherwise than planned:
  app03 has a disk that is in Azure alone: it is blocked, and the others go on
  file01 comes home, but a lock keeps its VM in Azure
  web01 has a checkpoint all of a sudden, as it waits for its cutover: it is held, its Azure VM runs on, and the others go on
  app01 moves to the other node of its cluster, as it waits for its cutover: it is found there, whoever looks
  web02 comes home and is not committed: somebody has vetoed it
Exit status 2 is right here, with app03, web01 and web02 not home and all others home."""
MORNING = """The next morning, in which people have done what the night asked for:
  app03: a snapshot of app03-data was taken, so it may go: failback_accept_unprotected_disks
  web01: a hook removes the checkpoint before its cutover: failback_hooks
  web02: the veto is lifted
  file01: the lock is removed, and what was left in Azure is deleted
The same command again, with these variables."""
AGAIN = "All VMs are home since an earlier rehearsal: the same command again, with nothing to do. --fresh starts over."


@dataclass(frozen=True)
class Act:
    """One run of the playbooks: what the audience is told, what is asked for besides, and how it has to end."""

    why: str = ""
    wishes: Mapping[str, Any] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None
    status: int = 0  # of ansible-playbook
    late: frozenset[str] = frozenset()  # who is not home afterwards
    # what its report keeps quiet about, where that is looked at
    unsaid: Callable[[Mapping[str, Any]], list[str]] | None = None


def night(folder: Path) -> Act:
    """The first act. `folder` is that of the rehearsal's files."""
    wishes = {
        "failback_optional": ["app03"],
        "failback_veto_file": str(folder / "veto"),
    }
    return Act(NIGHT, wishes, lambda: write_veto(folder, "web02\n"), status=2, late=LATE, unsaid=unsaid_of_the_night)


def unsaid_of_the_night(report: Mapping[str, Any]) -> list[str]:
    """What the report of the night has to say and does not."""
    run = report["runs"][-1]
    told = {
        "the disk of app03": "app03-data" in run["blocked"].get("app03", ""),
        "the checkpoint of web01": "checkpoint" in run["held"].get(CHECKPOINT, ""),
        "the veto on web02": "veto" in run["vetoed"].get("web02", ""),
        "what is left of file01": any(one["name"] == LOCKED and one["remaining"] for one in report["deleted_in_azure"]),
        "the role of web04 in the cluster": "web04" in run["cluster_roles"],
        "the node that app01 is on": {"name": MOVED, "host": NODE} in places_of(report),
    }
    return [what for what, said in told.items() if not said]


def places_of(report: Mapping[str, Any]) -> list[dict[str, str]]:
    """On which hosts the VMs that passed their validation run."""
    return [{"name": one["name"], "host": one["host"]} for one in report["validated"] if one["passed"]]


def unsaid_of_the_morning(report: Mapping[str, Any]) -> list[str]:
    """What the report has to say after the morning and does not: it goes on from that of the night."""
    *earlier, run = report["runs"]
    told = {
        "the checkpoint that held web01 in the night": any(CHECKPOINT in one["held"] for one in earlier),
        "the hook that removed it": [hook["hook"].split()[-1] for hook in run["hooks"]] == [CHECKPOINT],
        "web01 as no longer held": not run["held"],
    }
    return [what for what, said in told.items() if not said]


def morning(folder: Path, tell: Callable[[str, dict[str, Any]], object]) -> Act:
    """The second act. `tell` takes path and body of a POST to the simulator's control interface."""

    def before() -> None:
        write_veto(folder, "")
        tell("vms", {"name": LOCKED, "azure": {"locks": []}})
        tell("vms", {"name": LOCKED, "azure": {"gone": "with disks"}})

    return Act(MORNING, asked_again(folder), before, unsaid=unsaid_of_the_morning)


def asked_again(folder: Path) -> dict[str, Any]:
    """What is asked for from the morning on."""
    return {
        **night(folder).wishes,
        "failback_accept_unprotected_disks": ["app03"],
        "failback_hooks": [{"at": "before_cutover", "tasks": str(HOOK), "vms": [CHECKPOINT]}],
        "rehearsal_ready_file": str(folder / "simulator.json"),
    }


def write_veto(folder: Path, names: str) -> None:
    """Who must not be committed, one name a line."""
    (folder / "veto").write_text(names, encoding="utf-8")


def acts(folder: Path, away: set[str], tell: Callable[[str, dict[str, Any]], object]) -> list[Act]:
    """What has still to be played while the VMs `away` are not home."""
    if not away:
        return [Act(AGAIN, asked_again(folder), lambda: write_veto(folder, ""))]
    played = away <= LATE
    return [*([] if played else [night(folder)]), morning(folder, tell)]
