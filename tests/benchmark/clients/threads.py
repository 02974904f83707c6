# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a senior engineer writes with the SDK: a thread for each VM, a shared client, own polling of jobs.

The SDK's pollers are not used to wait: they never end on a job that waits for a person.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from azure.identity import ClientSecretCredential
from azure.mgmt.recoveryservicessiterecovery import SiteRecoveryManagementClient

asked = json.loads(sys.argv[1])
arm = asked["arm"]
credential = ClientSecretCredential(
    asked["tenant"],
    asked["client_id"],
    os.environ["AZURE_SECRET"],
    authority=arm,
    disable_instance_discovery=True,
)
client = SiteRecoveryManagementClient(
    credential, asked["subscription_id"], base_url=arm, credential_scopes=[f"{arm}/.default"], retry_total=10
)
vault = (asked["resource_group"], asked["vault_name"])


def start(operation: Callable[..., object], *arguments: object) -> str:
    """Start something; the name of its job."""
    heard: dict[str, str] = {}
    operation(
        *vault, *arguments, polling=False, raw_response_hook=lambda answer: heard.update(answer.http_response.headers)
    )
    status_url = {name.lower(): value for name, value in heard.items()}["azure-asyncoperation"]
    return status_url.split("?")[0].rpartition("/")[2]


def wait_for(job: str, state: str) -> None:
    while True:
        time.sleep(asked["interval"])
        found = client.replication_jobs.get(*vault, job)["properties"]["state"]
        if found == state:
            return
        if found in ("Failed", "Cancelled"):
            raise RuntimeError(f"job {job}: {found}")


def bring_home(item_id: str) -> None:
    parts, items = item_id.split("/"), client.replication_protected_items
    place = parts[parts.index("replicationFabrics") + 1], parts[-3], parts[-1]
    job = start(items.begin_planned_failover, *place, asked["bodies"]["failback"])
    wait_for(job, "Suspended")
    start(client.replication_jobs.begin_resume, job, asked["bodies"]["resume"])
    wait_for(job, "Succeeded")
    wait_for(start(items.begin_failover_commit, *place), "Succeeded")
    start(items.begin_reprotect, *place, asked["bodies"]["reprotect"])
    while items.get(*vault, *place)["properties"]["protectionState"] != "Protected":
        time.sleep(asked["interval"])


found = [item.id for item in client.replication_protected_items.list(*vault)]
with ThreadPoolExecutor(len(found)) as pool:
    list(pool.map(bring_home, found))
