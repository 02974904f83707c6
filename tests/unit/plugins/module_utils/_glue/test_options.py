# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shared options and their documentation are twins."""

from __future__ import annotations

import yaml

from ansible_collections.asr.hyperv.plugins.doc_fragments.vault import ModuleDocFragment
from ansible_collections.asr.hyperv.plugins.module_utils._azure.ways import ENVIRONMENT, WAYS
from ansible_collections.asr.hyperv.plugins.module_utils._glue.options import VAULT_OPTIONS


def test_options_and_documentation_agree():
    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    keys = ("type", "required", "default", "choices")
    assert {name: {key: one[key] for key in keys if key in one} for name, one in documented.items()} == {
        name: {key: one[key] for key in keys if key in one} for name, one in VAULT_OPTIONS.items()
    }


def test_every_environment_variable_is_documented_with_its_option():
    documented = yaml.safe_load(ModuleDocFragment.DOCUMENTATION)["options"]
    undocumented = [
        variable
        for option, variables in ENVIRONMENT.items()
        for variable in variables
        if f"E({variable})" not in str(documented.get(option) or documented["federated_token"])
    ]
    assert undocumented == []


def test_options_that_hold_secrets_are_never_logged():
    hidden = {name for name, one in VAULT_OPTIONS.items() if one.get("no_log")}
    assert hidden == {"secret", "password", "federated_token"}


OF_CI_SYSTEMS = {  # what only a job of GitHub Actions or Azure Pipelines has
    "id_token_request_token",
    "id_token_request_url",
    "oidc_request_uri",
    "service_connection_id",
    "system_access_token",
}


def test_every_way_to_sign_in_uses_options_or_variables_that_exist():
    assert {need for way in WAYS for need in way.needs} <= set(ENVIRONMENT)
    assert set(ENVIRONMENT) - OF_CI_SYSTEMS <= set(VAULT_OPTIONS)
