#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: readiness_info
short_description: Say before a failback what would go wrong with it
version_added: 0.1.0
description:
  - Looks at everything that a failback needs, in the vault and in what was gathered from the Hyper-V hosts, and gives each
    protected item a verdict with reasons and remedies. Nothing is changed.
  - The role P(asr.hyperv.preflight#role) gathers the facts of the hosts and calls this module.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.read_only
  - asr.hyperv.vault
  - asr.hyperv.items
  - asr.hyperv.items.sync
  - asr.hyperv.items.evidence
options:
  hosts:
    description:
      - What was gathered from the Hyper-V hosts. Without it the hosts are not checked, and each item has a warning that says so.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The name of the host, as the vault knows it, or the first part of it where no other host has the same.
        type: str
        required: true
      inventory:
        description: What the inventory calls it. Nothing is made of it; an entry may be a look of M(asr.hyperv.look_at_hosts).
        type: str
      machine:
        description: As O(hosts[].inventory), what its firmware calls it.
        type: str
      cluster:
        description: As O(hosts[].inventory), the failover cluster that it is a node of.
        type: str
      hyperv_host: {description: What M(asr.hyperv.host_info) returned., type: dict}
      vms:
        description: What M(asr.hyperv.vm_info) returned for all VMs of the host.
        type: list
        elements: dict
      error: {description: Why the host could not be asked., type: str}
      reached:
        description: Whether a host with an O(hosts[].error) answered, so that its connection is not what has to be mended.
        type: bool
        default: false
  moment:
    description:
      - What is judged for. V(preflight) looks at everything. V(gate) and V(cutover) only look at what may have changed since, and
        holds the cutover of a VM back; give the items that are about to cut over, and what their hosts say right now.
      - A VM that synchronizes or waits at the gate is judged for the gate in a preflight, too.
    type: str
    choices: [preflight, gate, cutover]
    default: preflight
  until:
    description:
      - How far the run goes. What the caller may not do of that blocks it, what later steps need is a warning.
      - With V(nothing) the caller only looks, with V(synchronized) the run stops at the gate, unless all are through it already.
    type: str
    choices: [nothing, synchronized, cut_over, protected]
    default: protected
  needs_hosts:
    description:
      - Whether an item is blocked when the host that it comes home to is not among O(hosts), as nobody could look at its VM after
        the cutover. Otherwise that is a warning.
    type: bool
    default: false
  domain_controllers:
    description:
      - Names of protected items whose VMs are domain controllers. Each has a warning with what to see to.
      - Nothing that is read here tells whether a VM is one, so without a name nothing is said of it.
    type: list
    elements: str
    default: []
  hosts_since:
    description:
      - The clock of the service before the hosts were asked, which is RV(asr.hyperv.provider_info#module:service_time).
      - The clocks of the hosts are compared with it. Without it only those that are ahead are found, not those that are behind.
    type: str
  assume:
    description: What the estimate of the durations assumes.
    type: dict
    suboptions:
      bandwidth_mbps:
        description: The line of a host, in Mbit/s.
        type: float
        default: 1000
      threads:
        description: Threads of the Recovery Services agent for each VM.
        type: int
        default: 4
      thread_mbps:
        description: What one thread copies, in Mbit/s.
        type: float
        default: 100
      checksum_gb_per_minute:
        description: How fast disks are compared, in GB a minute.
        type: float
        default: 4
      changed_gb_per_day:
        description: How much of a VM changes in Azure, in GB a day.
        type: float
        default: 5
seealso:
  - module: asr.hyperv.failback
  - module: asr.hyperv.host_info
"""

EXAMPLES = r"""
- name: Would it work?
  asr.hyperv.readiness_info:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
    recovery_plan: production
    data_sync: auto
    hosts:
      - name: hv01.contoso.example
        hyperv_host: "{{ hv01_facts.hyperv_host }}"
        vms: "{{ hv01_vms.vms }}"
  register: readiness

- name: Stop when it would not
  ansible.builtin.assert:
    that: readiness.verdict != 'blocked'
"""

RETURN = r"""
verdict:
  description: The worst of all verdicts, V(ready), V(warning) or V(blocked).
  returned: always
  type: str
  sample: warning
counts:
  description: How many items have which verdict.
  returned: always
  type: dict
  sample: {ready: 1, warning: 1, blocked: 0}
findings:
  description: What was found about the whole, such as missing rights. The keys are those of RV(verdicts[].findings).
  returned: always
  type: list
  elements: dict
duties:
  description:
    - What the caller may do, by the permissions that the vault tells - one entry for each duty that can be given by itself, with
      C(duty), C(allowed), C(missing), the actions on the vault that it lacks, and C(needed) - V(now) for the run (see O(until)),
      V(later) for the steps after it, V(no). Duties are V(look), V(preflight), V(synchronize), V(cut_over), V(commit), V(drill),
      V(to_azure), V(cancel), V(plans) and V(hosts). Rights beside the vault are not counted.
    - Empty when the permissions cannot be read, and with O(moment) other than V(preflight).
    - The collection has a role definition for each of them in C(docs/rights).
  returned: always
  type: list
  elements: dict
  sample:
    - {duty: look, allowed: true, missing: [], needed: now}
    - {duty: cut_over, allowed: false, needed: later, missing: [Microsoft.RecoveryServices/vaults/replicationJobs/resume/action]}
estimate:
  description: How long the run takes, in seconds. An estimate; C(assumptions) says of what.
  returned: always
  type: dict
  sample:
    synchronize_seconds: 4200
    outage_seconds_of_waves: [{wave: 1, outage_seconds: 180}]
    total_seconds: 4380
    assumptions: an estimate for a line of 1000 Mbit/s, ...
saw:
  description: What the verdicts rest on, one line for each fact, to be compared with what the next look sees.
  returned: always
  type: dict
  sample: {recovery plan: production, "switches of hv01": LAN}
fingerprint:
  description: The SHA-256 of RV(saw).
  returned: always
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
verdicts:
  description: One entry for each protected item, in the order of the groups.
  returned: always
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
    group:
      description: Its group in the recovery plan, from 1; null when no plan was named.
      type: int
      returned: always
    wave:
      description: Its place in the order of this run, from 1. A wave cuts over when those before it run on-premises.
      type: int
      returned: always
    phase:
      description: Where it stands.
      type: str
      returned: always
    moment:
      description: What it was judged for, V(preflight), V(gate) or V(cutover).
      type: str
      returned: always
    verdict:
      description: V(ready), V(warning) or V(blocked).
      type: str
      returned: always
    findings:
      description: What speaks against it, with C(check), C(level), C(thing), C(message) and C(remedy).
      type: list
      elements: dict
      returned: always
    host:
      description: The Hyper-V host that it comes home to; empty when the vault does not tell, or when VMM decides.
      type: str
      returned: always
    data_sync:
      description: The data synchronization that would be chosen and why; null when no failback has to start.
      type: dict
      returned: always
    estimate:
      description: C(synchronize_seconds) while it runs in Azure, C(outage_seconds) while it runs nowhere.
      type: dict
      returned: always
  sample:
    - name: sql01
      id: /Subscriptions/.../replicationProtectedItems/sql01
      group: 1
      wave: 1
      phase: failed_over
      moment: preflight
      verdict: blocked
      findings:
        - check: switch
          level: blocked
          thing: hv01
          message: hv01 has no virtual switch 'LAN', which sql01 was plugged into (it has none)
          remedy: Create it with that very name
      host: hv01
      data_sync: {mode: before_failover, option: ForDownTime, reason: 5 days in Azure, vm_creation: NoAction, alternate_host: ""}
      estimate: {synchronize_seconds: 4200, outage_seconds: 180}
"""

from dataclasses import asdict

from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_side import EVIDENCE_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import SYNC_OPTIONS, TARGET_OPTIONS, TARGET_RULES
from ansible_collections.asr.hyperv.plugins.module_utils._glue.readiness import read
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.estimate import Assumptions
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rights import ENDS

USUAL = Assumptions()
HOST_OPTIONS = {
    "name": {"type": "str", "required": True},
    "inventory": {"type": "str"},
    "machine": {"type": "str"},
    "cluster": {"type": "str"},
    "hyperv_host": {"type": "dict"},
    "vms": {"type": "list", "elements": "dict"},
    "error": {"type": "str"},
    "reached": {"type": "bool", "default": False},
}
ASSUME_OPTIONS = {
    name: {"type": "int" if name == "threads" else "float", "default": usual} for name, usual in asdict(USUAL).items()
}


def main() -> None:
    options = {
        **TARGET_OPTIONS,
        **SYNC_OPTIONS,
        **EVIDENCE_OPTIONS,
        "hosts": {"type": "list", "elements": "dict", "default": [], "options": HOST_OPTIONS},
        "moment": {"type": "str", "choices": ["preflight", "gate", "cutover"], "default": "preflight"},
        "until": {"type": "str", "choices": list(ENDS), "default": "protected"},
        "domain_controllers": {"type": "list", "elements": "str", "default": []},
        "needs_hosts": {"type": "bool", "default": False},
        "hosts_since": {"type": "str"},
        "assume": {"type": "dict", "apply_defaults": True, "options": ASSUME_OPTIONS},
    }
    AsrModule(options, **TARGET_RULES).run(read)


if __name__ == "__main__":
    main()
