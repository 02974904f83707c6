# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface is for whoever may read the ready file; nobody else on the machine, and no page in a browser."""

from __future__ import annotations

import pytest

from asr_simulator.answer import answer
from asr_simulator.world.guard import Guard

GUARD = Guard("https://127.0.0.1:8443", "right")
GOOD = {"Host": "127.0.0.1:8443", "Authorization": "Bearer right"}
REFUSED = {
    "no token": ({"Authorization": ""}, "control_token of the ready file"),
    "another token": ({"Authorization": "Bearer wrong"}, "control_token of the ready file"),
    "another scheme": ({"Authorization": "Basic right"}, "control_token of the ready file"),
    "a token of the identity provider": ({"Authorization": "Bearer {token}"}, "control_token of the ready file"),
    "a token that is no text of ours": ({"Authorization": "Bearer \xff\xfe"}, "control_token of the ready file"),
    "a name that leads here": ({"Host": "evil.example:8443"}, "Host: 'evil.example:8443'"),
    "another port": ({"Host": "127.0.0.1:1"}, "Host: '127.0.0.1:1'"),
    "no host": ({"Host": ""}, "Host: ''"),
    "a page": ({"Origin": "https://evil.example"}, "Origin: 'https://evil.example'"),
    "a page from nowhere": ({"Origin": "null"}, "Origin: 'null'"),
    "a page of ours": ({"Origin": "https://127.0.0.1:8443"}, "Origin: "),
}


@pytest.mark.parametrize(
    "path", ["/_simulator/reset", "/%5Fsimulator/reset", "/_simulator//reset", "/_simulator/weather"]
)
@pytest.mark.parametrize(("headers", "why"), REFUSED.values(), ids=REFUSED)
def test_a_stranger_changes_nothing(client, headers, why, path):
    client.world.guard = GUARD
    client.fail_back("app01")
    given = {name: value.format(token=client.token) for name, value in {**GOOD, **headers}.items()}
    status, _headers, body = answer(client.world, "POST", path, given, None)
    assert status == 403
    assert why in body["error"]["message"]
    assert "right" not in body["error"]["message"], "the token is not told"
    assert client.world.jobs.jobs, "nothing was put back"


@pytest.mark.parametrize("host", ["127.0.0.1:8443", "localhost:8443", "LOCALHOST:8443"])
def test_who_read_the_ready_file_is_let_in(client, host):
    client.world.guard = GUARD
    client.fail_back("app01")
    assert answer(client.world, "POST", "/_simulator/reset", {**GOOD, "Host": host}, None)[0] == 200
    assert client.world.jobs.jobs == []
    assert client.world.guard is GUARD, "a reset lets nobody in"


def test_each_run_has_a_token_of_its_own():
    assert Guard("https://[::1]:1").token != Guard("https://[::1]:1").token
    assert Guard("https://[::1]:1").names == {"[::1]:1", "localhost:1"}
