# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names and texts as somebody who means harm would choose them, for every test that shows or writes something."""

from __future__ import annotations

import re

FORGED = "23:59:59Z web01: committed, all is well"  # looks like a progress line of ours
TITLE = "\x1b]0;owned\x07"  # sets the title of a terminal
HOSTILE = {
    "escape sequence": f"web01{TITLE}\x1b[2J",
    "C1 control": "web01\x9b31m\x85next",
    "right to left": "web01\u202etxt.exe\u2066\u2069\u200f",
    "nothing to see": "web\u200b01\ufeff\u2060\u00ad",
    "half a character": "web01\ud800",
    "forged line": f"web01\n  {FORGED}",
    "carriage return": f"web01\r  {FORGED}",
    "unusual line ends": f"web01\v{FORGED}\f{FORGED}",
    "separators": f"db\u2028{FORGED}\u2029{FORGED}",
    "file separator": f"mq\x1c{FORGED}",
    "nul and delete": "web01\x00\x7f",
    "table": "web01 | committed | `x` |\n| --- |",
    "script": "<script>alert(1)</script> <img src=x onerror=alert(1)>",
    "link": "[click](https://evil.example) ![x](https://evil.example/x.png)",
    "template": "app01{{ lookup('pipe', 'touch MARK') }}{% if true %}{# x #}",
    "shell": "web01$(touch MARK)`touch MARK`;touch MARK'\"&&|>MARK",
    "two variables": "my plan failback_validate=false",
    "path up": "../escaped",
    "path out": "/etc/escaped",
    "dots": "..",
    "port": "hv01:5999",
    "range": "db[01:03]",
    "yaml": "x\nfoo: {hosts: {evil: {}}}",
    "not from here": "Zürich-Ω-日本-😀",
    "quotes of Windows": 'hv09" /Credentials "\\\\other\\share\\k.xml',
    "last backslash": "hv09\\",
    "wildcard": "ext?*[a-z]",
}
RAW = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ud800-\udfff]"
)


def raw(text: str) -> list[str]:
    """Whatever in a text could move a cursor, hide or turn something; new lines are the caller's to look at."""
    return RAW.findall(text)
