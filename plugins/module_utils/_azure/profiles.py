# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What lies on this machine: profiles in ~/.azure/credentials, and the login of the Azure CLI."""

from __future__ import annotations

import configparser
import json
import os

from ansible.module_utils.common.warnings import warn

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import rows, text

CREDENTIAL_FILE = "~/.azure/credentials"
ALIASES = {"oidc_token": "federated_token", "oidc_token_file_path": "federated_token_file"}
CLI_FOLDER = "~/.azure"


def profiles() -> dict[str, dict[str, str]]:
    """All profiles of the file, by name; none when there is no file.

    Raises BadInput when the file cannot be read. The parser's own words are kept back: they quote the line, which may
    be a secret.
    """
    parser = configparser.ConfigParser(interpolation=None)
    path = os.path.expanduser(CREDENTIAL_FILE)
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError) as error:
        raise BadInput(f"Cannot read {path}: {reason(error)}.") from None
    warn_of_others(path)
    return {name: dict(parser.items(name)) for name in parser.sections()}


def warn_of_others(path: str) -> None:
    """Warn when a file with a secret in it may be read by other users of this machine. One that is not there is no matter."""
    try:
        mode = os.stat(path).st_mode & 0o777
    except OSError:
        return
    if mode & 0o044:
        warn(
            f"{path} has a secret in it, and others may read it (mode {mode:04o}). Let nobody but its owner: chmod 600 {path}"
        )


def reason(error: Exception) -> str:
    """Why the file could not be read, without a word of what is in it."""
    line = getattr(error, "lineno", None) or next((number for number, _text in getattr(error, "errors", ())), None)
    where = f" at line {line}" if line else ""
    return getattr(error, "strerror", None) or f"it is not an ini file{where}"


def profile_called(name: str) -> dict[str, str]:
    """One profile. Raises BadInput that names those there are."""
    known = profiles()
    if name not in known:
        there = f"it has: {', '.join(sorted(known))}" if known else "it is missing or empty"
        raise BadInput(f"There is no profile {name!r} in {CREDENTIAL_FILE}; {there}.", profile=name)
    return with_our_names(known[name])


def with_our_names(profile: dict[str, str]) -> dict[str, str]:
    """A profile with the names of our options for those that azure.azcollection calls differently."""
    return {ALIASES.get(name, name): value for name, value in profile.items()}


def default_profile() -> dict[str, str]:
    """The profile `default`, when it has a subscription; else nothing, as in azure.azcollection."""
    profile = with_our_names(profiles().get("default", {}))
    return profile if profile.get("subscription_id") else {}


def cli_account() -> tuple[dict[str, str], str]:
    """The subscription and the cloud of the Azure CLI's login, from the file where it keeps them; or nothing, and why."""
    path = os.path.join(os.path.expanduser(os.environ.get("AZURE_CONFIG_DIR") or CLI_FOLDER), "azureProfile.json")
    try:
        with open(path, encoding="utf-8-sig") as stream:
            known = rows(json.load(stream), "subscriptions")
    except FileNotFoundError:
        return {}, f"nobody has run az login, there is no {path}"
    except (OSError, ValueError) as error:
        return {}, f"{path} cannot be read: {getattr(error, 'strerror', None) or 'it is not JSON'}"
    account = next((one for one in known if text(one, "isDefault") == "True"), None)
    if account is None:
        return {}, "it has no default subscription: run az login, or az account set"
    return {"subscription_id": text(account, "id"), "cloud_environment": text(account, "environmentName")}, ""
