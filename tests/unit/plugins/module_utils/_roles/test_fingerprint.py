# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that continues another with other hooks, checks, order or hosts says so; one that only opens the gate does not."""

from __future__ import annotations

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.fingerprint import other_wishes, wish_of

HOOKS = [{"at": "before_commit", "tasks": "smoke.yml"}]
ROWS = [  # then, now, what is said
    (
        {"failback_hooks": HOOKS},
        {"failback_hooks": []},
        ['failback_hooks was [{"at": "before_commit", "tasks": "smoke.yml"}] and is []'],
    ),
    ({"failback_canary": ["a"]}, {}, ['failback_canary was ["a"] and is not given']),
    ({}, {"failback_alternate_host": "hv02"}, ['failback_alternate_host was not given and is "hv02"']),
    ({"validate_tcp_ports": [443]}, {"validate_tcp_ports": [80]}, ["validate_tcp_ports was [443] and is [80]"]),
    ({"failback_hooks": HOOKS}, {"failback_hooks": HOOKS}, []),
    (
        {"failback_max_failures": "3", "failback_validate": "True"},
        {"failback_max_failures": 3, "failback_validate": True},
        [],
    ),
    ({"failback_gate": "stop"}, {"failback_gate": "now"}, []),
    ({"failback_sync_timeout": 1, "failback_report": "a"}, {"failback_sync_timeout": 2, "failback_report": "b"}, []),
]


@pytest.mark.parametrize(("then", "now", "said"), ROWS, ids=range(len(ROWS)))
def test_what_a_run_is_asked_for_is_compared_with_the_one_that_it_continues(then, now, said):
    options = {*then, *now}
    assert other_wishes(wish_of(options, now), wish_of(options, then)) == said
