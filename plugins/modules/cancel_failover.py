#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: cancel_failover
short_description: Cancel a failback or failover that is under way, knowing what that does
version_added: 0.1.0
description:
  - Cancels the failback jobs of protected items. The VMs in Azure go on, or have to be started there.
  - Cancels the jobs of failovers to Azure too. A VM that was shut down on-premises by then has to be started there.
  - B(A cancel during the data synchronization leaves the VM on-premises with half-written disks.) It may not boot, and only
    failing it back again mends it. So this module refuses unless O(accept_inconsistent_vm=true), for all items or none.
  - A job of a recovery plan moves all of its members. It is cancelled once, and only when all of them were named.
  - A job that waits for a manual action of its plan can be cancelled as any other.
  - An item whose failback or failover has not started, or is through, is left alone.
  - The module does not wait for the jobs to end. M(asr.hyperv.protected_item_info) shows how the items stand then.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.vault
  - asr.hyperv.items
options:
  accept_inconsistent_vm:
    description: Says that the VMs on-premises may be left unusable.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - Says which jobs would be cancelled, and refuses what would be refused.
  diff_mode:
    support: full
    details:
      - One line for each protected item.
  idempotent:
    support: full
    details:
      - An item without a failback or failover under way is left alone.
seealso:
  - module: asr.hyperv.failback
  - module: asr.hyperv.job
"""

EXAMPLES = r"""
- name: Give up the failback of a VM, to be started anew later
  asr.hyperv.cancel_failover:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    protected_items: [web01]
    accept_inconsistent_vm: true
"""

RETURN = r"""
protected_items:
  description: One entry for each protected item.
  returned: always, except when the input was refused
  type: list
  elements: dict
  contains:
    name:
      description: The name of the VM.
      type: str
      returned: always
    id:
      description: The ARM id of the protected item.
      type: str
      returned: always
    phase_before:
      description: The phase that was found.
      type: str
      returned: always
    cancelled_job:
      description: The job that was told to stop; null when none was under way, or when that went wrong.
      type: str
      returned: always
    error:
      description: Why the job could not be cancelled, which fails the module; null when it could, or when there was none.
      type: str
      returned: always
  sample:
    - name: web01
      id: /Subscriptions/.../replicationProtectedItems/web01
      phase_before: synchronizing
      cancelled_job: 0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11
      error: null
"""

import time
from collections.abc import Mapping, Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import select
from ansible_collections.asr.hyperv.plugins.module_utils._engine.survey import survey
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import TARGET_OPTIONS, TARGET_RULES
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result
from ansible_collections.asr.hyperv.plugins.module_utils._run.cancelling import jobs_of, plans_of, refuse, under_way
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError


def members_of(vault: Vault, plan_name: str) -> Mapping[str, str] | None:
    """The names of a plan's members by their ARM ids; None when there is no such plan any more."""
    plan = vault.plans.get(plan_name)
    if plan is None:
        return None
    items = {item.id.lower(): item for item in vault.items.list(plan.name)}
    ids = [one for group in plan.groups for one in group]
    return {one: items[one.lower()].friendly_name if one.lower() in items else one for one in ids}


def cancel_each(vault: Vault, jobs: Mapping[str, Sequence[Track]]) -> dict[str, str]:
    """Cancel each job once. What went wrong, by the name of the job; the others are cancelled all the same."""
    errors = {}
    for name in jobs:
        try:
            vault.jobs.cancel(name)
        except AsrError as error:
            errors[name] = str(error)
    return errors


def entry(track: Track, jobs: Mapping[str, Sequence[Track]], errors: Mapping[str, str]) -> Result:
    """One item of the answer."""
    name = track.job.name if track.job and track.job.name in jobs else None
    return {
        "name": track.name,
        "id": track.item.id,
        "phase_before": track.phase.value,
        "cancelled_job": None if name in errors else name,
        "error": errors.get(name) if name else None,
    }


def cancel(module: AsrModule, vault: Vault) -> Result:
    """Cancel everything that is under way, after all of it has been accepted."""
    tracks = survey(vault, select(vault, *(module.params[option] for option in TARGET_OPTIONS)), None, time.sleep)
    running = under_way(tracks)
    members = {plan: members_of(vault, plan) for plan in plans_of(running)}
    refuse(tracks, members, accepted=module.params["accept_inconsistent_vm"])
    jobs = jobs_of(running)
    errors = {} if module.check_mode else cancel_each(vault, jobs)
    entries = [entry(track, jobs, errors) for track in tracks]
    done = {one["name"] for one in entries if one["cancelled_job"]}
    result: Result = {
        "changed": bool(done),
        "protected_items": entries,
        "diff": {
            "before": "".join(f"{track.name}: {track.phase.value}\n" for track in tracks),
            "after": "".join(
                f"{track.name}: {'cancelled' if track.name in done else track.phase.value}\n" for track in tracks
            ),
        },
    }
    if errors:
        told = " ".join(f"{one['name']}: {one['error']}" for one in entries if one["error"])
        module.fail_json(msg=f"Not every job could be cancelled. {told}", **result)
    return result


def main() -> None:
    options = {"accept_inconsistent_vm": {"type": "bool", "default": False}, **TARGET_OPTIONS}
    AsrModule(options, **TARGET_RULES).run(cancel)


if __name__ == "__main__":
    main()
