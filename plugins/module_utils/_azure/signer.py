# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""A credential that says in words why it gives no token, at the start and in the middle of a run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ansible_collections.asr.hyperv.plugins.module_utils._azure.doors import NotAllowed
from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.secrets import remember

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

CLI, MACHINE = "the Azure CLI", "the managed identity of this machine"  # the sources that need no secret of ours
ADVICE = {  # what to do about a source that gives no token
    CLI: "The credentials are from the Azure CLI: run 'az login' on this machine, as the user who runs Ansible.",
    MACHINE: "The credentials are from the managed identity of this machine (auth_source=msi): it has to have one, and "
    "client_id, where it is given, has to be that of one.",
}
LONGEST_TOKEN = 64 * 1024  # bytes of a file with a token


class NoToken(Exception):
    """A source gives no token, or none that can be one. The text says why; `source` is what the credentials came from."""

    source = ""


class Signer:
    """Stands before a credential of azure.identity: its errors know their `source`, its tokens are kept out of all texts."""

    def __init__(self, credential: TokenCredential, source: str) -> None:
        self.credential, self.source = credential, source

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """A token, as azure.core asks for it. Raises NoToken, or an error of Azure's libraries with a `source`."""
        try:
            token = self.credential.get_token(*scopes, **options)
        except (library("azure.core.exceptions").AzureError, NoToken, NotAllowed) as error:
            error.source = self.source
            raise
        except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raised = NoToken(getattr(error, "strerror", None) or f"it cannot be used ({type(error).__name__})")
            raised.source = self.source
            raise raised from error
        remember(token.token)
        return token


def advice(source: str) -> str:
    """Where the credentials came from, and what can be done there; empty for no source."""
    return source and ADVICE.get(source, f"The credentials are from {source}.")


def token_in(path: str) -> str:
    """The token in a file, read anew at each sign-in, as whoever issues it writes a new one. Raises NoToken."""
    try:
        with open(os.path.expanduser(path), "rb") as file:
            token = file.read(LONGEST_TOKEN).decode("ascii").strip()
    except OSError as error:
        raise NoToken(f"the file of the federated token, {path}, cannot be read: {error.strerror}") from error
    except UnicodeError as error:
        raise NoToken(f"the file of the federated token, {path}, holds no token") from error
    if len(token.split()) != 1:
        raise NoToken(f"the file of the federated token, {path}, holds {'more than a token' if token else 'nothing'}")
    remember(token)
    return token
