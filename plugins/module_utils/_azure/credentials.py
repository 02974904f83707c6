# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Who asks. Option names, environment variables, profiles and precedence are those of azure.azcollection.

A source (options, environment, profile in ~/.azure/credentials, Azure CLI) is taken whole and never completed from
another one; only the subscription, the cloud and the discovery switch may come from elsewhere, and the place where a
CI system gives its job tokens, which belongs to the machine. New here: workload identity federation, by a token file
(AZURE_FEDERATED_TOKEN_FILE), by a token, or by such a place.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.asr.hyperv.plugins.module_utils._azure.cloud import PUBLIC, Cloud, cloud_called
from ansible_collections.asr.hyperv.plugins.module_utils._azure.issuers import OF_THE_JOB
from ansible_collections.asr.hyperv.plugins.module_utils._azure.profiles import (
    cli_account,
    default_profile,
    profile_called,
)
from ansible_collections.asr.hyperv.plugins.module_utils._azure.ways import (
    CLI,
    ENVIRONMENT,
    MACHINE,
    Found,
    credential_of,
)
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

REFUSED = {  # options of azure.azcollection: the one value that is accepted, and what to use instead of any other
    "api_profile": ("latest", "only latest is accepted. The API versions belong to this collection; leave it out."),
    "cert_validation_mode": (
        "validate",
        "it (AZURE_CERT_VALIDATION_MODE) must be validate, as TLS is always verified here. "
        "Name your own certificate authorities in REQUESTS_CA_BUNDLE.",
    ),
    "log_mode": (None, "there is no log of this collection. Leave it out; ANSIBLE_LOG_PATH names a log of Ansible."),
    "log_path": (None, "there is no log of this collection. Leave it out; ANSIBLE_LOG_PATH names a log of Ansible."),
}
Options = dict[str, str]  # what one source says, by the name of the option
TOLD_APART_BY = ("subscription_id", "cloud_environment", "tenant", "client_id", "ad_user")
STARTS_A_SET = ("client_id", "ad_user", "federated_token", "federated_token_file")


@dataclass(frozen=True)
class SignIn:
    """Ready to talk: a credential of azure.identity, the cloud, the subscription, and where that came from."""

    credential: TokenCredential = field(repr=False)
    cloud: Cloud
    subscription_id: str
    source: str
    again: Callable[[], TokenCredential] | None = field(default=None, repr=False)  # makes the same credential anew


def sign_in(params: Json) -> SignIn:
    """Find the credentials that a module's `params` lead to. No token is asked for yet.

    Raises BadInput when nothing, or only a part, is found: it names every place looked at.
    """
    found, places = found_for(params)
    refuse_what_has_no_meaning(params, *places[1:])
    subscription = first(places, "subscription_id")
    if not subscription:
        raise BadInput(f"No subscription_id is given, and there is none in {found.source} or AZURE_SUBSCRIPTION_ID.")
    cloud = cloud_called(first(places, "cloud_environment") or PUBLIC)
    discovery_off = not cloud.well_known or any(
        boolean(values.get("disable_instance_discovery") or False, strict=False) for values in places
    )
    make = partial(credential_of, found, cloud, discovery_off, subscription)
    return SignIn(make(), cloud, subscription, found.source, make)


def found_for(params: Json) -> tuple[Found, list[Mapping[str, str]]]:
    """The source of the credentials, and where each option is looked for: given, in that source, in the environment."""
    options, environment = given(params), from_environment()
    found = SOURCES[str(params.get("auth_source") or "auto")](options, environment)
    return found, [options, found.values, environment]


def meant(params: Json) -> list[str]:
    """What tells the vaults of one address from one another: subscription, cloud and who signs in, without a secret.

    Nobody is asked. Raises BadInput as `sign_in` does.
    """
    found, places = found_for(params)
    return [found.source, *(first(places, name) for name in TOLD_APART_BY)]


def first(places: Iterable[Mapping[str, str]], name: str) -> str:
    """The first value that any of the places has for an option; empty when none has."""
    return next(filter(None, (values.get(name) for values in places)), "")


def given(params: Json) -> Options:
    """The options that were really set."""
    return {name: str(params[name]) for name in ENVIRONMENT if params.get(name)}


def from_environment() -> Options:
    """The options that the environment stands for."""
    first_set = {
        name: next((os.environ[variable] for variable in variables if os.environ.get(variable)), None)
        for name, variables in ENVIRONMENT.items()
    }
    return {name: value for name, value in first_set.items() if value}


def automatic(options: Options, environment: Options) -> Found:
    """`auth_source: auto`: the first of the option profile, options, environment, profile `default`, Azure CLI."""
    if options.get("profile"):
        return profile_of(options)
    if any(options.get(name) for name in STARTS_A_SET):
        return Found("the module's options", {**of_the_job(environment), **options})
    if environment.get("profile"):
        return profile_of(environment)
    subscription_known = bool(options.get("subscription_id") or environment.get("subscription_id"))
    if subscription_known and any(environment.get(name) for name in STARTS_A_SET):
        return Found("the environment", environment)
    profile = default_profile()
    if profile:
        return Found("the profile 'default' in ~/.azure/credentials", profile)
    account, problem = cli_account()
    if account:
        return Found(CLI, account | chosen(environment))
    raise BadInput(
        "No credentials were found. Looked at the options profile, client_id, ad_user, federated_token and "
        "federated_token_file; at AZURE_PROFILE; at AZURE_CLIENT_ID, AZURE_AD_USER, AZURE_FEDERATED_TOKEN and "
        "AZURE_FEDERATED_TOKEN_FILE, each together with AZURE_SUBSCRIPTION_ID; at the profile 'default' in "
        f"~/.azure/credentials (with a subscription_id); and at the Azure CLI ({problem}). "
        "A managed identity is only used with auth_source=msi."
    )


def of_the_job(environment: Options) -> Options:
    """Where the CI system of this job gives tokens: it says nothing of who signs in."""
    return {name: environment[name] for name in OF_THE_JOB if name in environment}


def of_the_environment(_options: Options, environment: Options) -> Found:
    """`auth_source: env`: AZURE_PROFILE if set, else the variables of ENVIRONMENT."""
    return profile_of(environment) if environment.get("profile") else Found("the environment", environment)


def profile_of(values: Options) -> Found:
    """`auth_source: credential_file`, or a profile named: that one, else `default`."""
    name = values.get("profile") or "default"
    return Found(f"the profile {name!r} in ~/.azure/credentials", profile_called(name))


def of_the_cli(_options: Options, environment: Options) -> Found:
    """`auth_source: cli`: whoever ran `az login`; the environment's subscription and cloud come before its own."""
    account, problem = cli_account()
    if not account:
        raise BadInput(f"auth_source is cli, but the Azure CLI gives no account: {problem}.")
    return Found(CLI, account | chosen(environment))


def chosen(values: Options) -> Options:
    """The subscription and the cloud of a source, and nothing else of it."""
    return {name: value for name, value in values.items() if name in ("subscription_id", "cloud_environment")}


def of_the_machine(options: Options, environment: Options) -> Found:
    """`auth_source: msi`: the managed identity of this machine; client_id chooses among several."""
    client = options.get("client_id") or environment.get("client_id") or ""
    return Found(MACHINE, {"client_id": client})


SOURCES: dict[str, Callable[[Options, Options], Found]] = {
    "auto": automatic,
    "cli": of_the_cli,
    "credential_file": lambda options, _environment: profile_of(options),
    "env": of_the_environment,
    "msi": of_the_machine,
}


def refuse_what_has_no_meaning(*sources: Json) -> None:
    """azure.azcollection has options that mean nothing here, or that we cannot follow. Raises BadInput that names one.

    It can be told to trust any certificate, for instance. We cannot: a token would go to whoever answers.
    """
    for values in sources:
        for name, (allowed, words) in REFUSED.items():
            if values.get(name) and values[name] != allowed:
                raise BadInput(f"{name} is {values[name]!r}: {words}", option=name)
