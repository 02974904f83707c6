// Copyright: (c) 2026, the asr.hyperv contributors
// GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// Brings one VM home with the JavaScript SDK, which knows nothing of this project.
// Run: npm install && NODE_EXTRA_CA_CERTS=<ca_file> node failback.mjs <ready file>

import { readFileSync } from "node:fs";
import { ClientSecretCredential } from "@azure/identity";
import { SiteRecoveryManagementClient } from "@azure/arm-recoveryservices-siterecovery";

const ready = JSON.parse(readFileSync(process.argv[2], "utf8"));
const credential = new ClientSecretCredential(ready.tenant, ready.client_id, ready.secret, {
  authorityHost: ready.metadata_url,
  disableInstanceDiscovery: true,
});
const client = new SiteRecoveryManagementClient(credential, ready.subscription_id, {
  endpoint: ready.metadata_url,
  credentialScopes: [`${ready.metadata_url}/.default`],
});
const vault = [ready.vault_name, ready.resource_group];
const quick = { updateIntervalInMs: 50 };

async function all(pages) {
  const found = [];
  for await (const one of pages) found.push(one);
  return found;
}

const items = await all(client.replicationProtectedItems.list(...vault));
const [first] = items;
const parts = first.id.split("/");
const item = [...vault, parts[10], parts[12], parts[14]];
const states = [first.properties.protectionState];

let found = await client.replicationProtectedItems.beginPlannedFailoverAndWait(
  ...item,
  {
    properties: {
      failoverDirection: "RecoveryToPrimary",
      providerSpecificDetails: {
        instanceType: "HyperVReplicaAzureFailback",
        dataSyncOption: "ForSynchronization",
        recoveryVmCreationOption: "NoAction",
      },
    },
  },
  quick,
);
states.push(found.properties.protectionState);
found = await client.replicationProtectedItems.beginFailoverCommitAndWait(...item, quick);
states.push(found.properties.protectionState);
found = await client.replicationProtectedItems.beginReprotectAndWait(
  ...item,
  {
    properties: {
      failoverDirection: "PrimaryToRecovery",
      providerSpecificDetails: { instanceType: "HyperVReplicaAzure" },
    },
  },
  quick,
);
states.push(found.properties.protectionState);
const jobs = await all(client.replicationJobs.list(...vault));
const plans = await all(client.replicationRecoveryPlans.list(...vault));
console.log(
  JSON.stringify({
    items: items.map((one) => one.properties.friendlyName),
    states,
    jobs: jobs.map((one) => one.properties.scenarioName),
    plans: plans.map((one) => one.name),
  }),
);
