# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What lies on this machine: profiles in ~/.azure/credentials, and the login of the Azure CLI."""

from __future__ import annotations

import configparser
import json
import os
import shutil
import subprocess

from ansible_collections.asr.hyperv.plugins.module_utils._errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._wire import squeeze, text

CREDENTIAL_FILE = "~/.azure/credentials"
CLI_SECONDS = 60


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
    return {name: dict(parser.items(name)) for name in parser.sections()}


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
    return known[name]


def default_profile() -> dict[str, str]:
    """The profile `default`, when it has a subscription; else nothing, as in azure.azcollection."""
    profile = profiles().get("default", {})
    return profile if profile.get("subscription_id") else {}


def cli_account() -> tuple[dict[str, str], str]:
    """The subscription and the cloud of the Azure CLI's login; or nothing, and why."""
    program = shutil.which("az")
    if not program:
        return {}, "the program az is not on the PATH"
    command = [program, "account", "show", "--output", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=CLI_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return {}, f"az account show did not run: {type(error).__name__}"
    if done.returncode:
        return {}, squeeze(done.stderr) or f"az account show ended with {done.returncode}"
    try:
        account = json.loads(done.stdout)
    except json.JSONDecodeError:
        return {}, "az account show gave no JSON"
    return {"subscription_id": text(account, "id"), "cloud_environment": text(account, "environmentName")}, ""
