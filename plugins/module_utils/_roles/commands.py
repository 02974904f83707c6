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
