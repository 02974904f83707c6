# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of every module that talks to a vault: which vault, and with whose credentials."""

from __future__ import annotations


class ModuleDocFragment:
    """Twinned with VAULT_OPTIONS in module_utils/_glue/options.py; a unit test compares the two."""

    DOCUMENTATION = r"""
options:
  subscription_id:
    description:
      - The subscription that holds the vault.
      - When not set, it is taken from where the credentials come from - the environment variable E(AZURE_SUBSCRIPTION_ID),
        the profile, or the Azure CLI, for which E(AZURE_SUBSCRIPTION_ID) comes before its own choice.
    type: str
  resource_group:
    description:
      - The resource group that holds the vault.
      - When not set, the environment variable E(ASR_RESOURCE_GROUP) is used.
    type: str
    required: true
  vault_name:
    description:
      - The name of the Recovery Services vault.
      - When not set, the environment variable E(ASR_VAULT_NAME) is used.
    type: str
    required: true
  auth_source:
    description:
      - Where the credentials come from. One source is used as a whole; what it lacks is not taken from another one.
      - V(auto) tries in this order, and uses the first that is there - O(profile); the options O(client_id), O(ad_user),
        O(federated_token), O(federated_token_file) with what belongs to them; the environment; the profile C(default) in
        C(~/.azure/credentials); the login of the Azure CLI. A managed identity is only used when asked for.
      - V(env) uses environment variables.
      - V(credential_file) uses the profile O(profile), or C(default), in C(~/.azure/credentials).
      - V(cli) uses the account that C(az login) signed in.
      - V(msi) uses the managed identity of the machine; O(client_id) chooses one when it has several.
      - When not set, the environment variable E(ANSIBLE_AZURE_AUTH_SOURCE) is used.
    type: str
    choices: [auto, cli, credential_file, env, msi]
    default: auto
  profile:
    description:
      - The profile to use in C(~/.azure/credentials).
      - The environment variable for it is E(AZURE_PROFILE).
    type: str
  client_id:
    description:
      - The client (application) id of a service principal, or of a managed identity with O(auth_source=msi).
      - The environment variable for it is E(AZURE_CLIENT_ID).
    type: str
  secret:
    description:
      - The secret of the service principal.
      - The environment variable for it is E(AZURE_SECRET).
    type: str
  tenant:
    description:
      - The tenant of the service principal, by id or domain name.
      - The environment variable for it is E(AZURE_TENANT), or else E(AZURE_TENANT_ID).
    type: str
  x509_certificate_path:
    description:
      - The file with the certificate of the service principal and its private key, in PEM format.
      - The environment variable for it is E(AZURE_X509_CERTIFICATE_PATH).
    type: path
  thumbprint:
    description:
      - The thumbprint of O(x509_certificate_path). Accepted because azure.azcollection asks for it; the certificate says
        it all.
      - The environment variable for it is E(AZURE_THUMBPRINT).
    type: str
  federated_token:
    description:
      - A token that a CI system or another identity provider issued, in exchange for which Azure signs O(client_id) in
        (workload identity federation). Needs O(client_id) and O(tenant).
      - Such tokens live for minutes and a failback may take hours, so prefer O(federated_token_file) where there is one.
      - The environment variable for it is E(AZURE_FEDERATED_TOKEN).
      - In GitHub Actions and Azure Pipelines no token has to be given. With O(client_id) and O(tenant), as options or in the
        environment, a fresh one is fetched from the CI system whenever a sign-in is due. GitHub Actions sets
        E(ACTIONS_ID_TOKEN_REQUEST_URL) and E(ACTIONS_ID_TOKEN_REQUEST_TOKEN) in a job that may have it (C(id-token) V(write)).
        Azure Pipelines sets E(SYSTEM_OIDCREQUESTURI); E(SYSTEM_ACCESSTOKEN) and the id of the service connection,
        E(AZURESUBSCRIPTION_SERVICE_CONNECTION_ID), are yours to set, the latter is there in the task AzureCLI.
    type: str
    aliases: [oidc_token]
  federated_token_file:
    description:
      - A file with such a token. It is read again whenever a new sign-in is due.
      - The environment variable for it is E(AZURE_FEDERATED_TOKEN_FILE), which Kubernetes workload identity sets.
    type: path
    aliases: [oidc_token_file_path]
  ad_user:
    description:
      - The name of a user, for signing in with O(password). Accounts with multi-factor authentication cannot do that.
      - The environment variable for it is E(AZURE_AD_USER).
    type: str
  password:
    description:
      - The password of O(ad_user).
      - The environment variable for it is E(AZURE_PASSWORD).
    type: str
  adfs_authority_url:
    description:
      - The address of your own ADFS, when users sign in there.
      - The environment variable for it is E(AZURE_ADFS_AUTHORITY_URL).
    type: str
  cloud_environment:
    description:
      - The cloud, V(AzureCloud), V(AzureUSGovernment) or V(AzureChinaCloud), or the https URL of the metadata endpoint of
        any other cloud, for instance of the simulator of this collection.
      - When not set, it is taken from the profile where that is used, else from the environment variable
        E(AZURE_CLOUD_ENVIRONMENT), else from the login of the Azure CLI where that is used, else it is V(AzureCloud).
    type: str
  cert_validation_mode:
    description:
      - Certificates are always validated; only V(validate) is accepted, here and in the environment variable
        E(AZURE_CERT_VALIDATION_MODE) (or E(AZURE_CERT_VALIDATION)).
    type: str
  api_profile:
    description: An option of azure.azcollection, of which only V(latest) is accepted.
    type: str
  log_path:
    description: An option of azure.azcollection that is refused, as this collection writes no log.
    type: str
  log_mode:
    description: An option of azure.azcollection that is refused, as this collection writes no log.
    type: str
  disable_instance_discovery:
    description:
      - Whether to trust the sign-in address without asking Azure's public one about it, for private clouds. It is not
        asked in any case when O(cloud_environment) is a URL.
      - The environment variable for it is E(AZURE_DISABLE_INSTANCE_DISCOVERY).
    type: bool
    default: false
  time_limit:
    description:
      - After so many seconds from its first request the module ends, whatever the service does. Jobs of the service go on.
      - When not set, it is C(wait_timeout) and 30 seconds where a module has that option, and 1800 seconds elsewhere.
    type: int
requirements:
  - python >= 3.10
  - azure-identity
  - azure-mgmt-recoveryservicessiterecovery >= 2.0.0
notes:
  - Option names, environment variables, the profiles in C(~/.azure/credentials) and their precedence are those of the
    collection azure.azcollection, so that credentials made for it work here. O(subscription_id) and
    O(cloud_environment) given as options are used with every source.
  - To trust your own certificate authorities, name their file in the environment variable E(REQUESTS_CA_BUNDLE). It is
    used for the metadata of clouds, for signing in, and for the resource manager. Without it E(CURL_CA_BUNDLE) and then
    E(SSL_CERT_FILE) are used. Proxies are taken from E(HTTPS_PROXY) and E(NO_PROXY).
  - The role Site Recovery Contributor on the vault gives the caller all rights that are needed, and a custom role can give
    less. Site Recovery Operator will do for a failback, but not for cancelling one, nor for reading the VMs in Azure.
"""
