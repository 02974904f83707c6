#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: job_info
short_description: Read jobs of a vault, with their tasks and errors
version_added: 0.1.0
description:
  - Reads named jobs with their tasks and errors, or lists the jobs of the last hours.
  - The service gives tasks and errors only for a job that is read by itself, so a list has none.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.read_only
  - asr.hyperv.vault
options:
  names:
    description: The jobs to read, by name (a UUID).
    type: list
    elements: str
  hours:
    description: Without O(names), how many hours to look back, by the service's clock.
    type: float
    default: 24.0
  states:
    description: Without O(names), only jobs in these states.
    type: list
    elements: str
    choices: [NotStarted, InProgress, Suspended, Succeeded, PartiallySucceeded, CompletedWithInformation, Failed, Cancelled]
seealso:
  - module: asr.hyperv.protected_item_info
"""

EXAMPLES = r"""
- name: What went wrong in the last two hours?
  asr.hyperv.job_info:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    hours: 2
    states: [Failed, Cancelled]
  register: bad

- name: Read those jobs with their errors
  asr.hyperv.job_info:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    names: "{{ bad.jobs | map(attribute='name') }}"
  when: bad.jobs | length > 0
"""

RETURN = r"""
jobs:
  description: One entry for each job, the newest first.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The name of the job.
      type: str
      returned: always
    scenario:
      description: What the job does, in the service's words.
      type: str
      returned: always
    title:
      description: The title that the portal shows.
      type: str
      returned: always
    state:
      description: The state of the job.
      type: str
      returned: always
    description:
      description: The service's description of the state, which says more than the state, such as C(PartiallySucceeded).
      type: str
      returned: always
    target:
      description: The VM or plan that the job works on.
      type: str
      returned: always
    allowed_actions:
      description: What the service allows with the job.
      type: list
      elements: str
      returned: always
    started:
      description: When it started (UTC); null when it has not.
      type: str
      returned: always
    ended:
      description: When it ended (UTC); null when it runs.
      type: str
      returned: always
    activity_id:
      description: The id to give to support.
      type: str
      returned: when the job was read by name
    tasks:
      description: The tasks with their states, groups before what is in them.
      type: list
      elements: dict
      returned: when the job was read by name
    errors:
      description:
        - The errors with C(code), C(message), C(possible_causes), C(recommended_action), C(activity_id), C(task), and
          C(provider_code), the code of the provider on the host, empty when only the service says something.
        - Message, causes and advice are those of the service, and behind them those of the provider. A job that ended well
          may have some too.
      type: list
      elements: dict
      returned: when the job was read by name
  sample:
    - name: 0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11
      scenario: PlannedFailover
      title: Planned failover
      state: Succeeded
      description: Completed
      target: sql01
      allowed_actions: []
      started: "2026-11-20T22:10:04Z"
      ended: "2026-11-20T22:14:42Z"
"""

from datetime import timedelta

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result, Spec
from ansible_collections.asr.hyperv.plugins.module_utils._run.report import job_details, job_entry
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.jobs import Job, start_of

STATES = [
    "NotStarted",
    "InProgress",
    "Suspended",
    "Succeeded",
    "PartiallySucceeded",
    "CompletedWithInformation",
    "Failed",
    "Cancelled",
]


def named(vault: Vault, name: str) -> Job:
    """One job with everything. Raises BadInput for a job the vault does not have."""
    job = vault.jobs.get(name)
    if job is None:
        raise BadInput(f"names: there is no job '{name}' in the vault. List the jobs without names to see which are.")
    return job


def read(module: AsrModule, vault: Vault) -> Result:
    names = module.params["names"]
    if names:
        return {"jobs": [{**job_entry(job), **job_details(job)} for job in (named(vault, name) for name in names)]}
    since = vault.service_time() - timedelta(hours=module.params["hours"])
    jobs = vault.jobs.list(since, states=tuple(module.params["states"] or ()))
    return {"jobs": [job_entry(job) for job in sorted(jobs, key=start_of, reverse=True)]}


def main() -> None:
    options: Spec = {
        "names": {"type": "list", "elements": "str"},
        "hours": {"type": "float", "default": 24.0},
        "states": {"type": "list", "elements": "str", "choices": STATES},
    }
    AsrModule(options).run(read)


if __name__ == "__main__":
    main()
