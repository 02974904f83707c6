# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Places on the control node that are needed later: can a report be written there? Nothing is written to find out."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

LONGEST = 250  # characters that a file name may have, with its ending
ENDINGS = (
    ".json",
    ".md",
)  # of reports, for machines and for people: the roles add them, so no report is named with one


def report_complaints(option: str, path: str, endings: Sequence[str]) -> Iterator[str]:
    """Why a report cannot be written to this path, which goes without ending; the role adds each of these `endings`."""
    folder, name = os.path.split(path)
    place = os.path.realpath(folder or ".")
    if not name or name in (".", "..") or os.path.isdir(path):
        inside = os.path.join(path, "report")
        yield f"{option} is '{path}', which is a folder. Give the name of the report in it as well, such as {inside}."
    elif with_ending := ending_complaint(option, path):
        yield with_ending
    elif len(os.fsencode(name)) > LONGEST - max(map(len, endings)):
        yield f"{option} is '{path}', a name that is too long. Allowed: {LONGEST} bytes with its ending."
    elif not os.path.isdir(place):
        home = f" A ~ is not expanded: {os.path.expanduser(path)}." if path.startswith("~") else ""
        yield f"{option} is '{path}', and there is no folder '{place}' on the control node. Make it, or give another path.{home}"
    elif not os.access(place, os.W_OK | os.X_OK):
        yield f"{option} is '{path}', and nobody may write into '{place}' as this user. Give another path, or the right to write."
    else:
        yield from (
            f"{option} is '{path}', and '{path}{ending}' cannot be written. Move it away, or give another path."
            for ending in endings
            if os.path.lexists(path + ending)
            and not (os.path.isfile(path + ending) and os.access(path + ending, os.W_OK))
        )


def recorded_complaints(option: str, path: str) -> Iterator[str]:
    """Why there is no report to read under this path, which goes without ending as where the report was written."""
    if with_ending := ending_complaint(option, path):
        yield with_ending
    else:
        yield from file_complaints(option, f"{path}.json")


def ending_complaint(option: str, path: str) -> str:
    """What is wrong with a report's path that has an ending; empty for one without."""
    bare = next((path.removesuffix(ending) for ending in ENDINGS if path.endswith(ending)), "")
    return f"{option} is '{path}'. Leave the ending out, it is added: {bare}." if bare else ""


def file_complaints(option: str, path: str) -> Iterator[str]:
    """Why this is no file that can be read."""
    if not os.path.isfile(path):
        yield f"{option}: there is no file '{path}' on the control node. Give its path, full or from where Ansible was started."
    elif not os.access(path, os.R_OK):
        yield f"{option}: the file '{path}' cannot be read as this user."
