# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Variables that nobody knows, and the known ones that they may have been meant to be. Pure.

A misspelt variable is not an error for Ansible: it is a variable that nobody reads. In a failback that is a smoke test that is
missing before a deletion.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping

PREFIXES = ("failback_", "validate_", "preflight_", "drill_", "alternate_host_", "asr_")
ALLOW = "asr_known_variables"  # the user's own names with such a beginning
ALIKE = 0.88  # how near a name without our beginning has to be to one of ours to be taken for misspelt
CODES = ("check", "code")  # what programs go by in a finding and in a problem
TOLD_TWICE = re.compile(r"\b(\w+) \(\1 of the role\)")
MENTIONED = re.compile(rf"\b(?:{'|'.join(PREFIXES)})[a-z0-9_]*[a-z0-9]\b")


def mentioned(text: str) -> set[str]:
    """The names with one of our beginnings that a text speaks of: those of an argument specification are all that are known."""
    return set(MENTIONED.findall(text))


def nearest(name: str, known: Iterable[object]) -> str:
    """Words for a message, to be put behind what is wrong: the names like this one; empty when there are none."""
    names = {str(one).lower(): str(one) for one in known}
    close = difflib.get_close_matches(name.lower(), names, n=2, cutoff=0.6)
    return f" Near to it: {', '.join(names[one] for one in close)}." if close else ""


def as_written(value: object, role: str, options: Iterable[str], others: Mapping[str, str]) -> object:
    """Texts, or data with texts in it, with the options of modules called as the reader of a role has to write them.

    `options` are those of the role; a module has the same without the beginning. `others` have another name in the role.
    """
    full = {name.removeprefix(f"{role}_"): name for name in options}
    full = {**{short: name for short, name in full.items() if "_" in short}, **others}
    names = "|".join(sorted(map(re.escape, full), key=len, reverse=True))
    written = re.compile(rf"(?<![\w.'/-])(?<!role )(?<!module )({names})(?![\w'/-])")
    return in_texts(value, lambda text: TOLD_TWICE.sub(r"\1", written.sub(lambda found: full[found.group()], text)))


def in_texts(value: object, change: Callable[[str], str]) -> object:
    """The same data with each of its texts changed; keys stay, and CODES: a check may be called like an option."""
    if isinstance(value, Mapping):
        return {key: one if key in CODES else in_texts(one, change) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [in_texts(one, change) for one in value]
    return change(value) if isinstance(value, str) else value


def unknown(given: Iterable[str], known: Iterable[str], own: Iterable[str] = ()) -> list[str]:
    """A line for each of the variables that is nobody's, with the nearest known name. `own` are names that the user allows."""
    names = sorted(set(known))
    fine = {*names, *own, ALLOW}
    return [
        f"{name} is no variable of this collection.{nearest(name, names)} If it is one of your own, put its name into {ALLOW}."
        for name in sorted(given)
        if name not in fine and is_ours(name, names)
    ]


def is_ours(name: str, known: Iterable[str]) -> bool:
    """Whether a name was meant for us: by its beginning, in whatever case, or since it is nearly ours."""
    lower = name.lower()
    if lower.startswith(("__", "ansible_")):
        return False
    if lower.startswith(PREFIXES):
        return True
    head = lower.partition("_")[0]
    heads = {prefix.partition("_")[0] for prefix in PREFIXES} - {"asr"}
    if not difflib.get_close_matches(head, heads, n=1, cutoff=0.8) and not lower.startswith("fail_back"):
        return False
    return bool(difflib.get_close_matches(lower, known, n=1, cutoff=ALIKE))


def without_beginning(given: Mapping[str, object], options: Iterable[str]) -> list[str]:
    """A line for each extra variable that is called as a module calls the option, where the role has a beginning before it.

    Only names of two words or more: a user's own playbook may well have a `report` or `hooks`.
    """
    full: dict[str, str] = {}
    for option in options:
        short = option.partition("_")[2]
        if short.count("_"):
            full.setdefault(short, option)
    return [
        f"{name} is read by nobody here: write {full[name]}. If it is one of your own, put its name into {ALLOW}."
        for name in sorted(given)
        if name in full
    ]
