#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: recovery_plan
short_description: Keep a recovery plan of a vault as it is written down
version_added: 0.1.0
description:
  - Creates, changes or deletes a recovery plan of Hyper-V VMs. What is given is made so; what is not mentioned stays as it is,
    with all of its actions.
  - Everything that can be refused is refused before anything is sent. The playbooks C(asr.hyperv.generate_plans),
    C(asr.hyperv.recovery_plans) and C(asr.hyperv.plan_drift) write, apply and compare plans kept as files.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.vault
options:
  name:
    description: The name of the plan.
    type: str
    required: true
  state:
    description:
      - V(present) - the plan is as described.
      - V(absent) - there is no such plan. Its members stay protected.
    type: str
    choices: [present, absent]
    default: present
  groups:
    description:
      - The groups of the plan in the order in which they start, at most 7 with at most 100 protected items in all.
      - These are all groups and all members there will be. Members that are not named are taken out of the plan.
      - Required for a new plan. Without it the groups stay as they are.
    type: list
    elements: dict
    suboptions:
      protected_items:
        description:
          - The members, by name, friendly name (the name of the VM) or ARM id. They start together.
          - They have to be Hyper-V VMs of one site.
        type: list
        elements: str
        required: true
      before:
        description:
          - The actions that run before the group starts, in order; an empty list means none.
          - Without it the group keeps those it has. A group is known again by its members, also at another place.
        type: list
        elements: dict
        suboptions: &action
          name:
            description: The name of the action. One of this name that is there already keeps what is not given here.
            type: str
            required: true
          type:
            description: What kind of action it is. A new one is V(manual) unless something else is said.
            type: str
            choices: [manual, script, runbook]
          instructions:
            description: What a person is told to do. Required for a new manual action.
            type: str
          path:
            description: The path of the script. Required for a new script.
            type: str
          runbook_id:
            description: The ARM id of the runbook of Azure Automation. Required for a new runbook.
            type: str
          location:
            description: Where a script or runbook runs. Required for a new one.
            type: str
            choices: [Primary, Recovery]
          timeout:
            description: How long a script or runbook may take, in the words of the service.
            type: str
          failover_types:
            description: In which kinds of failover the action runs. Required for a new action.
            type: list
            elements: str
            choices: [PlannedFailover, UnplannedFailover, TestFailover]
          directions:
            description: V(PrimaryToRecovery) is the way to Azure, V(RecoveryToPrimary) the way home. Required for a new action.
            type: list
            elements: str
            choices: [PrimaryToRecovery, RecoveryToPrimary]
      after:
        description: As O(groups[].before), after the group has started.
        type: list
        elements: dict
        suboptions: *action
  shutdown:
    description: The actions around the shutdown of all groups. Without it they stay as they are.
    type: dict
    suboptions: &around
      before:
        description: As O(groups[].before).
        type: list
        elements: dict
        suboptions: *action
      after:
        description: As O(groups[].before).
        type: list
        elements: dict
        suboptions: *action
  failover:
    description: The actions around the failover of all groups. Without it they stay as they are.
    type: dict
    suboptions: *around
  wait:
    description: Whether to wait until the job of the service has saved or deleted the plan, and to look whether it did.
    type: bool
    default: true
  wait_timeout:
    description: The longest time to wait, in seconds.
    type: int
    default: 600
  poll_interval:
    description: Seconds between two looks at the job.
    type: float
    default: 2.0
attributes:
  check_mode:
    support: full
    details:
      - Says what would be changed, and refuses what would be refused.
  diff_mode:
    support: full
    details:
      - The plan before and after, a line for each member and action.
  idempotent:
    support: full
    details:
      - A plan that is as described is left alone. The order of members within a group does not count.
seealso:
  - module: asr.hyperv.recovery_plan_info
"""

EXAMPLES = r"""
- name: Have a plan of two groups
  asr.hyperv.recovery_plan:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    name: production
    groups:
      - protected_items: [sql01]
        after:
          - name: Check the database
            instructions: Log on to sql01 and look whether all databases are online.
            failover_types: [PlannedFailover, UnplannedFailover]
            directions: [PrimaryToRecovery, RecoveryToPrimary]
      - protected_items: [app01, web01]

- name: Move web01 into a group of its own, and keep the action
  asr.hyperv.recovery_plan:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    name: production
    groups:
      - protected_items: [sql01]
      - protected_items: [app01]
      - protected_items: [web01]
"""

RETURN = r"""
changes:
  description: What was changed, or would be in check mode, a line each. Empty when the plan was as described.
  returned: success
  type: list
  elements: str
  sample: ["groups: 2 -> 3", "web01: group 2 -> 3"]
recovery_plan:
  description: The plan as it is then, in the words of the options of this module; null when there is none.
  returned: success
  type: dict
  sample:
    name: production
    shutdown: {before: [], after: []}
    failover: {before: [], after: []}
    groups:
      - protected_items: [sql01]
        before: []
        after:
          - name: Check the database
            type: manual
            instructions: Log on to sql01 and look whether all databases are online.
            failover_types: [PlannedFailover, UnplannedFailover]
            directions: [PrimaryToRecovery, RecoveryToPrimary]
      - protected_items: [app01]
        before: []
        after: []
      - protected_items: [web01]
        before: []
        after: []
job:
  description: The job that saved or deleted the plan; empty when nothing was sent.
  returned: success
  type: str
  sample: 0b3f6c52-2f6e-4a55-8d6c-0d1f5b6b0a11
"""

from math import ceil

from ansible_collections.asr.hyperv.plugins.module_utils._engine.plan_keeping import Keeper, Patience
from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Params, Result, Spec
from ansible_collections.asr.hyperv.plugins.module_utils._plans.changes import changes, lines
from ansible_collections.asr.hyperv.plugins.module_utils._plans.code import short_names
from ansible_collections.asr.hyperv.plugins.module_utils._plans.draft import check_name, check_size, draft, no_plan
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.plan_actions import DIRECTIONS, FAILOVER_TYPES, TYPES

ACTIONS = {
    "type": "list",
    "elements": "dict",
    "options": {
        "name": {"type": "str", "required": True},
        "type": {"type": "str", "choices": list(TYPES)},
        "instructions": {"type": "str"},
        "path": {"type": "str"},
        "runbook_id": {"type": "str"},
        "location": {"type": "str", "choices": ["Primary", "Recovery"]},
        "timeout": {"type": "str"},
        "failover_types": {"type": "list", "elements": "str", "choices": list(FAILOVER_TYPES)},
        "directions": {"type": "list", "elements": "str", "choices": list(DIRECTIONS)},
    },
}
AROUND = {"type": "dict", "options": {"before": ACTIONS, "after": ACTIONS}}
MEMBERS = {"type": "list", "elements": "str", "required": True}
OPTIONS: Spec = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "groups": {
        "type": "list",
        "elements": "dict",
        "options": {"protected_items": MEMBERS, "before": ACTIONS, "after": ACTIONS},
    },
    "shutdown": AROUND,
    "failover": AROUND,
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 600},
    "poll_interval": {"type": "float", "default": 2.0},
}


def bring(module: AsrModule, vault: Vault) -> Result:
    """Bring the plan to what was asked for. In check mode nothing is sent."""
    wanted = module.params
    check_options(wanted)
    items = vault.items.list()
    names = short_names(items)
    patience = Patience(wanted["wait"], ceil(module.clock.left()), wanted["poll_interval"])
    gone = wanted["state"] == "absent"
    kept = Keeper(vault, module.clock, patience, names).keep(
        wanted["name"],
        lambda old: no_plan(old) if gone else draft(wanted["name"], wanted, old, items),
        pretend=module.check_mode,
    )
    found = changes(kept.old, kept.new, names)
    return {
        "changed": bool(found),
        "changes": found,
        "recovery_plan": kept.new and kept.new.definition(names),
        "job": kept.job,
        "diff": {"before": lines(kept.old, names), "after": lines(kept.new, names)},
    }


def check_options(wanted: Params) -> None:
    """What needs nothing of the vault. Raises BadInput."""
    check_name(wanted["name"])
    for option, least in (("wait_timeout", 1), ("poll_interval", 0.1)):
        if wanted[option] < least:
            raise BadInput(f"{option}: {wanted[option]} is too small. Allowed: {least} or more.", option=option)
    if wanted["state"] == "absent" and any(wanted[option] for option in ("groups", "shutdown", "failover")):
        raise BadInput(
            "state: 'absent' deletes the plan, so it cannot be described as well. Leave one out.", option="state"
        )
    check_size(wanted["groups"])


def main() -> None:
    AsrModule(OPTIONS).run(bring)


if __name__ == "__main__":
    main()
