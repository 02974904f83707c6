# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes docs/faults.md: every fault schedule of the simulator, carried out, with what a run really said.

python tools/draw_faults.py        (in an environment made by `make test`; takes about two minutes)
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "faults.md"
INTRODUCTION = """# Every fault: what you see, and what to do

Written by `tools/draw_faults.py` from real runs of the engine under the fault schedules that come with the simulator (a plan of
three VMs in two groups); do not edit this page. Try one yourself: POST `{"schedule": "NAME"}` to `/_simulator/faults` of a
running rehearsal.

Nothing was lost and nothing was done twice in any of them.
"""
ENDS = {
    "home": "nothing: the run brings all VMs home by itself",
    "rerun": "mend the cause if it is still there, and run the same playbook again: it goes on from where the VMs stand",
    "reported": "see the message: the cause needs a person; run the same playbook again afterwards",
}
ROUTINE = re.compile(
    r": \w+ -> \w+$|^\w+ -> \w+: |accepted, job|^\w+ accepted: |: (busy|synchronizing|cutting_over|replicating)\b.*waits"
)
LONG = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|/[Ss]ubscriptions/\S+")


def told(lines: list[str], failures: list[str]) -> str:
    """The first line of progress that is not routine, and the first failure, shortened to what matters."""
    unusual = [line for line in lines if not ROUTINE.search(line)]
    parts = [f"`{short(part)}`" for part in (*unusual[:1], *failures[:1])]
    return "<br>".join(parts) or "nothing unusual"


def short(text: str) -> str:
    """Ids cut, at most 260 characters, nothing that breaks a table."""
    text = LONG.sub("...", text).replace("|", "/").replace("`", "'").replace("\n", " ")
    return text if len(text) <= 260 else f"{text[:257]}..."


def row(name: str, schedule: dict[str, Any]) -> str:
    """One schedule, carried out."""
    from ansible_collections.asr.hyperv.tests.reliability.mischief import attempt
    from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import THREE
    from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service, without_models
    from asr_simulator.faults.schedules import resolved

    with without_models():
        service = Service(THREE)
        for fault in resolved(service.world, name)["faults"]:
            service.fault(**fault)
        failures = attempt(service)[1]
    end = schedule["expect"] if failures else "home"
    return f"| `{name}` | {schedule['description']} | {told(service.said, failures)} | {ENDS[end]} |"


def main() -> None:
    runpy.run_path(str(ROOT / "tests" / "reliability" / "run.py"))["find_collection"]()
    from asr_simulator.faults.schedules import schedules

    lines = [row(name, schedule) for name, schedule in sorted(schedules().items())]
    head = ["| schedule | what happens | what the run says | what to do |", "| --- | --- | --- | --- |"]
    PAGE.write_text("\n".join([INTRODUCTION, *head, *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
