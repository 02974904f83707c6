# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The door to Azure: from a module's options to a Vault. The SDK's client is made here and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

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

if TYPE_CHECKING:
    from azure.core.pipeline.policies import HTTPPolicy, SansIOHTTPPolicy
    from azure.core.rest import HttpRequest, HttpResponse

Policy: TypeAlias = "HTTPPolicy[HttpRequest, HttpResponse] | SansIOHTTPPolicy[HttpRequest, HttpResponse]"
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
    known = Caller(caller.again or (lambda: caller.credential), caller.cloud.scope)
    client = library(SITE_RECOVERY).SiteRecoveryManagementClient(
        known,
        caller.subscription_id,
        base_url=caller.cloud.resource_manager,
        credential_scopes=[caller.cloud.scope],
        policies=policies_for(known, caller.cloud.scope, retries, clock),
        transport=gate(place.doors, **network_options()),
    )
    return Vault(Calls(client, place, clock, known))


def policies_for(credential: Caller, scope: str, retries: int, clock: ServiceClock) -> list[Policy]:
    """What every request passes on its way to the gate: only what does something here.

    The SDK's own list takes a quarter more for each. What it has besides: the gate sees to proxies and redirections, answers are
    decoded by whoever reads them, logs are read by nobody, and no provider is to be registered.
    """
    core, arm = library("azure.core.pipeline.policies"), library("azure.mgmt.core.policies")
    return [
        core.RequestIdPolicy(),
        core.HeadersPolicy(),
        core.UserAgentPolicy(sdk_moniker="mgmt-recoveryservicessiterecovery", user_agent=f"asr.hyperv/{VERSION}"),
        careful_retries(retries),
        paced(Pace()),
        arm.ARMChallengeAuthenticationPolicy(credential, scope),
        core.CustomHookPolicy(raw_response_hook=clock.hear),
    ]
