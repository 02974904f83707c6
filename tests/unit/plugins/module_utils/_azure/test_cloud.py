# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clouds by name and by the address of their metadata."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._azure.cloud import (
    Cloud,
    cloud_called,
    cloud_from,
    metadata_address,
)
from ansible_collections.asr.hyperv.plugins.module_utils._azure.place import Place
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import (
    AsrError,
    BadInput,
    NotConnected,
    ServiceError,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.stub_azure import Answer

NAMED = [
    ("AzureCloud", "https://management.azure.com", "https://login.microsoftonline.com"),
    ("AzureUSGovernment", "https://management.usgovcloudapi.net", "https://login.microsoftonline.us"),
    ("AzureChinaCloud", "https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
]
SCOPES = {
    "AzureCloud": "https://management.azure.com/.default",
    "AzureUSGovernment": "https://management.core.usgovcloudapi.net/.default",
    "AzureChinaCloud": "https://management.chinacloudapi.cn/.default",
}
STACK = {
    "galleryEndpoint": "https://gallery.stack.example",
    "authentication": {
        "loginEndpoint": "https://login.stack.example/",
        "audiences": ["https://management.stack.example/guid"],
    },
}


def entry(host: str, **others: object) -> dict[str, Any]:
    audiences = ["https://management.core.example/", f"https://{host}/"]
    authentication = {"loginEndpoint": f"https://login.{host}", "audiences": audiences}
    return {"name": host, "resourceManager": f"https://{host}/", "authentication": authentication, **others}


@pytest.mark.parametrize("name, manager, authority", NAMED)
def test_named_clouds_have_their_own_addresses(name, manager, authority):
    assert cloud_called(name) == Cloud(name, manager, authority, SCOPES[name])


@pytest.mark.parametrize(
    "name", ["azurecloud", "AzureGermanCloud", "", "http://127.0.0.1", "https://", "ftp://x", "/etc"]
)
def test_anything_else_is_bad_input_that_tells_what_is_allowed(name):
    with pytest.raises(BadInput, match="AzureCloud, AzureUSGovernment, AzureChinaCloud or an https URL"):
        cloud_called(name)


ADDRESSES = [
    ("https://h", "https://h/metadata/endpoints?api-version=2022-09-01"),
    ("https://h/", "https://h/metadata/endpoints?api-version=2022-09-01"),
    ("https://h:8443/prefix/", "https://h:8443/prefix/metadata/endpoints?api-version=2022-09-01"),
    ("https://h/metadata/endpoints", "https://h/metadata/endpoints?api-version=2022-09-01"),
    ("https://h/metadata/endpoints?api-version=2019-05-01", "https://h/metadata/endpoints?api-version=2019-05-01"),
]


@pytest.mark.parametrize("url, address", ADDRESSES)
def test_a_host_is_completed_and_a_full_address_is_kept(url, address):
    assert metadata_address(url) == address


def test_metadata_may_be_one_cloud():
    expected = Cloud(
        "h.example", "https://h.example", "https://login.h.example", "https://h.example/.default", well_known=False
    )
    assert cloud_from(entry("h.example"), "https://h.example") == expected


def test_metadata_may_be_a_list_of_clouds_of_which_the_host_picks_its_own():
    cloud = cloud_from([entry("one.example"), entry("two.example")], "https://two.example/metadata/endpoints")
    assert cloud.resource_manager == "https://two.example"


def test_a_list_without_the_host_is_bad_input_that_names_the_clouds():
    with pytest.raises(BadInput, match="one.example, two.example"):
        cloud_from([entry("one.example"), entry("two.example")], "https://three.example")


def test_the_oldest_metadata_has_no_resource_manager_and_means_its_host():
    cloud = cloud_from(STACK, "https://management.stack.example")
    assert cloud == Cloud(
        "management.stack.example",
        "https://management.stack.example",
        "https://login.stack.example",
        "https://management.stack.example/guid/.default",
        well_known=False,
    )


NO_CLOUDS: list[Any] = [
    {},
    [],
    None,
    "text",
    {"authentication": {"loginEndpoint": "https://login"}},
    {"authentication": {"loginEndpoint": "http://login", "audiences": ["a"]}},
    entry("h", resourceManager="http://h"),
]


@pytest.mark.parametrize("document", NO_CLOUDS)
def test_metadata_that_describes_no_cloud_or_leaves_https_is_bad_input(document):
    with pytest.raises(BadInput):
        cloud_from(document, "https://h")


def test_metadata_is_read_over_verified_tls(stub, monkeypatch):
    stub.describes_itself()
    assert cloud_called(stub.url).authority == stub.url
    assert stub.asked[0].query == {"api-version": ["2022-09-01"]}
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(NotConnected, match="REQUESTS_CA_BUNDLE"):
        cloud_called(stub.url)


@pytest.mark.parametrize("answer", [Answer(404, "not here"), Answer(200, "<html>"), Answer(401), Answer(500)])
def test_metadata_that_cannot_be_read_is_told_with_the_host(stub, waits, answer):
    stub.answers("GET", "/metadata/endpoints", answer)
    with pytest.raises(AsrError, match=f"Cannot read the endpoints of the cloud at {stub.host}") as caught:
        cloud_called(stub.url)
    assert isinstance(caught.value, ServiceError) or answer.status == 401


TRUST = [
    ("https://management.azure.com", "https://management.azure.com/x", True),
    ("https://management.azure.com", "https://MANAGEMENT.azure.com:443/x", True),
    ("https://management.azure.com", "https://centraluseuap.management.azure.com/x", True),
    ("https://management.azure.com", "http://management.azure.com/x", False),
    ("https://management.azure.com", "https://management.azure.com:8443/x", False),
    ("https://management.azure.com", "https://evil.cloudapp.azure.com/x", False),
    ("https://management.azure.com", "https://management.azure.com.evil.example/x", False),
    ("https://management.azure.com", "https://evilmanagement.azure.com/x", False),
    ("https://management.azure.com", "https://management.azure.com@evil.example/x", False),
    ("https://management.azure.com", "", False),
    ("https://127.0.0.1:8443", "https://127.0.0.1:8443/x", True),
    ("https://127.0.0.1:8443", "https://127.0.0.1/x", False),
]


@pytest.mark.parametrize("manager, url, trusted", TRUST)
def test_a_token_only_goes_to_the_resource_manager_and_its_regions(manager, url, trusted):
    assert Place("s", "rg", "v", manager).serves(url) is trusted


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_metadata_is_asked_for_again_like_all_else(stub, waits, status):
    stub.describes_itself()
    [good] = stub.script["GET", "/metadata/endpoints"]
    stub.answers("GET", "/metadata/endpoints", *[Answer(status, headers={"Retry-After": "2"})] * 3, good)
    assert cloud_called(stub.url).authority == stub.url
    assert len(stub.asked) == 4 and all(2 <= wait <= 2.5 for wait in waits)
