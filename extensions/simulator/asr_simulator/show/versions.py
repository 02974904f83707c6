# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The api versions that are known, by name, and what each turns on. Any other is refused as Resource Manager does.

A new version of Site Recovery is a name in SITE_RECOVERY; where it shows something otherwise, a field of Api and a row too.
The lists of the others are only there to refuse: what the simulator shows of them is the same in all versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple

from ..wire.errors import Refused, arm


class Api(NamedTuple):
    """How Site Recovery shows things in a version (docs/service.md 1.5 and 2.6)."""

    new_shapes: bool = False  # keys are spelled as today and stand where they stand today; 2016-08-10 has its own
    operation_status: bool = False  # what goes on has a status apart from its job; before, the job is its own status


def named(*texts: str) -> tuple[str, ...]:
    """The names in some texts."""
    return tuple(name for text in texts for name in text.split())


SITE_RECOVERY: dict[str, Api] = {
    **dict.fromkeys(named("2016-08-10"), Api()),
    **dict.fromkeys(named("2018-01-10 2018-07-10"), Api(new_shapes=True)),
    **dict.fromkeys(
        named(
            "2021-02-10 2021-03-01 2021-04-01 2021-06-01 2021-07-01 2021-08-01 2021-10-01 2021-11-01 2021-12-01",
            "2022-01-01 2022-02-01 2022-03-01 2022-04-01 2022-05-01 2022-08-01 2022-09-10 2022-10-01",
            "2023-01-01 2023-02-01 2023-04-01 2023-06-01 2023-08-01",
            "2024-01-01 2024-02-01 2024-04-01 2024-10-01 2025-01-01 2025-02-01 2025-08-01",
        ),
        Api(new_shapes=True, operation_status=True),
    ),
}


NEWER = frozenset(  # keys that came after api-version 2016-08-10: in no recording of that version
    (
        *(
            "primaryFabricProvider",
            "switchProviderState",
            "switchProviderStateDescription",
            "lastRecoveryPointReceived",
        ),
        *(
            "lastRpoCalculatedTime",
            "rpoInSeconds",
            "protectedManagedDisks",
            "seedManagedDiskTags",
            "selectedSourceNicId",
        ),
        *("sqlServerLicenseType", "targetAvailabilityZone", "targetManagedDiskTags", "targetNicTags"),
        *("targetProximityPlacementGroupId", "targetVmTags", "diskId", "diskEncryptionSetId", "customTargetDiskName"),
        *("hasPhysicalDisk", "hasFibreChannelAdapter", "hasSharedVhd"),
    )
)


def of_2016(value: Any) -> Any:
    """A document without the keys that came later, at every depth."""
    if isinstance(value, list):
        return [of_2016(one) for one in value]
    return {key: of_2016(one) for key, one in value.items() if key not in NEWER} if isinstance(value, dict) else value


class Metadata(NamedTuple):
    """How the cloud's metadata are shown in a version."""

    whole: bool = True  # all endpoints; before 2019 a few
    in_list: bool = False  # one entry of a list of clouds


METADATA: dict[str, Metadata] = {
    **dict.fromkeys(named("1.0 2014-04-01-preview 2015-01-01"), Metadata(whole=False)),
    **dict.fromkeys(named("2018-05-01 2019-05-01"), Metadata(in_list=True)),
    **dict.fromkeys(named("2020-06-01 2022-09-01 2023-01-01 2023-11-01"), Metadata()),
}

VAULTS = named("2016-06-01 2018-12-20 2020-02-02 2020-10-01 2021-01-01 2022-09-30-preview 2025-03-01 2026-07-01")
WITHOUT_SETTINGS = named("2016-06-01 2018-12-20")  # of a vault (recorded of the first)
RESOURCES = named(  # subscriptions and groups, which belong to Resource Manager itself
    "2014-04 2014-02-26 2013-03-01 2014-01-01 2014-04-01 2014-04-01-preview 2015-01-01 2015-11-01",
    "2016-02-01 2016-06-01 2016-07-01 2016-09-01 2017-03-01 2017-05-01 2017-05-10 2017-06-01 2017-08-01 2017-12-01",
    "2018-01-01 2018-02-01 2018-05-01 2018-06-01 2018-07-01 2018-08-01 2018-09-01 2018-11-01",
    "2019-03-01 2019-05-01 2019-05-10 2019-06-01 2019-07-01 2019-08-01 2019-09-01 2019-10-01 2019-11-01",
    "2020-01-01 2020-05-01 2020-06-01 2020-07-01 2020-08-01 2020-09-01 2020-10-01 2021-01-01 2021-04-01",
    "2022-01-01 2022-03-01-preview 2022-05-01 2022-06-01 2022-09-01 2022-11-01-preview 2022-12-01",
    "2023-03-01-preview 2023-07-01-preview 2023-07-01 2024-03-01 2024-06-01-preview 2024-07-01 2024-08-01 2024-11-01",
    "2025-03-01 2025-04-01",
)
VMS = named(
    "2015-06-15 2016-03-30 2016-04-30-preview 2016-08-30 2017-03-30 2017-12-01 2018-04-01 2018-06-01 2018-10-01",
    "2019-03-01 2019-07-01 2019-12-01 2020-06-01 2020-12-01 2021-03-01 2021-04-01 2021-07-01 2021-11-01",
    "2022-03-01 2022-08-01 2022-11-01 2023-03-01 2023-07-01 2023-09-01 2024-03-01 2024-07-01 2024-11-01",
    "2025-04-01 2025-11-01 2026-03-01 2026-04-01",
)
DISKS = named(
    "2016-04-30-preview 2017-03-30 2018-04-01 2018-06-01 2018-09-30 2019-03-01 2019-07-01 2019-11-01",
    "2020-05-01 2020-06-30 2020-09-30 2020-12-01 2021-04-01 2021-08-01 2021-12-01 2022-03-02 2022-07-02",
    "2023-01-02 2023-04-02 2023-10-02 2024-03-02 2025-01-02 2026-03-02",
)
OWNERSHIP_TOLD = DISKS[
    DISKS.index("2023-10-02") :
]  # of a disk when it was last attached, or its VM started or deallocated
NETWORK = named(
    "2014-12-01-preview 2015-05-01-preview 2015-06-15 2016-03-30 2016-06-01 2016-07-01 2016-08-01 2016-09-01",
    "2016-10-01 2016-11-01 2016-12-01 2017-03-01 2017-04-01 2017-06-01 2017-08-01 2017-09-01 2017-10-01 2017-11-01",
    "2018-01-01 2018-02-01 2018-03-01 2018-04-01 2018-05-01 2018-06-01 2018-07-01 2018-08-01 2018-10-01 2018-11-01",
    "2018-12-01 2019-02-01 2019-04-01 2019-06-01 2019-07-01 2019-08-01 2019-09-01 2019-11-01 2019-12-01",
    "2020-03-01 2020-04-01 2020-05-01 2020-06-01 2020-07-01 2020-08-01 2020-11-01 2021-02-01 2021-03-01 2021-05-01",
    "2021-08-01 2022-01-01 2022-05-01 2022-07-01 2022-09-01 2022-11-01 2023-02-01 2023-04-01 2023-05-01 2023-06-01",
    "2023-09-01 2023-11-01 2024-01-01 2024-03-01 2024-05-01 2024-07-01 2024-10-01 2025-01-01 2025-03-01 2025-05-01",
    "2025-09-01",
)
LOCKS = named("2015-01-01 2015-05-01-preview 2015-06-01 2016-09-01 2017-04-01 2020-05-01")
PERMISSIONS = named(
    "2014-07-01-preview 2014-10-01-preview 2015-05-01-preview 2015-06-01 2015-07-01 2018-01-01-preview 2018-07-01",
    "2022-04-01 2022-05-01-preview",
)
KNOWN: dict[str, tuple[str, ...]] = {  # by the first type below a provider
    "microsoft.recoveryservices/vaults": tuple(sorted({*VAULTS, *SITE_RECOVERY})),
    "microsoft.compute/virtualmachines": VMS,
    "microsoft.compute/disks": DISKS,
    "microsoft.compute/locations": tuple(sorted({*VMS, *DISKS})),
    "microsoft.network/networkinterfaces": NETWORK,
    "microsoft.network/publicipaddresses": NETWORK,
    "microsoft.authorization/locks": LOCKS,
    "microsoft.authorization/permissions": PERMISSIONS,
}
PROVIDER = re.compile(r".*/providers/([^/]+)/(.+)", re.IGNORECASE)  # the last one: a lock is of Microsoft.Authorization
NESTED = "microsoft.recoveryservices/vaults/replication"


def invalid(name: str, known: Iterable[str]) -> Refused:
    """What Resource Manager says of a version that it doesn't have itself; it names the newest first."""
    message = f"The api-version '{name}' is invalid. The supported versions are '{','.join(reversed(tuple(known)))}'."
    return arm(400, "InvalidApiVersionParameter", message)


def refusal(method: str, path: str, name: str, location: str) -> Refused | None:
    """The 400 for a version that what the path names does not have; None for one that it has, or for what isn't known at all."""
    found = PROVIDER.fullmatch(path)
    if not found:
        return None if name in RESOURCES else invalid(name, RESOURCES)
    namespace, rest = found[1], found[2].rstrip("/").split("/")
    types = (
        rest[::2] if method != "POST" or len(rest) % 2 == 0 else rest[:-1:2]
    )  # the last part of a POST is what it does
    whole = f"{namespace}/{'/'.join(types)}".lower()
    known = tuple(SITE_RECOVERY) if whole.startswith(NESTED) else KNOWN.get(f"{namespace}/{types[0]}".lower(), (name,))
    if name in known:
        return None
    message = (
        f"No registered resource provider found for location '{location}' and API version '{name}' for type "
        f"'{'/'.join(types)}'. The supported api-versions are '{', '.join(known)}'. The supported locations are '{location}'."
    )
    return arm(400, "NoRegisteredProviderFound", message)
