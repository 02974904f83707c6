# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Unit tests lie in folders of the rooms; each util has a test file of its name, or a row that says which file covers it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
UTILS = ROOT / "plugins" / "module_utils"
TESTS = Path(__file__).parent / "module_utils"
TYPES = "types"  # nothing in it runs: mypy looks at it
COVERED_BY = {  # the file that runs most of its functions, or is about its rows
    "_azure/bodies": "_azure/test_vault",
    "_azure/calls": "modules/test_azure_side",
    "_azure/doors": "_azure/test_gate",
    "_engine/coming_back": "_engine/test_goals",
    "_azure/explain": "_azure/test_answers",
    "_azure/headers": "_azure/test_limits",
    "_azure/hosts": "_azure/test_vault_reads",
    "_azure/items": "_azure/test_vault",
    "_azure/jobs": "_run/test_orchestration",
    "_azure/keys": "modules/test_vault_key_file",
    "_azure/library": "_azure/test_connect",
    "_azure/pace": "_azure/test_budget",
    "_azure/place": "_azure/test_gate",
    "_azure/plans": "_engine/test_plan_keeping",
    "_azure/profiles": "_azure/test_credentials",
    "_azure/resources": "modules/test_azure_side",
    "_azure/retries": "_azure/test_client",
    "_azure/service_clock": "_azure/test_limits",
    "_azure/signer": "_azure/test_gate",
    "_azure/ways": "_azure/test_credentials",
    "_service/azure_disks": "_preflight/test_azure_checks",
    "_service/azure_locks": "_preflight/test_azure_checks",
    "_run/azure_problems": "_engine/test_commit_guard",
    "_service/azure_kept": "_engine/test_commit_guard",
    "_preflight/azure_use": "_engine/test_commit_guard",
    "_service/azure_side": "_engine/test_commit_guard",
    "_run/cancelling": "_run/test_orchestration",
    "_run/to_azure": "_service/test_health",
    "_service/errors": "_service/test_answer_classes",
    "_lifecycle/evidence": "_lifecycle/test_lifecycle",
    "_wish/failback": "_run/test_report",
    "_night/answers": "_night/test_run",
    "_night/book": "_night/test_ending",
    "_night/wanted": "_night/test_preview",
    "_night/passing": "_night/test_run",
    "_night/seeing": "_night/test_run",
    "_night/calls": "_night/test_run",
    "_night/standing": "_night/test_run",
    "_shapes/night_shapes": TYPES,
    "_run/gone": "_service/test_health",
    "_shapes/hardware_shapes": TYPES,
    "_shapes/host_shapes": TYPES,
    "_wish/intent": "_service/test_health",
    "_service/job_problems": "_service/test_health",
    "_inventory/facts": "_inventory/test_hosts",
    "_shapes/inventory_shapes": TYPES,
    "_lifecycle/lifecycle_table": "_lifecycle/test_lifecycle",
    "_shapes/look_shapes": TYPES,
    "_wish/switch_map": "_roles/test_plugs",
    "_service/key_files": "modules/test_vault_key_file",
    "_service/names": "_run/test_foreign_names",
    "_service/hardware": "_service/test_items",
    "_lifecycle/phase_sets": "_lifecycle/test_tables",
    "_lifecycle/phases": "_lifecycle/test_tables",
    "_wish/placement": "_engine/test_planning",
    "_service/plan_actions": "_plans/test_code",
    "_shapes/plan_shapes": TYPES,
    "_run/problems": "_run/test_report",
    "_service/providers": "_service/test_odd_values",
    "_service/recovery_points": "_service/test_odd_values",
    "_run/refusals": "_run/test_orchestration",
    "_run/to_home": "_run/test_orchestration",
    "_shapes/role_shapes": TYPES,
    "_shapes/shapes": TYPES,
    "_wish/skipped": "_run/test_orchestration",
    "_service/started": "_azure/test_vault",
    "_lifecycle/step_table": "_lifecycle/test_tables",
    "_run/steps": "_lifecycle/test_tables",
    "_run/telling_job": "_run/test_orchestration",
    "_run/track": "_service/test_health",
    "_run/turns": "_run/test_orchestration",
    "_run/unread": "_engine/test_engine",
    "_run/well": "_service/test_health",
    "_shapes/wish_shapes": TYPES,
    "_engine/aftermath": "_engine/test_commit_guard",
    "_engine/azure_reader": "_engine/test_commit_guard",
    "_engine/azure_stays": "_engine/test_commit_guard",
    "_engine/doubts": "_engine/test_cycle",
    "_engine/item_reads": "_engine/test_never_twice",
    "_engine/job_reads": "_engine/test_never_twice",
    "_engine/last_look": "_engine/test_never_twice",
    "_engine/leftovers": "modules/test_azure_side",
    "_engine/lookout": "_run/test_news",
    "_engine/new_jobs": "_engine/test_never_twice",
    "_engine/parallel": "_engine/test_engine",
    "_engine/patience": "_engine/test_engine",
    "_engine/ports": TYPES,
    "_engine/reported": "_engine/test_never_twice",
    "_engine/selecting": "_engine/test_planning",
    "_engine/starter": "_engine/test_ends",
    "_engine/strangers": "_service/test_health",
    "_engine/survey": "_engine/test_planning",
    "_engine/tries": "_engine/test_ends",
    "_engine/watcher": "_engine/test_commit_guard",
    "_glue/azure_lookups": "modules/test_reads",
    "_glue/azure_side": "modules/test_azure_side",
    "_glue/entries": "modules/test_reads",
    "_glue/heartbeat": "_run/test_waiting",
    "_glue/module": "_engine/test_ends",
    "_glue/progress": "test_screen",
    "_glue/readiness": "modules/test_saw",
    "_glue/results": TYPES,
    "_glue/wishing": "modules/test_saw",
    "_plans/changes": "_plans/test_code",
    "_plans/draft": "_plans/test_code",
    "_plans/inventory": "_plans/test_code",
    "_preflight/estimate": "_preflight/test_readiness",
    "_preflight/host_checks": "_preflight/test_on_premises",
    "_preflight/retirement_checks": "_preflight/test_checks",
    "_preflight/row": "_preflight/test_readiness",
    "_preflight/rows_azure": "_preflight/test_checks",
    "_preflight/rows_host": "_preflight/test_checks",
    "_preflight/rows_vault": "_preflight/test_checks",
    "_preflight/rows_vm": "_preflight/test_checks",
    "_preflight/saw": "modules/test_saw",
    "_preflight/scene": "_preflight/test_readiness",
    "_preflight/sightings": "_preflight/test_on_premises",
    "_preflight/space": "_preflight/test_readiness",
    "_preflight/vault_checks": "_preflight/test_checks",
    "_preflight/vm_checks": "_preflight/test_readiness",
    "_roles/asking": "_roles/test_validation",
    "_roles/comparing": "_roles/test_validation",
    "_roles/options": "test_bad_input",
    "_roles/story": "_roles/test_membership",
    "_roles/vm": "_roles/test_course",
    "_roles/wishes": "test_bad_input",
}
NAMES = sorted(f"{path.parent.name}/{path.stem}" for path in UTILS.glob("_*/*.py"))


def own(name: str) -> Path:
    """The test file of a util's name, in its room's folder."""
    room, stem = name.split("/")
    return TESTS / room / f"test_{stem}.py"


def runs(node: ast.FunctionDef) -> bool:
    """Whether a function has a body of more than a docstring and dots."""
    return any(not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)) for part in node.body)


@pytest.mark.parametrize("name", NAMES)
def test_every_util_has_a_test_file_of_its_name_or_a_row_that_says_which_covers_it(name):
    covering = COVERED_BY.get(name, "")
    assert own(name).exists() != bool(covering), "a file or a row, and not both"
    if covering == TYPES:
        tree = ast.parse((UTILS / f"{name}.py").read_text(encoding="utf-8"))
        assert not [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and runs(node)]
    elif covering:
        assert any((folder / f"{covering}.py").exists() for folder in (TESTS, TESTS.parent))


def test_every_row_is_of_a_util_that_is_there():
    assert sorted(set(COVERED_BY) - set(NAMES)) == []


def test_every_test_file_of_the_utils_lies_in_the_folder_of_a_room():
    rooms = {path.name for path in UTILS.iterdir() if path.is_dir() and path.name != "__pycache__"}
    files = list(TESTS.rglob("test_*.py"))
    assert len(files) > 50
    assert [path.name for path in files if path.parent.name not in rooms] == []
