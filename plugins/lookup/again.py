# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup `asr.hyperv.again`."""

from __future__ import annotations

DOCUMENTATION = r"""
---
name: again
short_description: Say how to run the same command again, with more variables
version_added: 0.1.0
description:
  - For messages that tell a person how to go on. Nothing of the command of this run is left out.
  - The whole command is shown as well, on a line that can be pasted, where it was typed on this machine and nothing in it
    may be secret.
author: asr.hyperv contributors (@asr-hyperv)
options:
  _terms:
    description: Variables that are to be added, each a dictionary.
    type: list
    elements: dict
    default: []
"""

EXAMPLES = r"""
- name: Say how to go on
  ansible.builtin.debug:
    msg: "To go on, {{ lookup('asr.hyperv.again', {'failback_gate': 'now'}) }}"
"""

RETURN = r"""
_raw:
  description: The words.
  type: list
  elements: str
  sample: ["run the same command again and add: -e failback_gate=now"]
"""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence

from ansible.plugins.lookup import LookupBase

from ansible_collections.asr.hyperv.plugins.module_utils._roles import commands as _commands
from ansible_collections.asr.hyperv.plugins.plugin_utils._screen import show

RUNNER = "AWX_ISOLATED_DATA_DIR"  # ansible-runner sets it; the command is then its own, and of no use to a person


class LookupModule(LookupBase):
    """Ansible asks this for the lookup."""

    def run(self, terms: Sequence, variables: Mapping | None = None, **kwargs: object) -> list:
        """See DOCUMENTATION."""
        more = {name: value for term in terms for name, value in term.items()}
        whole = "" if RUNNER in os.environ else _commands.whole_command(typed(), os.getcwd(), more)
        if whole:
            show(f"  {whole}")
        added = _commands.added(more)
        return [f"run the same command again{f' and add: {added}' if added else ''}"]


def typed() -> list[str]:
    """The command line as a person types it: a program that the shell finds by its name goes without its folder."""
    program, *rest = sys.argv
    found = shutil.which(os.path.basename(program))
    known = found is not None and os.path.realpath(found) == os.path.realpath(program)
    return [os.path.basename(program) if known else program, *rest]
