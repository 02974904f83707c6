# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a bare script with the SDK does to make an inventory of a vault: items, jobs, hosts and plans."""

from __future__ import annotations

import json
import os
import sys

from azure.identity import ClientSecretCredential
from azure.mgmt.recoveryservicessiterecovery import SiteRecoveryManagementClient

asked = json.loads(sys.argv[1])
arm = asked["arm"]
where = (asked["resource_group"], asked["vault_name"])
credential = ClientSecretCredential(
    asked["tenant"], asked["client_id"], os.environ["AZURE_SECRET"], authority=arm, disable_instance_discovery=True
)
client = SiteRecoveryManagementClient(
    credential, asked["subscription_id"], base_url=arm, credential_scopes=[f"{arm}/.default"]
)
items = [item.as_dict() for item in client.replication_protected_items.list(*where)]
jobs = [job.as_dict() for job in client.replication_jobs.list(*where)]
hosts = [one.as_dict() for one in client.replication_recovery_services_providers.list(*where)]
names = [plan.name or "" for plan in client.replication_recovery_plans.list(*where)]
plans = [client.replication_recovery_plans.get(*where, name).as_dict() for name in names]
hostvars = {item["properties"]["friendlyName"]: item for item in items}
hostvars |= {one["properties"]["friendlyName"]: one for one in hosts}
print(json.dumps({"_meta": {"hostvars": hostvars}, "jobs": jobs, "plans": plans}, indent=4, sort_keys=True))
sys.exit(int(len(items) != len(asked["vms"])))
