# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The options that all modules share: which vault, and who asks. Twinned with doc_fragments/vault.py. No Azure here."""

from __future__ import annotations

from ansible.module_utils.basic import env_fallback

from ansible_collections.asr.hyperv.plugins.module_utils._glue.results import Spec
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import GOALS_OF, Goal, Way

# Credentials have no env_fallback on purpose: a source (options, environment, profile, CLI) is taken whole, never mixed
# with another, as in azure.azcollection; `credentials.py` reads the environment itself.
VAULT_OPTIONS: Spec = {
    "subscription_id": {"type": "str"},
    "resource_group": {"type": "str", "required": True, "fallback": (env_fallback, ["ASR_RESOURCE_GROUP"])},
    "vault_name": {"type": "str", "required": True, "fallback": (env_fallback, ["ASR_VAULT_NAME"])},
    "auth_source": {
        "type": "str",
        "choices": ["auto", "cli", "credential_file", "env", "msi"],
        "default": "auto",
        "fallback": (env_fallback, ["ANSIBLE_AZURE_AUTH_SOURCE"]),
    },
    "profile": {"type": "str"},
    "client_id": {"type": "str"},
    "secret": {"type": "str", "no_log": True},
    "tenant": {"type": "str"},
    "x509_certificate_path": {"type": "path"},
    "thumbprint": {"type": "str"},
    "federated_token": {"type": "str", "no_log": True, "aliases": ["oidc_token"]},
    "federated_token_file": {"type": "path", "no_log": False, "aliases": ["oidc_token_file_path"]},
    "ad_user": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "adfs_authority_url": {"type": "str"},
    "cloud_environment": {"type": "str"},
    "cert_validation_mode": {"type": "str"},
    "api_profile": {"type": "str"},
    "log_path": {"type": "str"},
    "log_mode": {"type": "str"},
    "disable_instance_discovery": {"type": "bool", "default": False},
    "time_limit": {"type": "int"},
}
TARGET_OPTIONS: Spec = {
    "protected_items": {"type": "list", "elements": "str"},
    "recovery_plan": {"type": "str"},
    "groups": {"type": "list", "elements": "list"},
}
ONE_TARGET = [tuple(TARGET_OPTIONS)]
TARGET_RULES = {"mutually_exclusive": ONE_TARGET, "required_one_of": ONE_TARGET}
FAILBACK_OPTIONS: Spec = {
    "data_sync": {"type": "str", "choices": ["before_failover", "during_failover", "auto"]},
    "create_vm_if_missing": {"type": "bool"},
    "alternate_host": {"type": "str"},
}
SYNC_OPTIONS: Spec = {
    **FAILBACK_OPTIONS,
    "create_vm_if_missing": {"type": "bool", "default": False},
    "item_options": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {"name": {"type": "str", "required": True}, **FAILBACK_OPTIONS},
    },
}
STATES = [goal.value for goal in GOALS_OF[Way.HOME] if goal is not Goal.FAILED_OVER]  # that a failback may be asked for
GOAL, DUE = "goal", "due"  # what a run waits for
GOAL_OPTIONS: Spec = {  # twinned with GOALS of the doc fragment
    "goals": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True, "aliases": ["id"]},
            "state": {"type": "str", "required": True, "choices": STATES},
            "due": {"type": "bool"},
        },
    },
    "until": {"type": "str", "choices": [GOAL, DUE], "default": GOAL},
    "recall": {"type": "path"},
    "seen": {"type": "list", "elements": "dict", "default": []},
}
