# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All that the role failback knows of a little run, as its action keeps it."""

from __future__ import annotations

from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book, Run
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import ItemEntry
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.specs import specs
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import item
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import part

USUAL = {name: spec.get("default") for name, spec in specs("failback").items()}


def book(*items: str | ItemEntry, run: Run | None = None, **more: Any) -> Book:
    """The book of a run for these VMs, names or items, each a wave; options go by their names, the rest by its own."""
    whole = [item(one, number) if isinstance(one, str) else one for number, one in enumerate(items, 1)]
    options = {
        name: more.pop(name.removeprefix("failback_")) for name in USUAL if name.removeprefix("failback_") in more
    }
    usual: dict[str, Any] = {
        "options": {**USUAL, "failback_recovery_plan": "plan1", "failback_data_sync": "auto", **options},
        "items": whole,
        "waves": [[one] for one in whole],
        "began": "2026-11-28T20:00:00+00:00",
        "run": run,
        "answers": None,
        "wellness": {"unwell": {}, "notes": {}},
    }
    nothing = (
        "wish",
        "vms",
        "previous",
        "relied_on",
        "preflight",
        "estimates",
        "homes",
        "blocked",
        "suspects",
        "broke",
        "cluster_roles",
    )
    usual |= {name: {} for name in nothing}
    usual |= {
        name: [] for name in ("hosts", "manual_actions", "missed", "full_downloads", "left_now", "sightings", "made")
    }
    return part(Book, **{**usual, "checks": False, "native": False, "turn": 0, "served": None, **more})
