# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Command lines that a person is told to run: what they mean is what was meant, whatever is in the values. Pure."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping, Sequence

TEMPLATE = re.compile(r"\{[{%#]")  # what Ansible would take for the beginning of a template
TELLTALE = re.compile(r"secret|passw|token|credential|key", re.IGNORECASE)  # what may be in a value that nobody may see
LONGEST = 4000  # characters of a command that a person can still look over and paste
WORD = re.compile(r"(?!(?:y|n|yes|no|on|off|true|false|null)$)[a-z][a-z_]*")  # what stays a text however it is read
PLAYER = "ansible-playbook"
UNWRITTEN = re.compile(r"[^ !#-\[\]-~]")  # what a text of YAML in double quotes has as an escape: all but visible ASCII


def as_extra_vars(variables: Mapping[str, object]) -> str:
    """The variables as one `-e` of ansible-playbook, quoted for a shell.

    Always JSON: `-e name=value` is split at blanks, makes strings of numbers, and takes `a b=c` for two variables. Where a value
    looks like a template it is YAML with `!unsafe` before that value: Ansible then leaves it as it is.
    """
    own = copied(variables)
    written = json.dumps(own, default=str)
    return f"-e {shlex.quote(as_yaml(own) if TEMPLATE.search(written) else written)}"


def shell_command(program: str, *arguments: str, **variables: object) -> str:
    """A command line: the program, its arguments, and the variables as one `-e` where there are any."""
    words = [shlex.quote(word) for word in (program, *arguments)]
    return " ".join([*words, as_extra_vars(variables)] if variables else words)


def copied(value: object) -> object:
    """Data as plain dicts, lists and texts: Ansible's own are filled in only when somebody asks for each of their values."""
    if isinstance(value, Mapping):
        return {str(key): copied(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [copied(one) for one in value]
    return str(value) if isinstance(value, str) else value


def as_yaml(value: object) -> str:
    """A value as one line of YAML with ASCII only; a text that looks like a template is `!unsafe`."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{as_yaml(key)}: {as_yaml(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_yaml, value)) + "]"
    if not isinstance(value, str):
        return json.dumps(value, default=str)
    quoted = UNWRITTEN.sub(lambda found: f"\\U{ord(found[0]):08x}", value)
    return f'{"!unsafe " if TEMPLATE.search(value) else ""}"{quoted}"'


def added(more: Mapping[str, object]) -> str:
    """Variables to add to a command: plain words without quotes, so that no screen has to escape them."""
    if all(isinstance(value, str) and WORD.fullmatch(value) for value in more.values()):
        return " ".join(f"-e {name}={value}" for name, value in more.items())
    return as_extra_vars(more)


def whole_command(typed: Sequence[str], folder: str, more: Mapping[str, object]) -> str:
    """The command line of this run with `more` variables, to be pasted; empty where it may not be shown.

    `typed` is the command line, `folder` where it was typed. What was only in the environment is not in it. It is not shown where
    it is none of ansible-playbook, too long to be looked over, or something in it may be secret.
    """
    words = " ".join([*(shlex.quote(str(word)) for word in typed), added(more)]).rstrip()
    ours = typed and typed[0].rpartition("/")[2] == PLAYER
    if not ours or TELLTALE.search(words) or not words.isprintable() or len(words) > LONGEST:
        return ""
    return f"cd {shlex.quote(folder)} && {words}"
