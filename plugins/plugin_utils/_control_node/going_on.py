# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""How a run that stopped is continued: by the command that was typed, with what has to be added to it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping

from ansible_collections.asr.hyperv.plugins.module_utils._roles import commands
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.screen import show

RUNNER = "AWX_ISOLATED_DATA_DIR"  # ansible-runner sets it; the command is then its own, and of no use to a person


def again(more: Mapping[str, object]) -> str:
    """The words for a message. The whole command is shown by itself, as a line to be pasted, where it may be."""
    whole = "" if RUNNER in os.environ else commands.whole_command(typed(), os.getcwd(), more)
    if whole:
        show(f"  {whole}")
    added = commands.added(more)
    return f"run the same command again{f' and add: {added}' if added else ''}"


def typed() -> list[str]:
    """The command line as a person types it: a program that the shell finds by its name goes without its folder."""
    program, *rest = sys.argv
    found = shutil.which(os.path.basename(program))
    known = found is not None and os.path.realpath(found) == os.path.realpath(program)
    return [os.path.basename(program) if known else program, *rest]
