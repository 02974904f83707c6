# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The vault key file that lets a host into a Hyper-V site: made of what the service answers, and read again. Pure.

Names and order of the elements are those of a file from the portal, as Azure PowerShell and Terraform write it, too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree import ElementTree

from ansible_collections.asr.hyperv.plugins.module_utils._service.providers import Fabric
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import exact, read, segment, text

ROOT = "RSVaultAsrCreds"
NAMESPACE = "http://schemas.datacontract.org/2004/07/Microsoft.Azure.Portal.RecoveryServices.Models.Common"
LONGEST = 100_000  # characters; a real one has some 5,000
NEEDED = (  # of the answer; without one of them no host could register
    *("certificate", "resourceId", "aadAuthority", "aadTenantId", "servicePrincipalClientId"),
    "azureManagementEndpointAudience",
)


@dataclass(frozen=True)
class KeyFile:
    """What a vault key file says. `certificate` holds the private key (PKCS 12, base64): it is never shown."""

    subscription_id: str
    vault: str
    site_id: str
    site: str
    certificate: str = field(repr=False)

    def is_for(self, subscription_id: str, vault: str, site: Fabric) -> bool:
        """Whether a host would register with it to this vault and site."""
        mine = (self.subscription_id, self.vault, self.site_id)
        return [one.lower() for one in mine] == [one.lower() for one in (subscription_id, vault, site.internal_id)]


def lacking(answer: object) -> list[str]:
    """What of the service's answer is not there."""
    return [name for name in NEEDED if not exact(answer, "properties", name)]


def written(answer: object, vault: object, site: Fabric) -> str:
    """The file, from the answer to the PUT of a certificate, the vault as ARM shows it, and a site of it."""
    root = ElementTree.Element(ROOT, {"xmlns:i": "http://www.w3.org/2001/XMLSchema-instance", "xmlns": NAMESPACE})
    parts: dict[str, str | dict[str, str]] = {
        "VaultDetails": vault_details(answer, vault),
        "ManagementCert": exact(answer, "properties", "certificate"),
        "Version": "2.0",
        "AadDetails": sign_in_details(answer, vault),
        "ChannelIntegrityKey": "",
        "SiteId": site.internal_id,
        "SiteName": site.friendly_name,
        "PrivateEndpointStateForSiteRecovery": text(vault, "properties", "privateEndpointStateForSiteRecovery"),
    }
    for name, value in parts.items():
        element = ElementTree.SubElement(root, name)
        if isinstance(value, str):
            element.text = value
            continue
        for below, word in value.items():
            ElementTree.SubElement(element, below).text = word
    return f'<?xml version="1.0" encoding="utf-8"?>{ElementTree.tostring(root, encoding="unicode")}'


def vault_details(answer: object, vault: object) -> dict[str, str]:
    """Where the vault is."""
    arm_id = text(vault, "id")
    return {
        "SubscriptionId": segment(arm_id, "subscriptions"),
        "ResourceGroup": segment(arm_id, "resourceGroups"),
        "ResourceName": segment(arm_id, "vaults"),
        "ResourceId": exact(answer, "properties", "resourceId"),
        "Location": text(vault, "location"),
        "ResourceType": "Vaults",
        "ProviderNamespace": "Microsoft.RecoveryServices",
    }


def sign_in_details(answer: object, vault: object) -> dict[str, str]:
    """As whom a host signs in. An audience that the answer does not name is made as Azure PowerShell makes it."""
    made, where = read(answer, "properties"), vault_details(answer, vault)
    usual = "/".join(("https://RecoveryServiceVault", where["Location"], where["ResourceName"], where["ResourceId"]))
    return {
        "AadAuthority": exact(made, "aadAuthority"),
        "AadTenantId": exact(made, "aadTenantId"),
        "ServicePrincipalClientId": exact(made, "servicePrincipalClientId"),
        "AadVaultAudience": exact(made, "aadAudience") or usual,
        "ArmManagementEndpoint": exact(made, "azureManagementEndpointAudience"),
    }


def read_key_file(content: str) -> KeyFile | None:
    """What a file says, None when it is no vault key file of a Hyper-V site."""
    try:
        root = ElementTree.fromstring(content[:LONGEST])
    except (ElementTree.ParseError, ValueError):
        return None
    told = {one.tag.rpartition("}")[2]: one.text or "" for one in root.iter()}
    if root.tag.rpartition("}")[2] != ROOT or not told.get("ManagementCert") or not told.get("SiteId"):
        return None
    return KeyFile(
        subscription_id=told.get("SubscriptionId", ""),
        vault=told.get("ResourceName", ""),
        site_id=told["SiteId"],
        site=told.get("SiteName", ""),
        certificate=told["ManagementCert"],
    )
