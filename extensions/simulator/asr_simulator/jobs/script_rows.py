# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a job script is written down, and the short jobs of housekeeping."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """One task: how it is called, how long it takes (a key of durations.py) and what it does at its end."""

    task_id: str  # "" = the service makes a guid up
    name: str
    friendly: str
    takes: str
    effect: str = ""


class Script(NamedTuple):
    """One kind of job."""

    scenario: str
    friendly: str
    rows: tuple[Row, ...]
    after_failure: tuple[str, ...] = ()  # allowedActions of the failed job


def row(task_id: str, name: str, friendly: str, takes: str, effect: str = "") -> Row:
    """A row without an effect, or with one."""
    return Row(task_id, name, friendly, takes, effect)


HOUSEKEEPING = {
    "repair": Script(
        "RepairVMReplication",
        "Resynchronize",
        (row("RepairVmReplicationTask", "RepairVmReplication", "Resynchronizing the virtual machine", "repair"),),
    ),
    "disable": Script(
        "DisableDr",
        "Disable protection",
        (row("DisableProtectionTask", "DisableProtection", "Disabling protection", "update"),),
        ("Restart",),
    ),
    "update": Script(
        "UpdateVmProperties",
        "Update the virtual machine",
        (row("UpdateVmPropertiesTask", "UpdateVmProperties", "Updating the virtual machine settings", "update"),),
    ),
    "refresh": Script(
        "RefreshFabricLayout",
        "Refresh server",
        (
            row("RefreshFabricLayoutTask", "RefreshFabricLayout", "Refreshing the server", "refresh", "heartbeat"),
            row("WaitForLayoutProcessingTask", "WaitForLayoutProcessing", "Processing the layout", "moment"),
        ),
    ),
    "refresh_health": Script(
        "RefreshVaultHealth",
        "Refresh the health of the vault",
        (row("RefreshVaultHealthTask", "RefreshVaultHealth", "Refreshing the health of the vault", "moment"),),
    ),
    "restart": Script(
        "RestartJob", "Restart job", (row("RemediateWfTask", "RemediateTask", "Restarting job", "moment"),)
    ),
    "save_plan": Script(
        "SaveRecoveryPlan",
        "Save a recovery plan",
        (row("", "SaveRecoveryPlanTask", "Save a recovery plan task", "save_plan"),),
    ),
    "update_plan": Script(
        "UpdateRecoveryPlan",
        "Save a recovery plan",
        (row("", "SaveRecoveryPlanTask", "Save a recovery plan task", "save_plan"),),
    ),
    "delete_plan": Script(
        "DeleteRecoveryPlan",
        "Delete a recovery plan",
        (row("", "DeleteRecoveryPlanTask", "Delete a recovery plan task", "save_plan"),),
    ),
}
