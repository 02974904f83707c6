# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a bare script with the SDK does to list the protected items of a vault."""

from __future__ import annotations

import json
import os
import sys

from azure.identity import ClientSecretCredential
from azure.mgmt.recoveryservicessiterecovery import SiteRecoveryManagementClient

asked = json.loads(sys.argv[1])
arm = asked["arm"]
credential = ClientSecretCredential(
    asked["tenant"], asked["client_id"], os.environ["AZURE_SECRET"], authority=arm, disable_instance_discovery=True
)
client = SiteRecoveryManagementClient(
    credential, asked["subscription_id"], base_url=arm, credential_scopes=[f"{arm}/.default"]
)
found = [
    {"name": item["properties"]["friendlyName"], "state": item["properties"]["protectionState"]}
    for item in client.replication_protected_items.list(asked["resource_group"], asked["vault_name"])
]
print(json.dumps(found))
sys.exit(int(len(found) != len(asked["vms"])))
