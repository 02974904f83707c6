# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The rows of what is checked with the vault alone. Pure."""

from __future__ import annotations

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.row import (
    BEFORE,
    GATE_AND_CUTOVER,
    RIGHTS,
    UNTIL_THE_CUTOVER,
    VAULT,
    Check,
    Level,
    Moment,
)

ROWS = (
    # options and rights
    Check(
        "options",
        "what was asked for can be done",
        BEFORE,
        VAULT,
        Level.BLOCKED,
        "Change the options, or leave the item out.",
    ),
    Check(
        "rights",
        "the caller may do what this run needs",
        BEFORE,
        RIGHTS,
        Level.BLOCKED,
        "Give the caller a role with this action, see the documentation of the role preflight.",
    ),
    Check(
        "rights_later",
        "the caller may do what the steps after this run need",
        BEFORE,
        RIGHTS,
        Level.WARNING,
        "Let somebody else do that step, or give the caller a role with this action until then.",
    ),
    Check(
        "rights_useful",
        "the caller may read what is useful",
        BEFORE,
        RIGHTS,
        Level.WARNING,
        "Give the caller a role with this action, see the documentation of the role preflight.",
    ),
    Check(
        "rights_known",
        "the caller's permissions can be read",
        BEFORE,
        RIGHTS,
        Level.WARNING,
        "Give the caller Microsoft.Authorization/permissions/read, or compare its role with the documentation.",
    ),
    Check(
        "principal",
        "the caller is no person",
        BEFORE,
        "the caller's own token",
        Level.WARNING,
        "Use a service principal or a managed identity, or sign in with multi-factor authentication right before.",
    ),
    # the item and its plan, as the vault has them
    Check(
        "inconsistent",
        "the last failback ended well",
        BEFORE,
        VAULT,
        Level.WARNING,
        "The failback starts it anew.",
    ),
    Check("jobs", "nothing else runs on the item", BEFORE, VAULT, Level.WARNING, "It is waited for."),
    Check(
        "jobs_now",
        "nothing else has begun to run on the item",
        GATE_AND_CUTOVER,
        VAULT,
        Level.BLOCKED,
        "Let it end, or find out who started it. Then run again.",
    ),
    Check(
        "health",
        "the vault calls the replication healthy",
        BEFORE,
        VAULT,
        Level.WARNING,
        "Mend what its health errors name; asr.hyperv.protected_item_info has all of them.",
    ),
    Check(
        "health_errors",
        "the vault has no health error of the item",
        BEFORE,
        VAULT,
        Level.WARNING,
        "Mend it, or weigh it.",
    ),
    Check(
        "managed_disks",
        "the service can fail the disks back",
        BEFORE,
        VAULT,
        Level.BLOCKED,
        "Use the service's support, or copy the disks by hand (vendor's support matrix).",
    ),
    Check(
        "name",
        "the name of its Azure VM is one that Azure supports",
        BEFORE,
        VAULT,
        Level.WARNING,
        "Give the protected item another name for its Azure VM (its properties in the vault) before it fails over again.",
    ),
    Check(
        "disks", "there are no more disks than are supported", BEFORE, VAULT, Level.WARNING, "See the support matrix."
    ),
    Check(
        "plan_limits",
        "the recovery plan is within the limits",
        BEFORE,
        VAULT,
        Level.WARNING,
        "Divide it into several plans, or bring its VMs home by name.",
    ),
    Check(
        "plan_actions",
        "the recovery plan has nothing done on the way home",
        BEFORE,
        VAULT,
        Level.WARNING,
        "Use hooks (failback_hooks of the role), or let the plan go by its own operation (orchestration: native), and look in "
        "its job whether the service ran them.",
    ),
    Check(
        "domain_controller",
        "the VM is no domain controller, as far as domain_controllers tells",
        (*BEFORE, Moment.GATE),
        "the option domain_controllers: nothing that can be read tells",
        Level.WARNING,
        "Leave another domain controller of its domain running meanwhile; if it is the last one, have the authoritative restore "
        "of SYSVOL ready. Bring it home before those that need it (failback_canary, failback_dependencies), check it in a hook "
        "before its commit (net share, dcdiag, w32tm /query /status), and never start an older copy or checkpoint of it.",
    ),
    # the provider of the host
    Check(
        "provider_known",
        "the vault tells which host the VM belongs to",
        BEFORE,
        VAULT,
        Level.WARNING,
        "Refresh the provider in the vault, or give the caller the right to read providers.",
    ),
    Check(
        "provider",
        "the host is connected to the vault",
        UNTIL_THE_CUTOVER,
        VAULT,
        Level.BLOCKED,
        "Start the services dra and vmms on {host}, check its proxy, TLS and clock, and refresh the provider.",
    ),
    Check(
        "provider_heard",
        "the vault has heard from the host lately",
        BEFORE,
        VAULT,
        Level.WARNING,
        "Look at the service dra on {host}.",
    ),
    Check(
        "provider_twin",
        "the host is registered once",
        BEFORE,
        VAULT,
        Level.WARNING,
        "Remove the dead registration in the vault (Site Recovery infrastructure, Hyper-V Hosts, Delete), and no other of that "
        "name: {twin}.",
    ),
    Check("provider_version", "the provider is supported", BEFORE, VAULT, Level.WARNING, "Update the provider."),
    Check("provider_expiry", "the provider does not expire soon", BEFORE, VAULT, Level.WARNING, "Update the provider."),
)
