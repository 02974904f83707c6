# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""An item that the service does not let us look at: its run ends, that of the others goes on. Pure."""

from __future__ import annotations

from typing import cast

from ansible_collections.asr.hyperv.plugins.module_utils._run.problems import MEND_IT
from ansible_collections.asr.hyperv.plugins.module_utils._run.track import Track
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AsrError
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Problem


def last_seen(track: Track, error: AsrError) -> Problem:
    """An item that the service does not let us look at. The data of an error go by the names of a problem."""
    message = f"{track.name} was last seen {track.phase.value}: {error}"
    return cast(Problem, {**error.details, "message": message})


def cannot_be_read(track: Track, error: AsrError) -> None:
    """End the run of an item that the service does not let us look at; the others go on."""
    problem = last_seen(track, error)
    problem["what_to_do"] = MEND_IT
    track.fail(**problem)
