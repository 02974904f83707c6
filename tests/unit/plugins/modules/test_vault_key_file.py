# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vault's key file over the real SDK and the simulator's core; the clock is moved by hand."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from cryptography.hazmat.primitives.serialization import pkcs12

from ansible_collections.asr.hyperv.plugins.module_utils._azure import secrets
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AccessDenied, BadInput, OddAnswer
from ansible_collections.asr.hyperv.plugins.modules import vault_key_file
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import a_module
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service

TWO = {"sites": [{"name": "site1", "hosts": [{"name": "hv01"}]}, {"name": "site2", "hosts": [{"name": "hv02"}]}]}
ONE = {"sites": TWO["sites"][:1]}
VMM = {"sites": [{"name": "vmm1", "kind": "VMM", "hosts": [{"name": "hv01"}]}]}
ORDER = [
    *("VaultDetails", "ManagementCert", "Version", "AadDetails", "ChannelIntegrityKey", "SiteId", "SiteName"),
    "PrivateEndpointStateForSiteRecovery",
]


@pytest.fixture
def dest(tmp_path):
    return tmp_path / "key.VaultCredentials"


def have(service, place, *, check_mode=False, **options):
    params = {"dest": str(place), "site": None, "good_for": 24, **options}
    return vault_key_file.keep(a_module(params=params, check_mode=check_mode), service.vault)


def puts(service):
    return [one for one in service.asked("PUT") if one.arm]


def told(dest):
    root = ElementTree.fromstring(dest.read_text())
    return root, {one.tag.rpartition("}")[2]: one.text or "" for one in root.iter()}


def test_a_file_is_made_with_one_request_and_has_what_a_host_needs(dest):
    service = Service(ONE)
    answer = have(service, dest)
    assert answer["changed"] and len(puts(service)) == 1
    root, said = told(dest)
    assert root.tag.startswith("{http://schemas.datacontract.org/2004/07/Microsoft.Azure.Portal.")
    assert [one.tag.rpartition("}")[2] for one in root] == ORDER
    site = service.vault.hosts.sites()[0]
    assert (said["ResourceName"], said["SiteName"], said["SiteId"]) == ("vault1", site.friendly_name, site.internal_id)
    assert [one.tag.rpartition("}")[2] for one in root.iter() if not len(one) and not one.text] == [
        "ChannelIntegrityKey"
    ]
    assert (said["Version"], said["ResourceType"]) == ("2.0", "Vaults")
    held = pkcs12.load_pkcs12(base64.b64decode(said["ManagementCert"]), None)
    assert held.key is not None
    end = known(held.cert).certificate.not_valid_after_utc
    assert answer["key_file"]["valid_until"] == f"{end:%Y-%m-%dT%H:%M:%SZ}"
    assert end - service.vault.service_time() == pytest.approx(timedelta(hours=120), abs=timedelta(minutes=1))


def test_only_its_owner_may_read_it_and_no_answer_shows_its_key(dest):
    dest.write_text("")
    dest.chmod(0o644)
    answer = have(Service(ONE), dest)
    assert dest.stat().st_mode & 0o777 == 0o600
    secret = told(dest)[1]["ManagementCert"]
    assert secret not in json.dumps(answer)
    assert secret in secrets.KNOWN
    assert [path.name for path in dest.parent.iterdir()] == [dest.name]


def test_a_second_run_changes_nothing_until_the_file_is_no_longer_good_for_long_enough(dest):
    service = Service(ONE)
    have(service, dest)
    first = dest.read_text()
    service.world.clock.advance(95 * 3600)
    assert not have(service, dest)["changed"]
    assert dest.read_text() == first
    service.world.clock.advance(2 * 3600)
    assert not have(service, dest, good_for=1)["changed"]
    assert have(service, dest)["changed"]
    assert dest.read_text() != first


def test_a_good_file_that_others_may_read_is_closed_to_them(dest):
    service = Service(ONE)
    have(service, dest)
    first = dest.read_text()
    dest.chmod(0o640)
    assert have(service, dest, check_mode=True)["changed"] and dest.stat().st_mode & 0o777 == 0o640
    assert have(service, dest)["changed"] and dest.stat().st_mode & 0o777 == 0o600
    assert dest.read_text() == first


def test_check_mode_makes_none_and_says_what_it_would(dest):
    service = Service(ONE)
    answer = have(service, dest, check_mode=True)
    assert answer["changed"] and not puts(service) and not dest.exists()
    assert answer["key_file"] == {"path": str(dest), "vault_name": "vault1", "site": "site1", "valid_until": None}


def test_a_file_of_another_site_is_made_anew_and_the_difference_is_told(dest):
    service = Service(TWO)
    have(service, dest, site="site1")
    answer = have(service, dest, site="SITE2")
    assert answer["changed"] and told(dest)[1]["SiteName"] == "site2"
    assert (answer["diff"]["before"]["site"], answer["diff"]["after"]["site"]) == ("site1", "site2")


@pytest.mark.parametrize(
    ("scenario", "options", "words"),
    [
        (TWO, {}, r"site: it has to be named. The Hyper-V sites of .*'site1' \(.*\), 'site2'"),
        (TWO, {"site": "site9"}, "site: 'site9' is not there"),
        (VMM, {}, "The Hyper-V sites of .*: none"),
        (ONE, {"good_for": 120}, "good_for: 120 is not allowed"),
        (ONE, {"good_for": -1}, "good_for: -1 is not allowed"),
        (ONE, {"dest": "/nowhere/key"}, "there is no folder '/nowhere'"),
        (ONE, {"dest": "/"}, "'/' is no file"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_made(dest, scenario, options, words):
    service = Service(scenario)
    with pytest.raises(BadInput, match=words):
        have(service, dest, **options)
    assert not puts(service)


@pytest.mark.parametrize("content", ["#!/bin/sh\n", "<a/>", "<RSVaultAsrCreds><SiteId>1</SiteId></RSVaultAsrCreds>"])
def test_what_is_no_key_file_is_not_written_over(dest, content):
    dest.write_text(content)
    service = Service(ONE)
    with pytest.raises(BadInput, match="is no vault key file, and is not written over"):
        have(service, dest)
    assert dest.read_text() == content and not puts(service)


def test_a_missing_right_is_told_by_its_name(dest):
    service = Service(ONE | {"denied_actions": [{"action": "Microsoft.RecoveryServices/vaults/certificates/write"}]})
    with pytest.raises(AccessDenied, match="certificates/write"):
        have(service, dest)
    assert not dest.exists() and not service.vault.begun


def test_an_answer_that_lacks_what_a_host_needs_is_no_file(dest, monkeypatch):
    service = Service(ONE)
    put = service.vault.calls.put

    def less(*args, **options):
        answer: Any = put(*args, **options)
        del answer["properties"]["aadTenantId"]
        return answer

    monkeypatch.setattr(service.vault.calls, "put", less)
    with pytest.raises(OddAnswer, match="the answer lacks aadTenantId"):
        have(service, dest)
    assert not dest.exists() and service.vault.begun == ["make a key file for the site 'site1'"]
