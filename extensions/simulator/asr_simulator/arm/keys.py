# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Certificates of the vault, which its key files hold. The service makes one and shows its private key once."""

from __future__ import annotations

import base64
import re
from datetime import datetime, timedelta, timezone
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from cryptography.x509.oid import NameOID

from ..clock.clock import iso
from ..estate.guids import stable_guid
from ..show import ids
from ..wire.errors import arm
from ..world.world import World
from . import act
from .call import Answer, Request

EARLIER = timedelta(hours=1)  # a certificate is good at once also for a host whose clock is slow


def make(request: Request) -> Answer:
    """PUT of a certificate that the service is to make. Giving one's own is not imitated."""
    asked = request.body.get("certificateCreateOptions")
    if asked is None:
        return act.unknown(request)
    told = asked.get("validityInHours", "120")
    hours = int(told) if re.fullmatch(r"[1-9]\d{0,4}", told) else 0
    if not hours:
        raise arm(400, "InvalidParameter", f"The value '{told}' of validityInHours is not valid.")
    world, name = request.world, request.names["certificate"]
    request.facts["verb"] = "make key file"
    now = datetime.fromtimestamp(world.now, timezone.utc)
    pfx, thumbprint = self_signed(name.removeprefix("CN=")[:64], now, now + timedelta(hours=hours))
    shown = {
        "certificate": base64.b64encode(pfx).decode(),
        "thumbprint": thumbprint,
        "validTo": iso(world.now + 3600 * hours),
    }
    arm_id = f"{world.vault_path}/certificates/{name}"
    return (
        200,
        {},
        {"name": name, "type": f"{ids.TYPE}/certificates", "id": arm_id, "properties": {**facts(world, name), **shown}},
    )


def facts(world: World, name: str) -> dict[str, Any]:
    """What does not differ from certificate to certificate: as whom a host signs in, and where."""
    estate, number = world.estate, 4711
    return {
        "authType": "AzureActiveDirectory",
        "aadAuthority": "https://login.windows.net",
        "aadTenantId": stable_guid(0, "tenant", estate.vault),
        "servicePrincipalClientId": stable_guid(0, "key principal", estate.vault),
        "servicePrincipalObjectId": stable_guid(0, "key object", estate.vault),
        "azureManagementEndpointAudience": "https://management.core.windows.net/",
        "aadAudience": f"https://RecoveryServiceVault/{estate.location}/{estate.vault}/{number}",
        "resourceId": number,
        "friendlyName": name,
        "issuer": name,
        "subject": name,
        "validFrom": iso(world.now - EARLIER.total_seconds()),
    }


def self_signed(name: str, now: datetime, end: datetime) -> tuple[bytes, str]:
    """A certificate with its private key, as PKCS 12 without a password; and its thumbprint."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(
        issuer_name=subject,
        subject_name=subject,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - EARLIER,
        not_valid_after=end,
    ).sign(key, hashes.SHA256())
    pfx = pkcs12.serialize_key_and_certificates(None, key, made, None, NoEncryption())
    return pfx, made.fingerprint(hashes.SHA1()).hex().upper()
