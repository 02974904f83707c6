# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The door to Azure: from a module's options to a Vault. The SDK's client is made here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from ansible_collections.asr.hyperv.plugins.module_utils._azure.caller import Caller
from ansible_collections.asr.hyperv.plugins.module_utils._azure.calls import Calls
from ansible_collections.asr.hyperv.plugins.module_utils._azure.cloud import network_options
from ansible_collections.asr.hyperv.plugins.module_utils._azure.credentials import SignIn, sign_in
from ansible_collections.asr.hyperv.plugins.module_utils._azure.gate import gate
from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import SITE_RECOVERY, library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.pace import Pace, paced
from ansible_collections.asr.hyperv.plugins.module_utils._azure.place import Place
from ansible_collections.asr.hyperv.plugins.module_utils._azure.retries import RETRIES, careful_retries
from ansible_collections.asr.hyperv.plugins.module_utils._azure.service_clock import ServiceClock
from ansible_collections.asr.hyperv.plugins.module_utils._azure.vault import Vault
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

C = TypeVar("C")
VERSION = "0.1.0"  # of the collection, for the user agent; a test compares it with galaxy.yml


def connect(params: Json, retries: int = RETRIES) -> Vault:
    """The vault that a module's `params` (VAULT_OPTIONS) name, ready for use by several threads.

    Nothing is asked of Azure yet, but for the metadata of a cloud given by URL: the first call signs in.
    Raises BadInput, MissingLibrary, and what reading the metadata raises.
    """
    for option in ("resource_group", "vault_name"):
        if not params.get(option):
            raise BadInput(f"{option} is empty.", option=option)
    return vault_of(sign_in(params), str(params["resource_group"]), str(params["vault_name"]), retries)


def vault_of(caller: SignIn, resource_group: str, name: str, retries: int = RETRIES) -> Vault:
    """A vault for somebody who is ready to talk."""
    place, clock = Place(caller.subscription_id, resource_group, name, caller.cloud.resource_manager), ServiceClock()
    options = {"transport": gate(place.doors, **network_options()), "raw_response_hook": clock.hear}
    known = Caller(caller.again or (lambda: caller.credential), caller.cloud.scope)
    kind = library(SITE_RECOVERY).SiteRecoveryManagementClient
    return Vault(
        Calls(sdk_client(kind, replace(caller, credential=known), retries, Pace(), **options), place, clock, known)
    )


def sdk_client(kind: Callable[..., C], caller: SignIn, retries: int, pace: Pace, **options: object) -> C:
    """A management client of Azure's SDK for the caller's cloud, with our retries, pace and user agent.

    Its connection pool holds ten connections (the default of `requests`), enough for the threads that send starts. HTTP
    logging keeps the SDK's defaults, which redact every header and query value that is not known to be harmless.
    """
    return kind(
        caller.credential,
        caller.subscription_id,
        base_url=caller.cloud.resource_manager,
        credential_scopes=[caller.cloud.scope],
        retry_policy=careful_retries(retries),
        per_retry_policies=[paced(pace)],
        user_agent=f"asr.hyperv/{VERSION}",
        **options,
    )
