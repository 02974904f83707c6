# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What modules say of the Azure side: the options that decide over it, and what earlier commits have left there."""

from __future__ import annotations

from collections.abc import Sequence

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_reader import AzureReader
from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_stays import stays
from ansible_collections.asr.hyperv.plugins.module_utils._engine.leftovers import ask_again, find_leftovers
from ansible_collections.asr.hyperv.plugins.module_utils._engine.planning import Wish
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Params, Result, Spec
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import GOALS, Goal, Way, reached
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.azure_side import AzureSide, AzureStay

EVIDENCE_OPTIONS: Spec = {  # twinned with EVIDENCE of the doc fragment
    "accept_unprotected_disks": {"type": "list", "elements": "str", "default": []},
    "accept_changed_azure_vm": {"type": "list", "elements": "str", "default": []},
    "require_evidence": {"type": "bool", "default": False},
}
LEFT_OPTION = {"left_in_azure": {"type": "list", "elements": "str", "default": []}}
COMMITTING = GOALS[GOALS.index(Goal.COMMITTED) :]
AT_ONCE = 8  # requests


def accepted(options: Params) -> Result:
    """What the options of a module accept, as a part of its wish."""
    return {name: options[name] for name in EVIDENCE_OPTIONS if name in options}


def warn_of_leftovers(module: AnsibleModule, vault: Vault, tracks: Sequence[Track], wish: Wish) -> None:
    """Say what earlier commits have left in Azure of the VMs that are home, and where that cannot be seen."""
    if wish.way is not Way.HOME or wish.errand:
        return
    asked = [track for track in tracks if track.intent.goal in COMMITTING and not track.intent.rests]
    for reason in find_leftovers(AzureReader(vault, AT_ONCE), asked):
        module.warn(f"Whether earlier commits have left something in Azure cannot be seen: {reason}")


def still_left(vault: Vault, options: Params) -> Result:
    """The answer about what an earlier run has seen to remain, for modules that are asked for it."""
    if "left_in_azure" not in options:
        return {}
    return {"left_in_azure": ask_again(AzureReader(vault, AT_ONCE), options["left_in_azure"])}


def azure_sides(vault: Vault, tracks: Sequence[Track]) -> dict[str, tuple[AzureSide, AzureStay]]:
    """The Azure side of all that are not home, with their stay there, by the item's id. Raises what listing jobs raises."""
    away = [track for track in tracks if not reached(track.phase, Goal.COMMITTED, Way.HOME) and is_in_azure(track)]
    sides, known = AzureReader(vault, AT_ONCE).sides([track.item for track in away]), stays(vault, away)
    return {key: (side, known[key]) for key, side in sides.items()}


def is_in_azure(track: Track) -> bool:
    """Whether the item has an Azure VM that a failback is about: it runs there, or has come home and is not committed."""
    return track.item.active_location == "Recovery" or reached(track.phase, Goal.CUT_OVER, Way.HOME)
