#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: provider_info
short_description: Say which Hyper-V hosts and VMM servers the vault hears from
version_added: 0.1.0
description:
  - Reads the Site Recovery providers of a vault. On a Hyper-V site every host is one, else the VMM server is.
  - A failback needs the provider of its host to be connected.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.read_only
  - asr.hyperv.vault
options:
  host:
    description: Only the providers of this host. None is an empty list, not an error.
    type: str
seealso:
  - module: asr.hyperv.provider_registration
  - module: asr.hyperv.host_info
"""

EXAMPLES = r"""
- name: Who is there?
  asr.hyperv.provider_info:
    subscription_id: "{{ subscription_id }}"
    resource_group: recovery
    vault_name: vault1
  register: vault

- name: The vault hears from all of them
  ansible.builtin.assert:
    that: vault.providers | rejectattr('connected') | length == 0
    fail_msg: "not connected: {{ vault.providers | rejectattr('connected') | map(attribute='host') | join(', ') }}"
"""

RETURN = r"""
providers:
  description: One entry for each provider.
  returned: always
  type: list
  elements: dict
  contains:
    host:
      description: The name of the Hyper-V host or VMM server.
      type: str
      returned: always
    id:
      description: The ARM id of the provider, and what names it for an alternate location.
      type: str
      returned: always
    site:
      description: The Hyper-V site or VMM server it belongs to.
      type: str
      returned: always
    site_type:
      description: C(HyperVSite) or C(VMM).
      type: str
      returned: always
    connected:
      description: Whether the service hears from it.
      type: bool
      returned: always
    heartbeat_age_seconds:
      description: Seconds since it was heard of last, by the service's own clock; null when it never was.
      type: int
      returned: always
    version:
      description: The version of the provider.
      type: str
      returned: always
    version_state:
      description: The service's word for it, such as C(Latest) or C(UpdateRequired).
      type: str
      returned: always
    version_expires:
      description: When the version is not supported any more, in UTC; null when the service does not say.
      type: str
      returned: always
    server_version:
      description: The version of the VMM server.
      type: str
      returned: always
    protected_items:
      description: How many protected items it has.
      type: int
      returned: always
    problems:
      description: What the service says is wrong with it.
      type: list
      elements: str
      returned: always
  sample:
    - host: hv01
      id: /Subscriptions/.../replicationRecoveryServicesProviders/4f4a1c5e-2f46-4a5c-9f0a-0b5b8d1c7e11
      site: site1
      site_type: HyperVSite
      connected: true
      heartbeat_age_seconds: 42
      version: 5.1.8400.0
      version_state: Latest
      version_expires: "2027-06-30T00:00:00Z"
      server_version: ""
      protected_items: 12
      problems: []
service_time:
  description: The clock of the service, in UTC, to compare with that of a host.
  returned: always
  type: str
  sample: "2026-01-31T22:00:00Z"
"""

from ansible_collections.asr.hyperv.plugins.module_utils._engine.ports import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._glue.base import AsrModule
from ansible_collections.asr.hyperv.plugins.module_utils._glue.entries import provider_entry
from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Result


def read(module: AsrModule, vault: Vault) -> Result:
    """All providers, or those of one host; host names do not mind upper and lower case."""
    wanted, found = module.params["host"], vault.hosts.providers()
    now = vault.service_time()
    chosen = [one for one in found if not wanted or one.host.lower() == wanted.lower()]
    return {"providers": [provider_entry(one, now) for one in chosen], "service_time": f"{now:%Y-%m-%dT%H:%M:%SZ}"}


def main() -> None:
    AsrModule({"host": {"type": "str"}}).run(read)


if __name__ == "__main__":
    main()
