# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is blocked is left out, with its reason; nothing is started when nobody is left, or the whole run is blocked."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.entrance import entrance

NO_RIGHT = [{"level": "blocked", "message": "the caller may not commit", "remedy": "Give it a role."}]
WARNED = [{"check": "age", "level": "warning", "message": "it is old", "remedy": "Renew it."}]
SWITCH = [*WARNED, {"check": "switch", "level": "blocked", "message": "hv01 has no switch", "remedy": "Create it."}]


def answer(blocked=(), whole=(), home=(), gate=()):
    verdicts = [
        {
            "name": name,
            "phase": "protected" if name in home else "synchronized" if name in gate else "failed_over",
            "verdict": "blocked" if name in blocked else "ready",
            "findings": SWITCH if name in blocked else WARNED,
        }
        for name in ("app", "web")
    ]
    return {"findings": [*WARNED, *whole], "verdicts": verdicts}


BECAUSE = "hv01 has no switch. Create it."
ROWS = [  # who is blocked, and the rest; policy, looks; start of the barrier, who is left out, who is looked at again
    ({}, "leave", True, "", [], []),
    ({"blocked": ["app"]}, "leave", False, "", ["app"], []),
    ({"blocked": ["app"]}, "stop", False, f"Nothing was started. app: {BECAUSE}", ["app"], []),
    (
        {"blocked": ["app", "web"]},
        "leave",
        False,
        f"Nothing was started. Nobody is left to go. 2 VMs (app, web): {BECAUSE}",
        ["app", "web"],
        [],
    ),
    (
        {"blocked": ["app"], "home": ["web"]},
        "leave",
        False,
        "Nothing was started. Nobody is left to go.",
        ["app"],
        [],
    ),
    (
        {"blocked": ["app"], "whole": NO_RIGHT},
        "leave",
        False,
        "Nothing was started. the caller may not commit",
        ["app"],
        [],
    ),
    ({"blocked": ["app", "web"], "gate": ["app"]}, "leave", True, "", ["web"], ["app"]),
    ({"blocked": ["app"], "gate": ["app"]}, "leave", False, "", ["app"], []),
]


@pytest.mark.parametrize("row", ROWS)
def test_who_is_blocked_is_left_out_and_the_others_go_on_unless_nobody_could(row):
    given, policy, looks, barrier, blocked, suspects = row
    found = entrance(answer(**given), policy=policy, looks=looks)
    assert found["barrier"].startswith(barrier) and bool(found["barrier"]) == bool(barrier)
    assert (list(found["blocked"]), list(found["suspects"])) == (blocked, suspects)
    assert set(found["blocked"].values()) <= {BECAUSE}


LOCK = {"check": "azure_lock", "level": "warning", "message": "the lock keep is on app", "remedy": "Remove it."}


def test_who_is_locked_in_azure_is_named_with_the_remedy_and_is_neither_blocked_nor_kept_from_going():
    told = answer(blocked=["web"])
    for one in told["verdicts"]:
        one["findings"] = [*one["findings"], LOCK]
    found = entrance(told, policy="leave", looks=False)
    assert found["locked"] == {"app": "the lock keep is on app. Remove it."}, "who is blocked does not come so far"
    assert [*found["blocked"]] == ["web"] and not found["barrier"]
