# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The vault's key files: made with one PUT, which no SDK of ours knows, and until when one is good."""

from __future__ import annotations

import base64
from datetime import datetime

from ansible_collections.asr.hyperv.plugins.module_utils._azure.calls import Calls
from ansible_collections.asr.hyperv.plugins.module_utils._azure.library import library
from ansible_collections.asr.hyperv.plugins.module_utils._azure.secrets import remember
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import OddAnswer
from ansible_collections.asr.hyperv.plugins.module_utils._service.key_files import lacking, written
from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Fabric
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import exact

VERSION = "2022-10-01"  # of vaults and their certificates; Terraform registers hosts with it
HOURS = 120  # how long the portal's files are good


class Keys:
    """Each method raises what `explain` makes of an error."""

    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def make(self, site: Fabric) -> str:
        """A new vault key file for a Hyper-V site. The service makes its certificate; its private key is known as a secret.

        Raises OddAnswer when the answer lacks what a host needs, and what `Calls.put` raises.
        """
        place, doing = self.calls.place, f"make a key file for the site {site.friendly_name!r}"
        manager = place.resource_manager.rstrip("/")
        reading = f"read {place}"
        with self.calls.explained(reading):
            vault = self.calls.fetch(f"{manager}{place.id}", **{"api-version": VERSION}).json()
        today = self.calls.clock.now()
        name = f"CN=CB_{place.vault}-{today.day}-{today:%m-%Y}-vaultcredentials"  # the portal's
        answer = self.calls.put(
            doing,
            f"{manager}{place.id}/certificates/{name}",
            {"certificateCreateOptions": {"validityInHours": HOURS}},
            **{"api-version": VERSION},
        )
        remember(exact(answer, "properties", "certificate"))
        if missing := lacking(answer):
            raise OddAnswer(doing, f"the answer lacks {', '.join(missing)}")
        return written(answer, vault, site)

    def end(self, certificate: str) -> datetime | None:
        """Until when the certificate of a key file is good, UTC; None when it cannot be read."""
        pkcs12 = library("cryptography.hazmat.primitives.serialization.pkcs12")
        try:
            held = pkcs12.load_pkcs12(base64.b64decode(certificate, validate=True), None)
        except ValueError:
            return None
        found: datetime | None = held.cert.certificate.not_valid_after_utc if held.cert else None
        return found
