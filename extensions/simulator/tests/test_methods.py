# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What methods a path takes: those of the service, played or not; others are refused in Resource Manager's words."""

from __future__ import annotations

import pytest

from .simulated import client_of, small

GROUP = "/subscriptions/{subscription}/resourceGroups/rg-failover"
VM = GROUP + "/providers/Microsoft.Compute/virtualMachines/vm1"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/replicationJobs", 405),
        ("PATCH", "/replicationJobs/{job}", 405),
        ("DELETE", "/replicationJobs/{job}", 405),
        ("DELETE", "/replicationProtectedItems", 405),
        ("HEAD", "/replicationProtectedItems", 405),
        ("POST", "/replicationRecoveryPlans/plan1", 405),
        ("PUT", "/replicationPolicies/gold", 501),
        ("DELETE", "/replicationFabrics/site1", 501),
        ("POST", "/replicationJobs/export", 501),
        ("DELETE", "", 501),
        ("POST", "", 405),
        ("PUT", VM, 501),
        ("POST", VM, 405),
        ("PUT", GROUP + "/providers/Microsoft.Compute/disks", 405),
        ("HEAD", GROUP, 204),
        ("HEAD", GROUP + "-2", 404),
        ("POST", GROUP, 405),
    ],
)
def test_a_method_is_played_or_not_played_or_not_allowed(method, path, status):
    client = client_of(small(plans=[{"name": "plan1", "groups": [{"vms": ["vm1"]}]}]))
    job = client.get("/replicationJobs")["value"][0]["name"]
    path = path.format(subscription=client.world.estate.subscription, job=job)
    found, _headers, body = client.send(method, path, {"properties": {}})
    assert found == status, body
    whole = path if path.startswith("/sub") else client.vault + path
    if status == 405:
        assert body["error"]["code"] == "MethodNotAllowed"
        assert body["error"]["message"].startswith(
            f"The HTTP method '{method}' is not supported on the resource 'https:"
        )
        assert whole in body["error"]["message"]
    if status == 501:
        assert whole in body["error"]["message"]


def test_who_may_not_do_a_thing_is_told_that_before_that_it_cannot_be_done():
    client = client_of(small(denied_actions=[{"action": "*/replicationJobs/delete"}]))
    job = client.get("/replicationJobs")["value"][0]["id"]
    assert [client.send(method, job)[0] for method in ("DELETE", "PATCH")] == [403, 405]


def test_what_is_deleted_once_more_is_gone_already():
    client = client_of(small(plans=[{"name": "plan1", "groups": [{"vms": ["vm1"]}]}]))
    item, plan = client.id_of("vm1"), client.vault + "/replicationRecoveryPlans/plan1"
    for path in (plan, item):
        assert client.send("DELETE", path)[0] == 202
        client.wait(600)
        status, headers, body = client.send("DELETE", path)
        assert (status, body, client.send("GET", path)[0]) == (204, None, 404)
        assert not {"Location", "Azure-AsyncOperation"} & {*headers}
    assert client.send("DELETE", item.replace("/site1/", "/site9/"))[0] == 404
