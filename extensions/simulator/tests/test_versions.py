# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A version that nobody knows is refused, and each that is known shows what it turns on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from asr_simulator.answer import answer
from asr_simulator.show.versions import DISKS, METADATA, SITE_RECOVERY, VMS

from .simulated import FAILBACK

GROUP = "/subscriptions/{subscription}/resourceGroups/rg-failover"
PLACES = {  # what is asked for: the type in the refusal, and a version that it has
    "": ("vaults", "2016-06-01"),
    "/replicationJobs": ("vaults/replicationJobs", "2022-08-01"),
    "/replicationFabrics/site1/replicationProtectionContainers": (
        "vaults/replicationFabrics/replicationProtectionContainers",
        "2018-01-10",
    ),
    "/providers/Microsoft.Authorization/permissions": ("permissions", "2022-04-01"),
    GROUP + "/providers/Microsoft.Compute/virtualMachines": ("virtualMachines", "2024-07-01"),
    GROUP + "/providers/Microsoft.Compute/virtualMachines/web01/instanceView": (
        "virtualMachines/instanceView",
        "2026-04-01",
    ),
    GROUP + "/providers/Microsoft.Compute/disks": ("disks", "2023-04-02"),
    GROUP + "/providers/Microsoft.Network/networkInterfaces/nic-web01-00": ("networkInterfaces", "2023-09-01"),
    GROUP + "/providers/Microsoft.Authorization/locks": ("locks", "2017-04-01"),
}
UNKNOWN = ("2018-07-11", "2099-01-01", "2016", "latest")


def place(client, path: str) -> str:
    return path.format(subscription=client.world.estate.subscription)


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("version", UNKNOWN)
def test_a_version_that_a_provider_has_not_is_refused_with_those_that_it_has(client, path, version):
    status, _headers, body = client.send("GET", place(client, path), api=version)
    assert (status, body["error"]["code"]) == (400, "NoRegisteredProviderFound")
    kind, known = PLACES[path]
    where = client.world.estate.location
    beginning = (
        f"No registered resource provider found for location '{where}' and API version '{version}' for type '{kind}'."
    )
    assert body["error"]["message"].startswith(f"{beginning} The supported api-versions are '")
    assert known in body["error"]["message"]
    assert body["error"]["message"].endswith(f"The supported locations are '{where}'.")


@pytest.mark.parametrize("path", PLACES)
def test_a_version_that_it_has_is_answered(client, path):
    assert client.send("GET", place(client, path), api=PLACES[path][1])[0] == 200


@pytest.mark.parametrize("path", ["/subscriptions", "/subscriptions/{subscription}", GROUP])
def test_resource_manager_refuses_for_itself_in_its_own_words(client, path):
    status, _headers, body = client.send("GET", place(client, path), api="2025-08-01")
    assert (status, body["error"]["code"]) == (400, "InvalidApiVersionParameter")
    beginning = "The api-version '2025-08-01' is invalid. The supported versions are '2025-04-01,2025-03-01,"
    assert body["error"]["message"].startswith(beginning)
    assert client.send("GET", place(client, path), api="2021-04-01")[0] == 200


def test_a_post_in_a_version_that_nobody_knows_sets_nothing_going(client):
    item = client.get("/replicationProtectedItems")["value"][0]["id"]
    status, _headers, body = client.send("POST", f"{item}/plannedFailover", {"properties": {}}, api="2026-01-01")
    kind = "vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems"
    assert (status, f"for type '{kind}'" in body["error"]["message"]) == (400, True)
    assert not client.world.jobs.jobs


def test_metadata_of_a_version_that_nobody_knows_are_refused(client):
    status, _headers, body = answer(client.world, "GET", "/metadata/endpoints?api-version=2021-01-01", {})
    assert (status, body["error"]["code"]) == (400, "InvalidApiVersionParameter")
    assert body["error"]["message"].endswith(f"{','.join(reversed(METADATA))}'.")


@pytest.mark.parametrize("version", SITE_RECOVERY)
def test_a_version_of_site_recovery_shows_what_it_turns_on(client, version):
    api = SITE_RECOVERY[version]
    item = client.get("/replicationProtectedItems", api=version)["value"][0]
    details = item["properties"]["providerSpecificDetails"]
    assert ("recoveryAzureVmName" in details, "recoveryAzureVMName" in details) == (api.new_shapes, not api.new_shapes)
    body = {"properties": {"failoverDirection": "RecoveryToPrimary", "providerSpecificDetails": FAILBACK}}
    headers = client.post(f"{item['id']}/plannedFailover", body, api=version)
    assert ("/replicationOperationStatus/" in headers["Azure-AsyncOperation"]) == api.operation_status
    assert client.follow(headers["Azure-AsyncOperation"])[0] == 200
    assert ("status" in client.get("/replicationJobs", api=version)["value"][0]) != api.operation_status


def test_features_come_and_stay():
    """A name in the wrong row would make a later version show less than an earlier one."""
    rows = [SITE_RECOVERY[version] for version in sorted(SITE_RECOVERY)]
    assert rows == sorted(rows)


@pytest.mark.parametrize(
    "package, part, known",
    [
        ("recoveryservicessiterecovery", r"\w+", SITE_RECOVERY),
        ("compute", "virtual_machines", VMS),
        ("compute", "disks", DISKS),
    ],
)
def test_the_versions_of_the_python_sdks_are_known(package, part, known):
    sdk = pytest.importorskip(f"azure.mgmt.{package}")
    source = (Path(sdk.__file__).parent / "operations" / "_operations.py").read_text(encoding="utf-8")
    builders = re.findall(rf"^def build_{part}_(?:get|list)\w*_request.*?^    accept", source, re.DOTALL | re.MULTILINE)
    used = {version for builder in builders for version in re.findall(r'"api-version", "([^"]+)"', builder)}
    assert used
    assert used <= set(known)
