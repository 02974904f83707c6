# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much work something is, counted in lines of ours that run: the same each time, however busy the machine is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils import _engine

OURS = str(Path(_engine.__path__[0]).parent)


def lines_run(work: Callable[[], object]) -> int:
    """How many lines of module_utils run in this thread while it works; a loop counts with each round."""
    count, before = 0, sys.gettrace()

    def line(_frame: FrameType, event: str, _more: object) -> Any:
        nonlocal count
        count += event == "line"
        return line

    def call(frame: FrameType, _event: str, _more: object) -> Any:
        return line if frame.f_code.co_filename.startswith(OURS) else None

    sys.settrace(call)
    try:
        work()
    finally:
        sys.settrace(before)
    return count
