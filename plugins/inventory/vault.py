# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The inventory `asr.hyperv.vault`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: vault
short_description: Protected items and Hyper-V hosts of Site Recovery vaults as an inventory
version_added: 0.1.0
description:
  - Reads one or many vaults. Each protected item (Hyper-V to Azure) is a host in the group C(protected_items), each Hyper-V
    host that a vault knows is one in the group C(hyperv_hosts), which the roles look for, and each VMM server one in
    C(vmm_servers).
  - The file has to end in C(.asr.yml) or C(.asr.yaml). Put C(group_vars) and C(host_vars) beside it.
  - Where the file is about one vault, all hosts have C(asr_vault), which says to the playbooks of this collection which
    one. A secret in the file is no part of it. Give C(asr_vault) in C(group_vars/all) then, or sign in by the environment.
  - The service is only read. Whatever it says is data and never a template, also where somebody has called a VM C({{ ...
    }}).
  - A name that two VMs have is that of none of the two. Each then has C(-) and its site behind its name, if need be the
    vault and the item as well. The same becomes of a name that Ansible would read more out of than a name, such as
    V(db[01:03]), and of one that means the control node, a Hyper-V host or a group; odd characters in it become C(_).
    C(asr_vm_name) always has the name as it is.
  - The same VM may be in several files. Two VMs of one name in two files are an error, as Ansible would make one host of
    them; name their vaults in one file.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.vault
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: Which plugin the file is for.
    type: str
    required: true
    choices: [asr.hyperv.vault]
  resource_group:
    description: The resource group of the vault. Not needed where O(vaults) has it.
    type: str
    required: false
    env:
      - name: ASR_RESOURCE_GROUP
  vault_name:
    description: The name of the Recovery Services vault. Not needed where O(vaults) has it.
    type: str
    required: false
    env:
      - name: ASR_VAULT_NAME
  auth_source:
    env:
      - name: ANSIBLE_AZURE_AUTH_SOURCE
  time_limit:
    description:
      - Seconds that reading may take, all vaults together. A vault that is not read by then counts as one that cannot be.
    type: int
    default: 600
  vaults:
    description:
      - One entry for each vault, with O(vault_name), O(resource_group), O(subscription_id), and whatever else of the
        options that say which vault and who signs in is different for it. All are read side by side.
      - What an entry does not say is taken from the options above. Who signs in is one thing - an entry that has one of
        these options takes none of them from above.
    type: list
    elements: dict
    default: []
  on_vault_error:
    description:
      - What happens when a vault cannot be read.
      - With V(error) the file is no inventory. Ansible warns of that and goes on without its hosts, unless
        C(any_unparsed_is_failed) in the section C(inventory) of C(ansible.cfg) says otherwise, which is what you want.
      - With V(warn) a warning says why, and the hosts of that vault are missing.
    type: str
    choices: [error, warn]
    default: error
  address_from:
    description:
      - What C(ansible_host) of a VM is.
      - V(name) sets none, so that the name of the VM is resolved. Where the host of the inventory had to get another name,
        it is the VM's own, unless that is none that can be used, or one that other VMs have, too.
      - V(on_premises) is the first fixed address that the vault has recorded for it on-premises. Few vaults have one, and
        without one C(ansible_host) is not set.
      - V(azure) is the first private address of its VM in Azure, else its public one. Needs O(azure_vms).
    type: str
    choices: [name, on_premises, azure]
    default: name
  azure_vms:
    description:
      - Whether to read the VMs in Azure of the items that are there, with their power and addresses, into C(asr_azure_vm).
      - That takes two requests or more for each of them, and the rights that M(asr.hyperv.azure_vm_info) needs.
    type: bool
    default: false
  hostvars_prefix:
    description:
      - What the names of all variables begin with. C(asr_vault), C(asr_host_name), C(asr_item_id) and C(ansible_host) are
        always called so.
      - In O(compose), O(groups), O(keyed_groups) and O(filters) they have it as well. These are for protected items only,
        so that no group of VMs has a Hyper-V host in it.
    type: str
    default: asr_
  filters:
    description:
      - Which protected items are in the inventory, as a list of dictionaries with one key each, C(include) or C(exclude),
        and an expression.
      - The first whose expression is true decides. An item of which none says anything is in it.
      - An expression that fails, as for a variable that is not there, is an error.
    type: list
    elements: dict
    default: []
notes:
  - Variables of protected items are RV(asr.hyperv.protected_item_info#module:protected_items) with the prefix,
    C(asr_vm_name) and C(asr_item_id) being its C(name) and C(id). These are C(asr_active_location),
    C(asr_allowed_operations), C(asr_azure_vm_id), C(asr_cpu_count), C(asr_days_in_azure), C(asr_direction), C(asr_disks),
    C(asr_failover_health), C(asr_health_errors), C(asr_item_id), C(asr_job), C(asr_legal_steps), C(asr_memory_mb),
    C(asr_next), C(asr_nics), C(asr_phase), C(asr_policy), C(asr_protection_state), C(asr_provider_id),
    C(asr_recovery_point_age_seconds), C(asr_replication_health), C(asr_site), C(asr_switches), C(asr_vm_id), C(asr_vm_name)
    and C(asr_vm_networks).
  - Beside them C(asr_host) is the host in this inventory of the Hyper-V host that has the VM, empty when that is not known;
    C(asr_plans) are the recovery plans that it is in, each with C(plan) and C(group); C(asr_azure_vm) is
    RV(asr.hyperv.azure_vm_info#module:azure_vms), null without O(azure_vms) and for items that are not in Azure.
  - Variables of Hyper-V hosts and VMM servers are RV(asr.hyperv.provider_info#module:providers) with the prefix,
    C(asr_host_name) and C(asr_provider_id) being its C(host) and C(id). These are C(asr_connected),
    C(asr_heartbeat_age_seconds), C(asr_host_name), C(asr_problems), C(asr_protected_items), C(asr_provider_id),
    C(asr_server_version), C(asr_site), C(asr_site_type), C(asr_version), C(asr_version_expires) and C(asr_version_state).
  - All have C(asr_kind) (V(vm), V(hyperv_host) or V(vmm_server)), C(asr_subscription_id), C(asr_resource_group),
    C(asr_vault_name), and C(asr_read_at), when that was read, by the service's clock; all ages are as of then, also those
    from a cache.
seealso:
  - module: asr.hyperv.protected_item_info
  - module: asr.hyperv.provider_info
  - module: asr.hyperv.azure_vm_info
"""

EXAMPLES = r"""
# production.asr.yml, for one vault
plugin: asr.hyperv.vault
resource_group: recovery
vault_name: vault1
keyed_groups:
  - {prefix: phase, key: asr_phase}
  - {prefix: plan, key: asr_plans | map(attribute='plan') | list}
---
# everything.asr.yml, for many, without VMs that are only tried out
plugin: asr.hyperv.vault
auth_source: cli
vaults:
  - {subscription_id: 11111111-1111-1111-1111-111111111111, resource_group: recovery, vault_name: north}
  - {subscription_id: 22222222-2222-2222-2222-222222222222, resource_group: recovery, vault_name: south}
on_vault_error: warn
azure_vms: true
address_from: azure
filters:
  - exclude: asr_vm_name.startswith('test')
groups:
  ill: asr_replication_health not in ['Normal', '']
compose:
  recovery_point_minutes: (asr_recovery_point_age_seconds or 0) // 60
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /var/tmp/asr-inventory
cache_timeout: 300
"""

from collections.abc import Iterator, Mapping
from functools import partial

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.module_utils.parsing.convert_bool import BOOLEANS
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable

from ansible_collections.asr.hyperv.plugins.module_utils._glue.inventory import read_vault
from ansible_collections.asr.hyperv.plugins.module_utils._inventory.facts import AZURE, VM
from ansible_collections.asr.hyperv.plugins.module_utils._inventory.hosts import (
    GROUPS,
    InventoryHost,
    hosts_of,
    kept_readings,
    taken_by_another,
)
from ansible_collections.asr.hyperv.plugins.module_utils._roles.names import nearest
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError, BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.inventory_shapes import Reading
from ansible_collections.asr.hyperv.plugins.plugin_utils._inventory.vaults import (
    OF_A_VAULT,
    Asked,
    asked_vaults,
    kept_as,
    named_twice,
    read_all,
    without_secrets,
)

ENDINGS = (".asr.yml", ".asr.yaml")


def read(asked: Asked, azure_vms: bool) -> Reading:
    """What there is in one vault. The libraries of Azure are loaded here."""
    from ansible_collections.asr.hyperv.plugins.module_utils._azure.client import connect

    return read_vault(connect(asked), azure_vms=azure_vms)


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """See DOCUMENTATION."""

    NAME = "asr.hyperv.vault"
    trusted_by_default = (
        False  # what the service says is never a template; ansible-inventory shows it as __ansible_unsafe
    )

    def verify_file(self, path: str) -> bool:
        """Whether a source is a file for this plugin."""
        return super().verify_file(path) and path.endswith(ENDINGS)

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        """Read the vaults, or what the cache has of them, and fill the inventory."""
        super().parse(inventory, loader, path)
        given = self._read_config_data(path)
        try:
            self.refuse(given)
            vaults = asked_vaults(self.templar.template(self.options_of_vaults()))
        except BadInput as error:
            raise AnsibleParserError(f"{path}: {error}") from error
        readings = self.readings(vaults, path, cache)
        for words in dict.fromkeys(words for reading in readings for words in reading["warnings"]):
            self.display.warning(words)
        self.fill(inventory, readings, vaults)

    def refuse(self, given: Mapping) -> None:
        """Ansible says nothing of options that nobody has. Raises BadInput for one, and for those that do not go together."""
        known = self.get_options()
        for name in given:
            if name not in known:
                raise BadInput(f"{name} is no option of {self.NAME}.{nearest(name, known)}")
        if self.get_option("address_from") == AZURE and not self.get_option("azure_vms"):
            raise BadInput("address_from: azure needs azure_vms: true, which reads the addresses.")
        if not f"{self.get_option('hostvars_prefix')}a".isidentifier():
            raise BadInput(f"hostvars_prefix: no variable can begin with '{self.get_option('hostvars_prefix')}'.")
        if self.get_option("hostvars_prefix").startswith("ansible_"):
            raise BadInput(
                "hostvars_prefix: variables that begin with ansible_ say how Ansible reaches a host. Give another one."
            )
        if self.get_option("time_limit") < 1:
            raise BadInput(f"time_limit: {self.get_option('time_limit')} is too small. Allowed: 1 or more (seconds).")
        self.refuse_types(given)

    def refuse_types(self, given: Mapping) -> None:
        """What Ansible lets through though it is of another type. Raises BadInput."""
        for name, value in given.items():  # Ansible takes whatever it does not know for a no
            if isinstance(self.get_option(name), bool) and str(value).lower() not in BOOLEANS:
                raise BadInput(f"{name}: '{value}' is neither true nor false.")
        for number, one in enumerate(self.get_option("filters"), start=1):
            if not isinstance(one, Mapping) or len(one) != 1 or not one.keys() <= {"include", "exclude"}:
                raise BadInput(f"filters: entry {number} has to have one key, include or exclude, with an expression.")

    def options_of_vaults(self) -> dict[str, object]:
        return {name: self.get_option(name) for name in (*OF_A_VAULT, "vaults")}

    def readings(self, vaults: list[Asked], path: str, cache: bool) -> list[Reading]:
        """From the cache, where it may be used and has it, else from the vaults. What lacks a vault is not kept."""
        key = f"{self.get_cache_key(path)}_{kept_as(vaults, self.get_option('azure_vms'))}"
        keeps = self.get_option("cache")
        if keeps and cache and key in self._cache:
            if (kept := kept_readings(self._cache[key], len(vaults))) is not None:
                return kept
            self.display.warning(
                f"What the cache has of {path} is nothing that this version keeps: the vaults are read."
            )
        found = self.read(vaults)
        if keeps and len(found) == len(vaults):
            self._cache[key] = found
        return found

    def read(self, vaults: list[Asked]) -> list[Reading]:
        """All vaults that can be read; for one that cannot an error, or a warning where that is enough."""
        azure_vms, seconds = self.get_option("azure_vms"), self.get_option("time_limit")
        answers = read_all([partial(read, vault, azure_vms) for vault in vaults], seconds)
        for vault, answer in zip(vaults, answers, strict=True):
            if isinstance(answer, AsrError):
                told = f"{self.called(vault)} is not read. {answer}"
                if self.get_option("on_vault_error") == "error":
                    raise AnsibleParserError(told)
                self.display.warning(f"{told} Its hosts are not in the inventory.")
        found = [answer for answer in answers if not isinstance(answer, AsrError)]
        if words := named_twice(found):
            raise AnsibleParserError(words)
        return found

    def called(self, vault: Asked) -> str:
        """A vault in words, with its subscription where the file says which."""
        subscription = f", subscription '{vault['subscription_id']}'" if vault.get("subscription_id") else ""
        return f"The vault '{vault['vault_name']}' (resource group '{vault['resource_group']}'{subscription})"

    def fill(self, inventory: InventoryData, readings: list[Reading], vaults: list[Asked]) -> None:
        """Hosts, their groups and variables, and what the file makes of them."""
        for group in GROUPS.values():
            inventory.add_group(group)
        if len(vaults) == 1:
            inventory.set_variable("all", "asr_vault", without_secrets(vaults[0]))
        added: list[str] = []
        try:
            self.add(inventory, readings, added)
            if any(
                name in inventory.groups for name in added
            ):  # what the file makes is known now: no host is called like it
                self.take_back(inventory, added)
                self.add(inventory, readings, added)
        except AnsibleError:
            self.take_back(inventory, added)  # Ansible would go on with a part of the VMs
            raise

    def take_back(self, inventory: InventoryData, added: list[str]) -> None:
        """The hosts that no other source had are not in the inventory any more."""
        for name in added:
            inventory.remove_host(inventory.hosts[name])
        added.clear()

    def add(self, inventory: InventoryData, readings: list[Reading], added: list[str]) -> None:
        """The hosts, none of which is called like a group that there is; `added` has those that no other source had."""
        prefix, strict = self.get_option("hostvars_prefix"), self.get_option("strict")
        wanted = [*self.chosen(hosts_of(readings, self.get_option("address_from"), [*inventory.groups]), prefix)]
        self.refuse_others(inventory, wanted)
        for host, variables in wanted:
            added += [] if host.name in inventory.hosts else [host.name]
            inventory.add_host(host.name, group=host.group)
            # Not one by one: Ansible would go through every value once more, which costs more than to read the vault.
            inventory.hosts[host.name].vars.update(variables)
            if host.variables["kind"] != VM:
                continue  # no group of VMs takes a Hyper-V host in, and no expression about VMs fails for one
            self._set_composite_vars(self.get_option("compose"), variables, host.name, strict=strict)
            self._add_host_to_composed_groups(self.get_option("groups"), variables, host.name, strict=strict)
            self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host.name, strict=strict)

    def refuse_others(self, inventory: InventoryData, wanted: list[tuple[InventoryHost, dict]]) -> None:
        """Ansible makes one host of two of one name in two files: it would have the variables of the wrong VM."""
        for host, _variables in wanted:
            known = inventory.hosts.get(host.name)
            if known is not None and taken_by_another(host, known.vars):
                raise AnsibleParserError(
                    f"'{host.name}' is another VM or server in a file that was read before. Name all vaults in one file "
                    "(vaults): there each host gets a name of its own."
                )

    def chosen(self, hosts: list[InventoryHost], prefix: str) -> Iterator[tuple[InventoryHost, dict]]:
        """Those that the filters let through, with their variables as they are set."""
        for host in hosts:
            variables = host.all_variables(prefix)
            if host.variables["kind"] != VM or self.is_in(host.name, variables):
                yield host, variables

    def is_in(self, name: str, variables: dict) -> bool:
        """What the first filter says whose expression is true of these variables; without one it is in."""
        self.templar.available_variables = {**variables, "inventory_hostname": name}
        for number, one in enumerate(self.get_option("filters"), start=1):
            [(kind, expression)] = one.items()
            try:
                if self.templar.evaluate_conditional(expression):
                    return bool(kind == "include")
            except AnsibleError as error:
                raise AnsibleParserError(f"filters: entry {number} cannot be applied to {name}: {error}") from error
        return True
