# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Task files of a user, looked at before anything is started: can they be parsed, and is all that they name there?

What is wrong with them would else be found when VMs have moved. Only what is certain is said: a name that is made by a template,
or a variable that may be set by then, is left alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence

from ansible import constants
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.block import Block
from ansible.playbook.task import Task
from ansible.playbook.task_include import TaskInclude
from ansible.plugins.loader import filter_loader, lookup_loader
from ansible.utils.collection_loader._collection_finder import _get_collection_role_path
from jinja2 import Environment, TemplateSyntaxError, nodes

PARTS = ("block", "rescue", "always")
FILES = ("include_tasks", "import_tasks")
ROLES = ("include_role", "import_role")
BUILTIN = ("ansible.builtin.", "ansible.legacy.", "")
TEMPLATE = "{" + "{"
JINJA = Environment(extensions=["jinja2.ext.loopcontrols", "jinja2.ext.do"])
LOOKUPS = ("lookup", "query", "q")
COLLECTIONS = ("asr.hyperv", "ansible.legacy")  # where tasks in a role of ours look for short names


class TaskFiles:
    """Looks at task files and all that they include. `collections` is where short names are looked for."""

    def __init__(self, loader: DataLoader, collections: Sequence[str]) -> None:
        self.loader, self.collections = loader, list(collections)
        self.seen: set[str] = set()

    def complaints(self, path: str) -> Iterator[str]:
        """What is wrong with this file."""
        place = os.path.realpath(path)
        if place in self.seen:
            return
        self.seen.add(place)
        try:
            content = self.loader.load_from_file(place, cache="none", trusted_as_template=True)
        except AnsibleError as error:
            yield f"{path}: {first_line(error)}"
            return
        if content is None:
            return
        if not isinstance(content, list):
            yield f"{path}: it is no list of tasks."
            return
        for entry in content:
            yield from (f"{path}: {words}" for words in self.of_entry(entry, os.path.dirname(place)))

    def of_entry(self, entry: object, folder: str) -> Iterator[str]:
        """What is wrong with one task, or with a block and what is in it."""
        if not isinstance(entry, Mapping):
            yield f"'{entry}' is no task."
            return
        if "hosts" in entry:
            yield "it is a play, with hosts. Give a file that is a list of tasks."
            return
        try:
            if "block" in entry:
                Block.load({**entry, **{part: [] for part in PARTS if part in entry}}, loader=self.loader)
                for part in PARTS:
                    for one in entry.get(part) or ():
                        yield from self.of_entry(one, folder)
                return
            yield from self.of_task(entry, folder)
        except AnsibleError as error:
            yield f"task '{entry.get('name', 'without a name')}': {first_line(error)}"

    def of_task(self, entry: Mapping, folder: str) -> Iterator[str]:
        """What is wrong with a task. Ansible's own parser raises AnsibleError for a module or keyword that it does not know."""
        named = f"task '{entry.get('name', 'without a name')}'"
        for kind, find in ((FILES, self.of_file), (ROLES, self.of_role)):
            given = next((entry[word] for word in words(kind) if word in entry), None)
            if given is not None:
                TaskInclude.load(dict(entry), loader=self.loader) if kind is FILES else None
                yield from (f"{named}: {line}" for line in find(given, folder))
                return
        Task.load({"collections": self.collections, **entry}, loader=self.loader)
        yield from (f"{named}: {line}" for line in of_templates(entry))

    def of_file(self, given: object, folder: str) -> Iterator[str]:
        """What is wrong with a file that is included."""
        name = str(given.get("file", "") if isinstance(given, Mapping) else given or "")
        if not name or TEMPLATE in name:
            return
        places = [os.path.join(folder, name), os.path.join(folder, "tasks", name)]
        found = next((place for place in places if os.path.isfile(place)), "")
        if found:
            yield from self.complaints(found)
        else:
            yield f"there is no file {name} in {folder}"

    def of_role(self, given: object, folder: str) -> Iterator[str]:
        """What is wrong with a role that is included."""
        more = given if isinstance(given, Mapping) else {"name": given}
        name, part = str(more.get("name", "")), str(more.get("tasks_from", "main"))
        if not name or TEMPLATE in f"{name}{part}":
            return
        place = self.role_folder(name, folder)
        if not place:
            yield f"there is no role {name}"
            return
        stem = os.path.join(place, "tasks", part)
        file = next((stem + ending for ending in ("", ".yml", ".yaml") if os.path.isfile(stem + ending)), "")
        if file:
            yield from self.complaints(file)

    def role_folder(self, name: str, folder: str) -> str:
        """Where a role is; empty when it is nowhere."""
        found = _get_collection_role_path(name, self.collections)
        if found:
            return str(found[1])
        near = [self.loader.get_basedir(), folder]
        places = [
            *(os.path.join(one, "roles") for one in near),
            *constants.config.get_config_value("DEFAULT_ROLES_PATH"),
            *near,
        ]
        return next((place for place in (os.path.join(one, name) for one in places) if os.path.isdir(place)), "")


def words(actions: Sequence[str]) -> list[str]:
    """The names that an action of Ansible's own has in a task."""
    return [beginning + action for action in actions for beginning in BUILTIN]


def of_templates(value: object) -> Iterator[str]:
    """Templates anywhere in a task that cannot be parsed, and filters and lookups that do not exist."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from of_templates(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from of_templates(one)
    elif isinstance(value, str) and TEMPLATE in value:
        try:
            tree = JINJA.parse(value)
        except TemplateSyntaxError as error:
            yield f"{error.message} in '{value}'"
            return
        yield from (f"there is no filter '{name}'" for name in missing_filters(tree))
        yield from (f"there is no lookup '{name}'" for name in missing_lookups(tree))


def missing_filters(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(nodes.Filter):
        if node.name not in JINJA.filters and not is_filter(node.name):
            yield node.name


def is_filter(name: str) -> bool:
    """Whether Ansible has a filter of this name; its loader answers nothing, or with an error, for one that it has not."""
    try:
        return filter_loader.get(name) is not None
    except (AnsibleError, KeyError):
        return False


def missing_lookups(tree: nodes.Template) -> Iterator[str]:
    for node in tree.find_all(nodes.Call):
        first = node.args[0] if node.args and getattr(node.node, "name", "") in LOOKUPS else None
        if isinstance(first, nodes.Const) and not lookup_loader.has_plugin(str(first.value)):
            yield str(first.value)


def first_line(error: Exception) -> str:
    """What Ansible says, without the lines of the file that it shows."""
    return " ".join(str(getattr(error, "message", error)).split()).rstrip(".") + "."
