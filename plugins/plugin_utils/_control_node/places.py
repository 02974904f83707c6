# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Places on the control node: can a report be written there, and is one of ours? Nothing is written to find out; then it is."""

from __future__ import annotations

import os
import stat
import tempfile
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
    elif link := foreign_link(path):
        yield f"{option} is '{path}', and {link} is a link of another user. Give a path without it."
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
    """Why no report of ours can be read under this path, which goes without ending as where the report was written."""
    if with_ending := ending_complaint(option, path):
        yield with_ending
    else:
        yield from kept_complaints(option, f"{path}.json")


def kept_complaints(option: str, path: str) -> Iterator[str]:
    """Why no file that we wrote earlier can be read under this path."""
    complaints = list(file_complaints(option, path))
    yield from complaints
    if not complaints and (why := distrust(path)):
        yield f"{option}: '{path}' is not relied on, because {why}. Give one in a folder that is yours."


def distrust(path: str) -> str:
    """Why the file at this path may have been written by another user of the control node; empty when it was not."""
    found = os.lstat(path)
    if stat.S_ISLNK(found.st_mode):
        return "it is a link"
    if link := foreign_link(path):
        return f"{link} is a link of another user"
    if not own(found):
        return f"it belongs to another user (uid {found.st_uid})"
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return f"others may write to it (mode {stat.S_IMODE(found.st_mode):04o})"
    return ""


def foreign_link(path: str) -> str:
    """The first folder on the way to a file that is a link which another user may turn elsewhere; empty when there is none."""
    whole = os.path.dirname(os.path.abspath(path))
    steps = [whole]
    while (above := os.path.dirname(steps[-1])) != steps[-1]:
        steps.append(above)
    links = (step for step in reversed(steps) if os.path.islink(step))
    return next((link for link in links if not own(os.lstat(link))), "")


def own(found: os.stat_result) -> bool:
    """Whether it belongs to this user or to root."""
    return found.st_uid in (os.geteuid(), 0)


def own_file(path: str) -> str:
    """A path with the links of its folder followed, for a file that replaces what is there, a link as well.

    Raises OSError for what is no path of a file, and for a folder on the way that is a link of another user.
    """
    folder, name = os.path.split(path)
    if name in ("", ".", "..") or os.path.isdir(path):
        raise OSError(f"'{path}' is no path of a file. Give a folder that exists, and a name in it.")
    if link := foreign_link(path):
        raise OSError(f"'{path}': {link} is a link of another user. Give a path without it.")
    return os.path.join(os.path.realpath(folder), name)


def write(path: str, text: str) -> None:
    """Write a file that only this user can read, whole or not at all. Raises OSError."""
    place = own_file(path)
    number, new = tempfile.mkstemp(dir=os.path.dirname(place), prefix=".report-")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(new, place)
    except OSError:
        os.unlink(new)
        raise


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


def text_of(path: str) -> dict[str, str]:
    """A file as it is now: `path`, and its `text`, or the `error` why it cannot be read."""
    try:
        with open(os.path.realpath(path), encoding="utf-8-sig") as file:
            return {"path": path, "text": file.read()}
    except OSError as error:
        return {"path": path, "error": error.strerror or str(error)}
    except ValueError as error:
        return {"path": path, "error": f"it is not UTF-8: {error}"}
