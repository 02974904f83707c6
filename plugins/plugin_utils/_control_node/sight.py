# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a run sees before it starts anything: its variables, the inventory, files on the control node, how it was called."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timezone

from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible.utils.vars import load_extra_vars

from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import VAULT_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._inventory.facts import ALL_NAMES
from ansible_collections.asr.hyperv.plugins.module_utils._roles import names, options, wishes
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import Around
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.places import (
    ENDINGS,
    file_complaints,
    kept_complaints,
    recorded_complaints,
    report_complaints,
)
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.specs import known_names, specs
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.task_files import COLLECTIONS, TaskFiles

INCLUDES = {
    "failback": {"failback_validate": "validate", "failback_preflight": "preflight"}
}  # by what is they switched on
REPORTS = {  # with what each role writes; its path goes without ending
    "failback_report": ENDINGS,
    "failback_result": (".json",),
    "drill_report": ENDINGS,
    "drill_baseline": (".json",),
    "validate_report": (".json",),
    "preflight_report": (".json",),
}
RECORDED = (
    "validate_recorded",
    "failback_preflight_report",
)  # reports that are read, by the path that they were written under
KEPT = "validate_baseline"  # a file of ours that is read, by its whole path
TASKS = ("failback_gate_tasks", "validate_tasks", "drill_tasks")
VAULT = "asr_vault"
PLAYED = "__asr_options_of"  # by our playbooks, where nothing else says which vault: a play of others may have module_defaults
OF_ONE_VAULT = (*wishes.OF_ITEMS, "drill", "failback", "preflight")
REMOTE = {
    "ansible_connection": ("local",),
    "ansible_shell_type": ("sh", "bash", "csh", "fish"),
    "ansible_become_method": ("sudo", "su"),
}


class Sight:
    """The variables of a task, and all that can be known of a role or playbook from them."""

    def __init__(self, variables: Mapping[str, object], loader: DataLoader, templar: Templar) -> None:
        self.variables, self.loader, self.templar = variables, loader, templar
        self.extra = load_extra_vars(loader)

    def objections(self, of: str) -> list[str]:
        """A line for each thing that would go wrong with this role or playbook."""
        told = [*self.of_names(of), *self.of_surroundings(), *self.of_vault()]
        record: dict[str, object] = {}
        for role in self.concerned(of):
            more, wrong = self.read(role, only_given=role != of)
            record |= more
            told += wrong
        groups = self.value("groups")
        around: Around = {
            "now": datetime.now(timezone.utc).isoformat(timespec="seconds"),
            "groups": groups if isinstance(groups, Mapping) else {},
            "extra": list(self.extra),
            "unread": [name for name in specs(of) if name in self.variables and name not in record],
        }
        told += wishes.complaints(of, record, around)
        told += [*self.of_files(record), *self.of_reports(record)]
        return list(dict.fromkeys(told))

    def concerned(self, of: str) -> list[str]:
        """The role, and those that it includes."""
        return [
            of,
            *(
                role
                for switch, role in INCLUDES.get(of, {}).items()
                if str(self.value(switch, True)).lower() != "false"
            ),
        ]

    def value(self, name: str, otherwise: object = None) -> object:
        """The value of a variable, with its templates filled in."""
        return self.templar.template(self.variables[name]) if name in self.variables else otherwise

    def read(self, role: str, *, only_given: bool) -> tuple[dict[str, object], list[str]]:
        """The record of the options of a role and what is wrong with them. What another role gives it is not asked for."""
        known, given, told = specs(role), {}, []
        for name in known:
            try:
                value = self.value(name, ...)
            except AnsibleError as error:
                told.append(f"{name} cannot be made of its template: {' '.join(str(error).split())}")
                known = {one: spec for one, spec in known.items() if one != name}
                continue
            if value is not ... and not (only_given and name in wishes.INSTEAD):
                given[name] = value
        asked: dict[str, options.OptionSpec] = {
            name: {**spec, "required": False} if only_given else spec for name, spec in known.items()
        }
        record, wrong = options.read(asked, given)
        return record, [*told, *wrong]

    def of_names(self, of: str) -> Iterator[str]:
        """Variables that nobody knows."""
        own = self.value(names.ALLOW, [])
        own = own.split(",") if isinstance(own, str) else list(own) if isinstance(own, Iterable) else []
        yield from names.unknown(self.variables, known_names(), [*own, *(ALL_NAMES - set(self.extra))])
        differing = {
            short: value
            for short, value in self.extra.items()
            if short not in own and value != self.value(f"{of}_{short}", value)
        }
        yield from names.without_beginning(differing, specs(of))

    def of_surroundings(self) -> Iterator[str]:
        """Variables for the hosts that reach localhost as well, where the run itself is."""
        if self.variables.get("inventory_hostname") not in ("localhost", "127.0.0.1", "::1"):
            return
        for name, fine in REMOTE.items():
            if (value := self.value(name, fine[0])) not in fine:
                yield (
                    f"{name} is '{value}' for localhost, where the run itself works; it comes from the inventory's group all or "
                    "from -e. Put it into the group of the Hyper-V hosts."
                )

    def of_vault(self) -> Iterator[str]:
        """What is wrong with asr_vault, whose values are never shown."""
        try:
            vault = self.value(VAULT, {})
        except AnsibleError as error:
            yield f"{VAULT} cannot be made of its template: {' '.join(str(error).split())}"
            return
        spec: options.OptionSpec = {"type": "dict", "options": {name: {"type": "raw"} for name in VAULT_OPTIONS}}
        yield from options.read({VAULT: spec}, {VAULT: vault})[1]
        if self.variables.get(PLAYED) in OF_ONE_VAULT and isinstance(vault, Mapping):
            yield from unsaid(vault)

    def of_files(self, record: Mapping) -> Iterator[str]:
        """Task files that are not there, cannot be parsed, or name what is not there."""
        named = [(option, record[option]) for option in TASKS if record.get(option)]
        named += [
            ("failback_hooks", hook["tasks"])
            for hook in record.get("failback_hooks") or ()
            if hook and hook.get("tasks")
        ]
        files = TaskFiles(self.loader, COLLECTIONS)
        for option, path in named:
            missing = list(file_complaints(option, path))
            yield from missing or (f"{option}: {line}" for line in files.complaints(path))

    def of_reports(self, record: Mapping) -> Iterator[str]:
        """Reports that could not be written, or read."""
        for option, endings in REPORTS.items():
            if path := record.get(option):
                yield from report_complaints(option, path, endings)
        for option in RECORDED:
            if path := record.get(option):
                yield from recorded_complaints(option, path)
        if path := record.get(KEPT):
            yield from kept_complaints(KEPT, path)


def unsaid(vault: Mapping) -> Iterator[str]:
    """That nobody says which vault it is about: neither asr_vault nor the environment."""
    places = {name: str(VAULT_OPTIONS[name]["fallback"][1][0]) for name in ("resource_group", "vault_name")}
    if lacking := [name for name, place in places.items() if not vault.get(name) and not os.environ.get(place)]:
        example = f'-e \'{{"{VAULT}": {{"resource_group": ..., "vault_name": ...}}}}\''
        yield (
            f"{VAULT} has no {' and no '.join(lacking)}, so nobody knows which vault it is about; an inventory of several "
            f"vaults, or one that could not be read, does not say it. Give {example}, or "
            f"{' and '.join(places[name] for name in lacking)} in the environment."
        )
