# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What hosts of the inventory say of single VMs (`asr_failback`), read with the task files that they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible.parsing.dataloader import DataLoader

from ansible_collections.asr.hyperv.plugins.module_utils._inventory.hosts import ITEM_ID
from ansible_collections.asr.hyperv.plugins.module_utils._roles.own_wishes import NAME, own_hooks, own_of, taken
from ansible_collections.asr.hyperv.plugins.module_utils._roles.sharing import who
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.wish_shapes import OwnRow, RoleWishes
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.places import file_complaints
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.task_files import COLLECTIONS, TaskFiles


def own_wishes(
    items: Sequence, said: RoleWishes, before: Mapping, variables: Mapping, loader: DataLoader
) -> dict[str, Any]:
    """What the variables say with what the hosts of these items say, as `taken` has it, with `complaints`, and the `hosts`."""
    own, told = own_of(items, hosts_of(variables))
    told += of_files(own_hooks(own), TaskFiles(loader, COLLECTIONS))
    return {**taken(said, before, own), "complaints": told, "hosts": list(own)}


def of_files(hooks: Sequence[Mapping], files: TaskFiles) -> Iterator[str]:
    """Task files of hooks that are not there, cannot be parsed, or name what is not there, with the VMs that have them."""
    found: dict[str, list[str]] = {}
    for hook in hooks:
        if hook.get("tasks"):
            found.setdefault(hook["tasks"], []).extend(hook["vms"])
    for path, vms in found.items():
        where = f"{who(list(dict.fromkeys(vms)))}: {NAME}.hooks"
        missing = list(file_complaints(where, path))
        yield from missing or (f"{where}: {line}" for line in files.complaints(path))


def hosts_of(variables: Mapping) -> Iterator[OwnRow]:
    """The hosts of the inventory, each with what it says; all, as others may need one that says nothing itself."""
    everyone = variables.get("hostvars", {})
    for host in (variables.get("groups") or {}).get("all", ()):
        known = everyone[host]
        yield {"host": host, "item_id": str(known.get(ITEM_ID) or ""), "wish": known.get(NAME)}
