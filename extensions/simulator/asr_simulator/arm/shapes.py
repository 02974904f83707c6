# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a request may carry below `properties`: the inputs of Hyper-V in the public description of the API, as a table."""

from __future__ import annotations

from typing import Any, NamedTuple

Shape = dict[str, Any]  # field: str, bool, `Words`, `Needed`, a shape, or a list with the shape of its entries


class Words(NamedTuple):
    """A text that is one of some."""

    known: tuple[str, ...]


class Needed(NamedTuple):
    """A field that has to be there."""

    shape: Any


def texts(*names: str) -> Shape:
    """Fields that are texts."""
    return dict.fromkeys(names, str)


DIRECTION = Words(("PrimaryToRecovery", "RecoveryToPrimary"))
SHUT_DOWN = Words(("Required", "NotRequired"))
SIDE = Words(("Primary", "Recovery"))
OPERATIONS = Words(
    (
        *("ReverseReplicate", "Commit", "PlannedFailover", "UnplannedFailover", "DisableProtection", "TestFailover"),
        *("TestFailoverCleanup", "Failback", "FinalizeFailback", "ChangePit", "RepairReplication", "SwitchProtection"),
        "CompleteMigration",
    )
)
FAILOVER = texts(
    *("instanceType", "vaultLocation", "primaryKekCertificatePfx", "secondaryKekCertificatePfx", "recoveryPointId"),
    *("dataSyncOption", "recoveryVmCreationOption", "providerIdForAlternateRecovery"),
)
FAILOVER_OF_PLAN = {
    **FAILOVER,
    "recoveryPointType": Words(("Latest", "LatestApplicationConsistent", "LatestProcessed")),
}
REPROTECT = texts("instanceType", "hvHostVmId", "vmName", "osType", "vHDId", "storageAccountId", "logStorageAccountId")
DIRECTED: Shape = {"failoverDirection": str, "providerSpecificDetails": FAILOVER}
TEST = texts("networkType", "networkId", "skipTestFailoverCleanup")
COMMENTS = texts("comments")
DIRECTED_PLAN: Shape = {"failoverDirection": Needed(DIRECTION), "providerSpecificDetails": [FAILOVER_OF_PLAN]}
ACTION: Shape = {
    "actionName": str,
    "failoverTypes": [OPERATIONS],
    "failoverDirections": [DIRECTION],
    "customDetails": {**texts("instanceType", "description", "path", "runbookId", "timeout"), "fabricLocation": SIDE},
}
GROUPS: Shape = {
    "groups": [
        {
            "groupType": str,
            "replicationProtectedItems": [texts("id", "virtualMachineId")],
            "startGroupActions": [ACTION],
            "endGroupActions": [ACTION],
        }
    ]
}
PLAN: Shape = {
    **texts("primaryFabricId", "recoveryFabricId"),
    "failoverDeploymentModel": Words(("NotApplicable", "Classic", "ResourceManager")),
    **GROUPS,
}
ADDRESS: Shape = {
    **texts("ipConfigName", "recoverySubnetName", "recoveryStaticIPAddress", "recoveryPublicIPAddressId"),
    **texts("tfoSubnetName", "tfoStaticIPAddress", "tfoPublicIPAddressId", "staticIPAddress", "publicIpAddressId"),
    **dict.fromkeys(("isPrimary", "isSeletedForFailover"), bool),
    **dict.fromkeys(("recoveryLBBackendAddressPoolIds", "tfoLBBackendAddressPoolIds"), [str]),
}
NIC: Shape = {
    "nicId": Needed(str),
    **texts("recoveryVMSubnetName", "replicaNicStaticIPAddress", "selectionType", "recoveryPublicIpAddressId"),
    **texts("recoveryNetworkSecurityGroupId", "recoveryNicName", "recoveryNicResourceGroupName"),
    **texts("tfoVMSubnetName", "tfoNetworkSecurityGroupId", "tfoNicName", "tfoNicResourceGroupName", "targetNicName"),
    **dict.fromkeys(("enableAcceleratedNetworkingOnRecovery", "enableAcceleratedNetworkingOnTfo"), bool),
    **dict.fromkeys(("reuseExistingNic", "tfoReuseExistingNic"), bool),
    "recoveryLBBackendAddressPoolIds": [str],
    "ipConfigs": [ADDRESS],
    "tfoIPConfigs": [ADDRESS],
}
UPDATE: Shape = {
    **texts("recoveryAzureVMName", "recoveryAzureVMSize", "selectedRecoveryAzureNetworkId"),
    **texts("selectedTfoAzureNetworkId", "selectedSourceNicId", "enableRdpOnTargetOption", "recoveryAvailabilitySetId"),
    "licenseType": Words(("NotSpecified", "NoLicenseType", "WindowsServer")),
    "vmNics": [NIC],
    "providerSpecificDetails": {
        **texts("instanceType", "recoveryAzureV1ResourceGroupId", "recoveryAzureV2ResourceGroupId", "useManagedDisks"),
        **texts("targetProximityPlacementGroupId", "targetAvailabilityZone"),
        "diskIdToDiskEncryptionMap": {},
    },
}
REMOVE: Shape = {"disableProtectionReason": str, "replicationProviderInput": texts("instanceType")}

SHAPES: dict[str, dict[str, Shape]] = {  # by collection, and by the last part of a POST or else the method
    "replicationprotecteditems": {
        "plannedfailover": DIRECTED,
        "unplannedfailover": {**DIRECTED, "sourceSiteOperations": str},
        "testfailover": {**DIRECTED, **TEST},
        "testfailovercleanup": COMMENTS,
        "reprotect": {"failoverDirection": str, "providerSpecificDetails": REPROTECT},
        "applyrecoverypoint": {"recoveryPointId": str, "providerSpecificDetails": FAILOVER},
        "remove": REMOVE,
        "patch": UPDATE,
    },
    "replicationrecoveryplans": {
        "plannedfailover": DIRECTED_PLAN,
        "unplannedfailover": {**DIRECTED_PLAN, "sourceSiteOperations": Needed(SHUT_DOWN)},
        "testfailover": {**DIRECTED_PLAN, **TEST, "networkType": Needed(str)},
        "testfailovercleanup": COMMENTS,
        "put": PLAN,
        "patch": GROUPS,
    },
    "replicationjobs": {"resume": COMMENTS},
}
CERTIFICATE: Shape = {  # a whole body; the first of both is not in the description
    "certificateCreateOptions": {"validityInHours": str},
    "properties": {"authType": str, "certificate": str},
}
WITHOUT_PROPERTIES = {  # where the description lets a body be empty
    ("replicationprotecteditems", "patch"),
    ("replicationprotecteditems", "remove"),
    ("replicationrecoveryplans", "patch"),
    ("replicationjobs", "resume"),
}
