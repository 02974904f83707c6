# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Progress lines of a running module: written by the module, shown by the action plugin that started it."""

from __future__ import annotations

import contextlib
import os
import time
from functools import cached_property
from typing import TextIO

from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible

PROGRESS_FILE = "asr_progress"  # in the task's own temporary folder, which the action plugin makes and removes


class Progress:
    """The file in this folder, which stays open: opening it anew for each line was a tenth of what a long list of VMs cost."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    @cached_property
    def file(self) -> TextIO:
        return open(os.path.join(self.folder, PROGRESS_FILE), "a", encoding="utf-8", buffering=1)

    def write(self, line: str) -> None:
        """Add one line, with the time of day (UTC). A disk that is full ends no run."""
        with contextlib.suppress(OSError):
            self.file.write(f"{time.strftime('%H:%M:%SZ', time.gmtime())} {visible(line)}\n")
