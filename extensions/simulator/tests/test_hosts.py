# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Failback to another host, and of a VM that is gone on-premises."""

from __future__ import annotations

import pytest

from .simulated import AWAY, Client, client_of, seen, small


def test_a_deleted_vm_comes_back_only_when_it_may_be_created():
    client = client_of(small(vm={"on_premises": "deleted"}))
    container = client.get("/replicationProtectionContainers")["value"][0]["id"]
    assert client.get(container + "/replicationProtectableItems")["value"] == []
    headers = client.fail_back("vm1")
    client.wait(60)
    job = client.job(headers)["properties"]
    assert job["state"] == "Failed"
    assert [task["name"] for task in job["tasks"] if task["state"] == "Failed"] == ["PrepareVmOnPremForFailback"]
    assert seen(client, "vm1") == ("PlannedFailoverStatesBegin", "Recovery", AWAY)
    provider = client.item("vm1")["recoveryServicesProviderId"]
    create = {"recoveryVmCreationOption": "CreateVmIfNotFound", "providerIdForAlternateRecovery": provider}
    client.fail_back("vm1", "ForSynchronization", **create)
    client.wait(7200)
    assert client.fact("vm1")["on_premises_power"] == "running"
    assert len(client.get(container + "/replicationProtectableItems")["value"]) == 1


def providers(client: Client) -> dict[str, str]:
    found = client.get("/replicationRecoveryServicesProviders")["value"]
    return {body["properties"]["friendlyName"]: body["id"] for body in found}


def test_alternate_location_moves_the_vm_to_the_named_host():
    client = client_of(small())
    target = providers(client)["hv02"]
    create = {"recoveryVmCreationOption": "CreateVmIfNotFound", "providerIdForAlternateRecovery": target}
    client.fail_back("vm1", "ForSynchronization", **create)
    client.wait(7200)
    assert client.fact("vm1")["host"] == "hv02"
    assert client.item("vm1")["recoveryServicesProviderId"] == target


@pytest.mark.parametrize("given", [{}, {"providerIdForAlternateRecovery": "hv02"}])
def test_creating_a_vm_on_a_hyper_v_site_needs_a_provider(given):
    client = client_of(small())
    details = {"instanceType": "HyperVReplicaAzureFailback", "recoveryVmCreationOption": "CreateVmIfNotFound", **given}
    body = {"properties": {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": details}}
    status, _headers, found = client.send("POST", client.id_of("vm1") + "/plannedFailover", body)
    assert status == 400
    assert "providerIdForAlternateRecovery" in found["error"]["message"]


def test_a_host_that_is_not_connected_fails_the_preparation():
    client = client_of(small(vm={"host": "hv03"}))
    headers = client.fail_back("vm1")
    client.wait(60)
    assert client.job(headers)["properties"]["state"] == "Failed"
    assert client.get("/replicationRecoveryServicesProviders")["value"][2]["properties"]["connectionStatus"] == (
        "NotConnected"
    )
