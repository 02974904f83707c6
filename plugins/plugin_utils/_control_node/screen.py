# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Lines for whoever watches, between those of Ansible: they never stand between the bytes that a program reads."""

from __future__ import annotations

import os
from collections.abc import Callable

from ansible import constants
from ansible.utils.display import Display

SWITCH = "ASR_HYPERV_PROGRESS"  # an environment variable: what says no here switches the lines off
NO = ("0", "no", "off", "false")
FOR_PEOPLE = ("default", "minimal", "oneline")  # callbacks of Ansible whose output nobody takes apart

display = Display()


def show(line: str) -> None:
    """One line of progress on the screen, where nobody switched them off."""
    if os.environ.get(SWITCH, "").strip().lower() not in NO:
        tell(line)


def tell(line: str) -> None:
    """One line on the screen; on the error channel where another callback writes the output, which may be one for machines."""
    callback = str(constants.config.get_config_value("DEFAULT_STDOUT_CALLBACK")).removeprefix("ansible.builtin.")
    display.display(line, stderr=callback not in FOR_PEOPLE)


def show_from(path: str, position: int, tell: Callable[[str], None]) -> int:
    """Show the whole lines after `position` (bytes); the new position. A module on another machine leaves no file here."""
    try:
        with open(path, "rb") as progress:
            progress.seek(position)
            text = progress.read()
    except OSError:
        return position
    whole = text[: text.rfind(b"\n") + 1]
    for line in whole.decode("utf-8", "replace").split("\n")[:-1]:
        tell(line)
    return position + len(whole)
