# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vaults that a file of the inventory names, and how they are read."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput, MissingLibrary, NotConnected
from ansible_collections.asr.hyperv.plugins.plugin_utils._inventory.vaults import (
    asked_vaults,
    kept_as,
    named_twice,
    read_all,
    without_secrets,
)

ONE = {"resource_group": "recovery", "vault_name": "v1"}


def test_an_entry_has_what_all_have_in_common_and_its_own():
    found = asked_vaults(
        {"resource_group": "recovery", "vaults": [{"vault_name": "v1"}, {"vault_name": "v2", "subscription_id": "s2"}]}
    )
    assert [(one["vault_name"], one["resource_group"], one["subscription_id"]) for one in found] == [
        ("v1", "recovery", None),
        ("v2", "recovery", "s2"),
    ]


def test_who_signs_in_is_that_of_the_entry_as_a_whole():
    common = {**ONE, "client_id": "c", "secret": "s", "tenant": "t", "cloud_environment": "AzureChinaCloud"}
    [own] = asked_vaults({**common, "vaults": [{"profile": "other"}]})
    assert (own["profile"], own["client_id"], own["secret"], own["tenant"]) == ("other", None, None, None)
    assert own["cloud_environment"] == "AzureChinaCloud"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"vault_name": "v1"}, "the file has no resource_group"),
        ({"vaults": [ONE, {"vault_name": "v2"}]}, "entry 2 has no resource_group"),
        ({"vaults": ["v1"]}, "entry 1 is no dictionary"),
        (
            {"vaults": [{**ONE, "vaultname": "v1"}]},
            "entry 1 has 'vaultname', which is no option of a vault. Near to it: vault_name.",
        ),
        ({"vaults": [{**ONE, "time_limit": 3}]}, "entry 1 has 'time_limit'"),
        ({"vaults": [ONE, {**ONE, "vault_name": "V1"}]}, "entry 2 names the vault of entry 1 once more"),
    ],
)
def test_what_cannot_be_understood_is_said(options, says):
    with pytest.raises(BadInput) as told:
        asked_vaults(options)
    assert says in str(told.value)


def test_what_is_shown_of_a_vault_has_no_secret_and_no_part_of_who_has_one():
    [asked] = asked_vaults({**ONE, "client_id": "c", "secret": "s", "tenant": "t", "subscription_id": "sub"})
    assert without_secrets(asked) == {**ONE, "subscription_id": "sub"}
    [asked] = asked_vaults({**ONE, "profile": "p", "auth_source": "credential_file"})
    assert without_secrets(asked) == {**ONE, "profile": "p", "auth_source": "credential_file"}


def fails(error):
    """A reading that fails like this."""

    def read():
        raise error

    return read


def test_a_vault_that_cannot_be_read_in_time_or_at_all_says_nothing_about_the_others():
    good: Any = {"vault_name": "v1"}

    def forever() -> Any:
        time.sleep(60)

    found = read_all(
        [lambda: good, fails(NotConnected("no way")), fails(MissingLibrary("azure-core", "x")), forever],
        0.3,
    )
    assert found[0] == good
    assert [str(one) for one in found[1:2]] == ["no way"]
    assert "azure-core" in str(found[2]) and "time_limit" in str(found[3])


def test_an_error_that_is_none_of_ours_is_raised():
    with pytest.raises(ZeroDivisionError):
        read_all([fails(ZeroDivisionError())], 1)


SUBSCRIPTIONS = ("11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222")


def test_vaults_of_one_address_are_two_when_each_account_brings_a_subscription_of_its_own():
    found = asked_vaults({"vaults": [{**ONE, "profile": "north"}, {**ONE, "profile": "south"}]})
    assert [one["profile"] for one in found] == ["north", "south"]
    with pytest.raises(BadInput, match="entry 2 names the vault of entry 1 once more"):
        asked_vaults({"subscription_id": "s", "vaults": [{**ONE, "profile": "north"}, {**ONE, "profile": "south"}]})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "two entries mean the same vault"),
        ({"vault_name": "V1"}, "two entries mean the same vault"),
        ({"subscription_id": SUBSCRIPTIONS[1]}, ""),
        ({"resource_group": "other"}, ""),
    ],
)
def test_two_entries_that_turn_out_to_be_one_vault_are_said_and_never_read_as_two(changes, words):
    first: Any = {**ONE, "subscription_id": SUBSCRIPTIONS[0]}
    second: Any = {**first, **changes}
    assert named_twice([first, second]).find(words) >= 0
    assert bool(named_twice([first, second])) is bool(words)


@pytest.fixture
def nobody(monkeypatch, tmp_path):
    """A machine on which nobody is signed in."""
    for name in [one for one in os.environ if one.startswith("AZURE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


CLIENT = {"AZURE_CLIENT_ID": "c1", "AZURE_SECRET": "s", "AZURE_TENANT": "t1", "AZURE_SUBSCRIPTION_ID": SUBSCRIPTIONS[0]}


@pytest.mark.parametrize(
    ("name", "value", "same"),
    [
        ("AZURE_SUBSCRIPTION_ID", SUBSCRIPTIONS[1], False),
        ("AZURE_TENANT", "t2", False),
        ("AZURE_CLIENT_ID", "c2", False),
        ("AZURE_CLOUD_ENVIRONMENT", "AzureChinaCloud", False),
        ("AZURE_SECRET", "renewed", True),
        ("AZURE_THUMBPRINT", "x", True),
    ],
)
def test_a_cache_is_not_that_of_another_subscription_tenant_cloud_or_account(nobody, monkeypatch, name, value, same):
    asked = asked_vaults(ONE)
    for variable, text in CLIENT.items():
        monkeypatch.setenv(variable, text)
    before = kept_as(asked, False)
    monkeypatch.setenv(name, value)
    assert (kept_as(asked, False) == before) is same
    assert kept_as(asked, True) != kept_as(asked, False)


def test_a_cache_is_not_that_of_another_subscription_of_the_profile(nobody):
    profiles = nobody / ".azure" / "credentials"
    profiles.parent.mkdir()
    told = []
    for subscription in SUBSCRIPTIONS:
        profiles.write_text(
            f"[default]\nsubscription_id={subscription}\nclient_id=c\nsecret=s\ntenant=t\n", encoding="utf-8"
        )
        profiles.chmod(0o600)
        told.append(kept_as(asked_vaults(ONE), False))
    assert told[0] != told[1]


def test_what_a_cache_has_can_be_read_where_nobody_is_signed_in(nobody):
    assert kept_as(asked_vaults(ONE), False) == kept_as(asked_vaults(ONE), False)
