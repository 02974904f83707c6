# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Text that a person will see: a name or a message that came from elsewhere cannot move the cursor, hide, or forge a line. Pure.

Whoever may name a VM, a switch or a job chooses these characters. `visible` is applied where values come in (`wire.text`, the
texts of errors, findings and progress lines), so that nobody has to think of it where they are shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, TypeVar

NEW_LINES = re.compile(
    "\r\n|[\t-\r\x1c-\x1e\x85\u2028\u2029]"
)  # all that str.splitlines() and terminals take for one, and tabs
HIDDEN = ("Cc", "Cf", "Cs")  # Unicode's categories: control, format (bidirectional, zero width, tags), half of a pair
MARKS = re.compile(r"([\\`|<>\[\]*])")  # what begins markup of Markdown, or ends the cell of a table


def visible(value: object) -> str:
    """A value as one line on which nothing is hidden: a new line is a blank, a character without a shape its escape.

    ESC becomes the four characters of `\\x1b`, U+202E the six of `\\u202e`; all other characters stay as they are. What
    is visible already stays as it is, so it does no harm to ask twice.
    """
    text = str(value)
    return text if text.isprintable() else "".join(map(seen, NEW_LINES.sub(" ", text)))


def visible_lines(value: object) -> str:
    """As `visible`, line by line: only its own new lines stay."""
    return "\n".join(map(visible, str(value).replace("\r\n", "\n").split("\n")))


def seen(character: str) -> str:
    """One character, or its escape where it has no shape of its own."""
    if unicodedata.category(character) not in HIDDEN:
        return character
    return character.encode("unicode_escape").decode("ascii")


T = TypeVar("T")


def visible_all(value: T) -> T:
    """Data with all of its texts visible, keys too; whatever is no text, list or mapping stays."""
    shown: Any = seen_through(value)  # it keeps its shape, which no type can say
    same: T = shown
    return same


def seen_through(value: object) -> object:
    """The same for any value."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {seen_through(key): seen_through(one) for key, one in value.items()}
    return [seen_through(one) for one in value] if isinstance(value, (list, tuple)) else value


def markdown(value: object) -> str:
    """A value for a cell, a bullet or a heading of Markdown: it is text there and nothing else."""
    return MARKS.sub(r"\\\1", visible(value)).replace("\\<", "&lt;").replace("\\>", "&gt;")
