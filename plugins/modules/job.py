#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: job
short_description: Resume, restart or cancel a job of a vault
version_added: 0.1.0
description:
  - Brings one job to a state, when the service allows it.
  - To release the gate of a failback use M(asr.hyperv.complete_failover), which knows what it is doing. This module is for
    everything else, such as telling a plan that a manual action was done.
  - A cancel during the data synchronization of a failback leaves the VM on-premises unusable, so it is refused unless
    O(accept_inconsistent_vm=true).
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.vault
options:
  name:
    description: The job, by name (a UUID).
    type: str
    required: true
  state:
    description:
      - V(resumed) - a job that is suspended goes on. One that is not suspended is left alone.
      - V(restarted) - a job that failed is tried again, by another job. One that runs or went well is left alone. The service
        does not offer it for failbacks and their commits; a commit that may delete VMs in Azure is refused in any case.
      - V(cancelled) - a job that runs is cancelled. One that ended is left alone.
    type: str
    choices: [resumed, restarted, cancelled]
    required: true
  comment:
    description: Words for the history of the job; used with O(state=resumed).
    type: str
    default: ""
  manual_action_done:
    description: Says that the manual action which a suspended job waits for was done. Without it such a job is not resumed.
    type: bool
    default: false
  accept_inconsistent_vm:
    description: Says that the VM on-premises may be left unusable by a cancel.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    details:
      - Says whether the job would be changed, and refuses what would be refused.
  diff_mode:
    support: full
    details:
      - The state of the job before, and what was asked for.
  idempotent:
    support: full
    details:
      - A job that is in the asked state is left alone.
seealso:
  - module: asr.hyperv.job_info
  - module: asr.hyperv.cancel_failover
"""

EXAMPLES = r"""
- name: Tell the plan that the manual action was done
  asr.hyperv.job:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    name: 0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11
    state: resumed
    comment: DNS was switched
    manual_action_done: true
"""

RETURN = r"""
job:
  description: The job as it was found, as in M(asr.hyperv.job_info).
  returned: always, except when the input was refused
  type: dict
  sample:
    name: 0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11
    scenario: Failback
    title: Planned failover
    state: Suspended
    description: WaitingForManualAction
    target: production
    allowed_actions: [Cancel, Resume]
    started: "2026-11-20T22:10:04Z"
    ended: null
action:
  description: What the service was asked to do; null when there was nothing to do.
  returned: always, except when the input was refused
  type: str
  sample: Resume
"""

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result, Spec
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import job_entry
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.job_actions import ACTIONS, action_for


def bring(module: AsrModule, vault: Vault) -> Result:
    """Bring the job to the state that was asked for."""
    wanted = module.params
    job = vault.jobs.get(wanted["name"])
    if job is None:
        raise BadInput(
            f"name: there is no job '{wanted['name']}' in the vault. asr.hyperv.job_info lists them.", option="name"
        )
    action = action_for(
        job,
        wanted["state"],
        accept_inconsistent_vm=wanted["accept_inconsistent_vm"],
        manual_action_done=wanted["manual_action_done"],
    )
    if action and not module.check_mode:
        send = {
            "Resume": lambda: vault.jobs.resume(job.name, wanted["comment"]),
            "Restart": lambda: vault.jobs.restart(job.name),
            "Cancel": lambda: vault.jobs.cancel(job.name),
        }
        send[action]()
    after = wanted["state"] if action else job.state
    return {
        "changed": bool(action),
        "action": action,
        "job": job_entry(job),
        "diff": {"before": f"{job.name}: {job.state}\n", "after": f"{job.name}: {after}\n"},
    }


def main() -> None:
    options: Spec = {
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "required": True, "choices": list(ACTIONS)},
        "comment": {"type": "str", "default": ""},
        "manual_action_done": {"type": "bool", "default": False},
        "accept_inconsistent_vm": {"type": "bool", "default": False},
    }
    AsrModule(options).run(bring)


if __name__ == "__main__":
    main()
