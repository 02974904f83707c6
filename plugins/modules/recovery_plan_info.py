#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: recovery_plan_info
short_description: Read recovery plans with their groups and where their members stand
version_added: 0.1.0
description:
  - Reads one recovery plan, or all of a vault, with the members of each group and the phase of every member.
  - The phase of a plan is what its members are. The service's own view of a plan does not tell the direction it goes in.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.read_only
  - asr.hyperv.vault
options:
  name:
    description: Only this plan. Without it all plans of the vault are read.
    type: str
seealso:
  - module: asr.hyperv.failback
  - module: asr.hyperv.protected_item_info
"""

EXAMPLES = r"""
- name: Read a plan
  asr.hyperv.recovery_plan_info:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    name: production
  register: plan

- name: Show its groups
  ansible.builtin.debug:
    msg: "group {{ item.number }}: {{ item.protected_items | map(attribute='name') | join(', ') }}"
  loop: "{{ plan.recovery_plans[0].groups }}"
  loop_control:
    label: "{{ item.number }}"
"""

RETURN = r"""
recovery_plans:
  description: One entry for each plan.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: The name of the plan.
      type: str
      returned: always
    id:
      description: Its ARM id.
      type: str
      returned: always
    groups:
      description:
        - The groups that hold members, in their order. Each member has its C(phase), what comes C(next) in words, the
          C(legal_steps), and the C(job) that runs on it or went wrong, by name, as M(asr.hyperv.protected_item_info) has them.
      type: list
      elements: dict
      returned: always
    phases:
      description: How many members are in each phase.
      type: dict
      returned: always
    legal_steps:
      description: The steps that every member may take now, as M(asr.hyperv.protected_item_info) has them for one.
      type: list
      elements: str
      returned: always
    manual_actions:
      description: The manual actions that the service would stop at on the way home.
      type: list
      elements: str
      returned: always
    current_scenario:
      description: What the service did last with the plan as a whole, in its words.
      type: str
      returned: always
    definition:
      description: All there is to the plan, with its actions, in the words of the options of M(asr.hyperv.recovery_plan).
      type: dict
      returned: always; null for a plan that is not from Hyper-V to Azure, or that cannot be read
    note:
      description:
        - Why the plan is listed without members; empty when it is not.
        - A plan that the vault tells in a way that cannot be, such as one called V(..), is named here and in a warning, and the
          others are read.
      type: str
      returned: always
  sample:
    - name: production
      id: /Subscriptions/.../replicationRecoveryPlans/production
      groups:
        - number: 1
          protected_items:
            - name: sql01
              id: /Subscriptions/.../replicationProtectedItems/sql01
              phase: failed_over
              next: "next: planned_failover"
              legal_steps: ["planned_failover (RecoveryToPrimary)"]
              job: ""
      phases: {failed_over: 1}
      legal_steps: ["planned_failover (RecoveryToPrimary)"]
      manual_actions: []
      current_scenario: CommitFailover
      note: ""
      definition:
        name: production
        shutdown: {before: [], after: []}
        failover: {before: [], after: []}
        groups:
          - {protected_items: [sql01], before: [], after: []}
"""

from collections import Counter
from collections.abc import Sequence

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._engine.selecting import find_plan, outlook
from ansible_collections.asr.hyperv.plugins.module_utils._engine.survey import survey
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import legal_steps
from ansible_collections.asr.hyperv.plugins.module_utils._plans.code import PlanCode, short_names
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput, OddAnswer
from ansible_collections.asr.hyperv.plugins.module_utils._service.items import ProtectedItem, RecoveryPlan
from ansible_collections.asr.hyperv.plugins.module_utils._wish.selection import by_plan


def entry(vault: Vault, plan: RecoveryPlan, tracks: list[Track]) -> Result:
    """One plan of the answer."""
    numbers = sorted({track.intent.group for track in tracks if track.intent.group})
    return {
        "name": plan.name,
        "id": plan.id,
        "groups": [{"number": number, "protected_items": members(vault, tracks, number)} for number in numbers],
        "phases": dict(Counter(track.phase.value for track in tracks)),
        "legal_steps": for_all([legal_steps(track.phase, track.item, track.job) for track in tracks]),
        "manual_actions": list(plan.manual_actions),
        "current_scenario": plan.current_scenario,
        "note": "",
    }


def members(vault: Vault, tracks: list[Track], number: int | None) -> list[Result]:
    """The members of one group."""
    return [member(vault, track) for track in tracks if track.intent.group == number]


def member(vault: Vault, track: Track) -> Result:
    """One member."""
    return {
        "name": track.name,
        "id": track.item.id,
        "phase": track.phase.value,
        **outlook(vault, track),
        "job": track.job.name if track.job else "",
    }


def for_all(steps_of_each: list[tuple[str, ...]]) -> list[str]:
    """The steps that are in all lists, in the order of the first."""
    return [step for step in next(iter(steps_of_each), ()) if all(step in steps for steps in steps_of_each)]


def read_plan(vault: Vault, plan: RecoveryPlan, items: Sequence[ProtectedItem]) -> Result:
    """A plan with its members' phases. A plan that cannot be failed back here is listed without members."""
    code = PlanCode.of(plan)
    definition = code.definition(short_names(items)) if code.objection is None else None
    try:
        told = entry(vault, plan, survey(vault, by_plan(plan, items), None))
    except BadInput as reason:
        told = refused(vault, plan, str(reason))
    return {**told, "definition": definition}


def refused(vault: Vault, plan: RecoveryPlan, why: str) -> Result:
    """A plan that says nothing but its name, and why."""
    return {**entry(vault, plan, []), "note": why, "definition": None}


def listed(vault: Vault, plan: RecoveryPlan) -> tuple[RecoveryPlan, str]:
    """A plan of the list with its groups, or as it was listed and why it cannot be read: that stops no other plan."""
    try:
        return find_plan(vault, plan.name), ""
    except (BadInput, OddAnswer) as reason:
        return plan, str(reason)


def read(module: AsrModule, vault: Vault) -> Result:
    """The plan that was asked for, or all: a list of plans has no groups, so each is read by itself (docs/service.md 1.6)."""
    wanted = module.params["name"]
    plans = [(find_plan(vault, wanted), "")] if wanted else [listed(vault, plan) for plan in vault.plans.list()]
    items = vault.items.list()
    for plan, why in plans:
        if why:
            module.warn(f"The recovery plan '{plan.name}' is not read: {why}")
    return {
        "recovery_plans": [refused(vault, plan, why) if why else read_plan(vault, plan, items) for plan, why in plans]
    }


def main() -> None:
    AsrModule({"name": {"type": "str"}}).run(read)


if __name__ == "__main__":
    main()
