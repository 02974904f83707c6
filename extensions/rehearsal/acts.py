# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the rehearsal of the shipped scenario plays: a night that leaves two VMs, and the morning that brings them home.

The names are those of asr_simulator/scenarios/rehearsal.yml. Who comes home late is in `LATE`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

LATE = frozenset({"app03", "web02"})  # blocked by its disk in Azure, and vetoed
LOCKED = "file01"  # its Azure VM outlives the commit
CHECKPOINT = "web01"  # has one as it waits for its cutover
HOOK = Path(__file__).with_name("remove_checkpoint.yml")

NIGHT = """The night, in which four things go otherwise than planned:
  app03 has a disk that is in Azure alone: it is blocked, and the others go on
  file01 comes home, but a lock keeps its VM in Azure
  web01 has a checkpoint all of a sudden, as it waits for its cutover: a hook has it removed
  web02 comes home and is not committed: somebody has vetoed it
Exit status 2 is right here, with app03 and web02 not home and all others home."""
MORNING = """The next morning, in which people have done what the night asked for:
  app03: a snapshot of app03-data was taken, so it may go: failback_accept_unprotected_disks
  web02: the veto is lifted
  file01: the lock is removed, and what was left in Azure is deleted
The same command again, with that variable."""
AGAIN = "All VMs are home since an earlier rehearsal: the same command again, with nothing to do. --fresh starts over."


@dataclass(frozen=True)
class Act:
    """One run of the playbooks: what the audience is told, what is asked for besides, and how it has to end."""

    why: str = ""
    wishes: Mapping = field(default_factory=dict)
    before: Callable[[], None] = lambda: None
    status: int = 0  # of ansible-playbook
    late: frozenset = frozenset()  # who is not home afterwards
    unsaid: Callable[[Mapping], list[str]] = lambda _report: []  # what its report keeps quiet about


def night(folder: Path) -> Act:
    """The first act. `folder` is that of the rehearsal's files."""
    wishes = {
        "failback_optional": ["app03"],
        "failback_veto_file": str(folder / "veto"),
        "failback_hooks": [{"at": "before_cutover", "tasks": str(HOOK), "vms": [CHECKPOINT]}],
        "rehearsal_ready_file": str(folder / "simulator.json"),
    }
    return Act(NIGHT, wishes, lambda: write_veto(folder, "web02\n"), status=2, late=LATE, unsaid=unsaid_of_the_night)


def unsaid_of_the_night(report: Mapping) -> list[str]:
    """What the report of the night has to say and does not."""
    run = report["runs"][-1]
    told = {
        "the disk of app03": "app03-data" in run["blocked"].get("app03", ""),
        "the veto on web02": "veto" in run["vetoed"].get("web02", ""),
        "the hook of web01": [hook["hook"].split()[-1] for hook in run["hooks"]] == [CHECKPOINT],
        "what is left of file01": any(one["name"] == LOCKED and one["remaining"] for one in report["deleted_in_azure"]),
    }
    return [what for what, said in told.items() if not said]


def morning(folder: Path, tell: Callable[[str, dict], object]) -> Act:
    """The second act. `tell` takes path and body of a POST to the simulator's control interface."""

    def before() -> None:
        write_veto(folder, "")
        tell("vms", {"name": LOCKED, "azure": {"locks": []}})
        tell("vms", {"name": LOCKED, "azure": {"gone": "with disks"}})

    return Act(MORNING, asked_again(folder), before)


def asked_again(folder: Path) -> dict:
    """What is asked for from the morning on."""
    return {**night(folder).wishes, "failback_accept_unprotected_disks": ["app03"]}


def write_veto(folder: Path, names: str) -> None:
    """Who must not be committed, one name a line."""
    (folder / "veto").write_text(names, encoding="utf-8")


def acts(folder: Path, away: set, tell: Callable[[str, dict], object]) -> list[Act]:
    """What has still to be played while the VMs `away` are not home."""
    if not away:
        return [Act(AGAIN, asked_again(folder), lambda: write_veto(folder, ""))]
    played = away <= LATE
    return [*([] if played else [night(folder)]), morning(folder, tell)]
