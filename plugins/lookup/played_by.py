# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup `asr.hyperv.played_by`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: played_by
short_description: The host that a play of this collection runs on, when the command lets it run as a whole
version_added: 0.1.0
description:
  - For C(hosts) of a play, which is read before anything is started. A C(--limit) without that host, a group without hosts,
    C(--tags), C(--start-at-task), C(--step) and a C(--skip-tags) that leaves out every step end the run with an error, since it
    would do nothing or only a part, and still end with exit code 0.
  - A playbook of a user that imports the play is only warned of hosts that it does not reach, since it may have other plays.
  - A run that is told to stop (Ctrl-C, SIGTERM, a closed terminal) says what goes on by itself, and how to go on.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _terms:
    description: The host or group.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: Fail back
  hosts: "{{ lookup('asr.hyperv.played_by', 'localhost') }}"
  roles:
    - role: asr.hyperv.failback
"""

RETURN = r"""
_raw:
  description: The host or group, as it was given.
  type: list
  elements: str
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ansible import context
from ansible.errors import AnsibleError
from ansible.inventory.manager import InventoryManager
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.farewell import install

ALL = ("all",)
EVERY_STEP = frozenset(("all", "untagged"))  # what the steps of our playbooks are, as they have no tags
OURS = "asr.hyperv."
PLAYBOOKS = Path(__file__).resolve().parents[2] / "playbooks"
display = Display()


class LookupModule(LookupBase):
    """Ansible asks this for the lookup."""

    def run(self, terms: Sequence[str], variables: Mapping | None = None, **kwargs: object) -> list[str]:
        """See DOCUMENTATION."""
        asked = context.CLIARGS
        install()
        if asked.get("syntax"):
            return list(terms)
        if not called_itself(asked):
            for line in (line for host in terms for line in self.out_of_reach(host, asked)):
                display.warning(line)
        elif told := [line for host in terms for line in self.objections(host, asked)]:
            raise AnsibleError("\n".join(["Nothing was started.", *told]))
        return list(terms)

    def objections(self, host: str, asked: Mapping) -> Iterator[str]:
        """Why the command does not let the play run as a whole on this host or group."""
        if asked.get("start_at_task"):
            yield (
                f"--start-at-task {asked['start_at_task']}: what comes before it reads the vault and checks the input. Leave it "
                "out: a run that is started again finds out by itself where it has to go on."
            )
        if tuple(asked.get("tags") or ALL) != ALL:
            tags = ",".join(asked["tags"])
            yield f"--tags {tags}: the steps of this playbook have no tags, so none of them would run. Leave it out."
        if all_of_them := EVERY_STEP.intersection(asked.get("skip_tags") or ()):
            yield f"--skip-tags {','.join(sorted(all_of_them))}: it leaves out every step of this playbook. Leave it out."
        if asked.get("step") and not asked.get("check"):
            yield (
                "--step: a step that is answered with no may be what another rests on, as the look before a deletion. Leave it "
                "out: --check --diff shows what would be done, and failback_gate=stop stops a failback before the outage."
            )
        yield from self.out_of_reach(host, asked)

    def out_of_reach(self, host: str, asked: Mapping) -> Iterator[str]:
        """Why there is nobody that the play would run on."""
        limit = asked.get("subset")
        if (limit or host != "localhost") and not self.reached(host, asked):
            yield (
                f"--limit {limit}: it leaves out {host}, where this playbook runs, so it would do nothing. Leave it out, or name "
                f"{host} in it as well."
                if limit
                else f"The inventory has no hosts in a group '{host}', where this playbook runs. Give the inventory with -i."
            )

    def reached(self, host: str, asked: Mapping) -> bool:
        """Whether the inventory has somebody of this host or group whom the limit does not leave out."""
        inventory = InventoryManager(loader=self._loader, sources=asked.get("inventory"))
        if asked.get("subset"):
            inventory.subset(asked["subset"])
        return bool(inventory.get_hosts(host))


def called_itself(asked: Mapping) -> bool:
    """Whether the command names a playbook of ours, and not one of the user's that imports it and may have plays besides."""
    names = asked.get("args") or ()
    ours = [name for name in names if name.startswith(OURS) or Path(name).resolve().parent == PLAYBOOKS]
    return bool(ours)
