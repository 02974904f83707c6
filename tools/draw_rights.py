# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draws docs/rights.md and the role definitions in docs/rights from the table that the preflight goes by. A test compares them.

PYTHONPATH=<folder that holds ansible_collections> python tools/draw_rights.py
"""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rights import (
    ALLOWS,
    OF_A_FAILBACK,
    RIGHTS,
    Duty,
    Right,
    actions_of,
)

DOCS = Path(__file__).resolve().parents[1] / "docs"
SCOPE = "/subscriptions/00000000-0000-0000-0000-000000000000"
INTRODUCTION = """# Who may do what: a role for each duty

Drawn from the table in `plugins/module_utils/_preflight/rights.py`, as the files in [rights](rights); do not edit them, run
`tools/draw_rights.py`.

*Site Recovery Contributor* on the vault may do all of this at once. Whoever wants to give less takes these: each file is a
custom role that is enough for its duty, and roles that are given together add up. So whoever starts a synchronization cannot
cut over, whoever opens the gate need not be able to commit, and nobody who only looks can change anything.

```
az role definition create --role-definition @look.json      after its AssignableScopes are your subscription
az role assignment create --role "ASR failback: look" --assignee CLIENT --scope RESOURCE_GROUP_OF_THE_VAULT
az role assignment create --role "ASR failback: look" --assignee CLIENT --scope RESOURCE_GROUP_OF_THE_AZURE_VMS
```

Actions of `Microsoft.Compute` and `Microsoft.Network`, and the locks, count where the VMs in Azure are; all others on the
vault. On the subscription the right to read VMs also finds one that was moved, and that to read locks those of the
subscription. Without them a failback goes on with a warning that says what is not proven.

A run of the role `failback` takes {failback}. One that stops at the gate (`failback_gate: stop`, `failback_detach`) takes
neither cut_over nor commit, and one whose VMs all wait there does not take synchronize. The preflight asks for the rights of what
the run will do before anything is started, names each action that is missing, and warns of what the steps after it need. A
preflight by itself judges the whole way, or as far as `preflight_until` says: with `nothing` somebody may run it who only looks.

One duty is enough for the modules that do one step: `planned_failover` to synchronize, `complete_failover` to cut over,
`commit_failover` and `reverse_replication` to commit.
`readiness_info` has in `duties` what the caller may do, and what of it is needed now, later or not.
"""
HEAD = "| action | what for | " + " | ".join(duty.value for duty in Duty) + " |"


def name_of(duty: Duty) -> str:
    """The role's name in Azure."""
    return f"ASR failback: {duty.value.replace('_', ' ')}"


def definition(duty: Duty) -> str:
    """The file of a duty, as `az role definition create` takes it."""
    found = {
        "Name": name_of(duty),
        "IsCustom": True,
        "Description": f"asr.hyperv: {ALLOWS[duty]}.",
        "Actions": actions_of(duty),
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": [SCOPE],
    }
    return json.dumps(found, indent=2) + "\n"


def files() -> dict[str, str]:
    """All definitions, by the name of the file."""
    return {f"{duty.value}.json": definition(duty) for duty in Duty}


def line(right: Right) -> str:
    """One row of the table of actions."""
    marks = ("x" if duty in right.duties else "" for duty in Duty)
    return f"| `{right.action}` | {right.purpose} | {' | '.join(marks)} |"


def page() -> str:
    """The whole page."""
    duties = [f"| [{duty.value}](rights/{duty.value}.json) | {ALLOWS[duty]} |" for duty in Duty]
    parts = [
        INTRODUCTION.format(failback=", ".join(duty.value for duty in OF_A_FAILBACK)).rstrip(),
        "\n".join(["| duty | whoever has it may |", "| --- | --- |", *duties]),
        "\n".join([HEAD, f"| --- | --- |{' --- |' * len(Duty)}", *map(line, RIGHTS)]),
    ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    (DOCS / "rights").mkdir(exist_ok=True)
    (DOCS / "rights.md").write_text(page(), encoding="utf-8")
    for name, content in files().items():
        (DOCS / "rights" / name).write_text(content, encoding="utf-8")
