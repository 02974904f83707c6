# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What a caller has to be allowed, duty by duty, and what of it is missing. Pure. Source: docs/service.md 5.7.

The role definitions in docs/rights and the page about them are drawn from the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Step
from ansible_collections.asr.hyperv.plugins.module_utils._service.wire import texts
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.look_shapes import DutyEntry
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json

VAULT = "Microsoft.RecoveryServices/vaults/"
FABRIC = f"{VAULT}replicationFabrics/"
CONTAINER = f"{FABRIC}replicationProtectionContainers/"
ITEM = f"{CONTAINER}replicationProtectedItems/"
PLAN = f"{VAULT}replicationRecoveryPlans/"
JOB = f"{VAULT}replicationJobs/"


class Duty(str, Enum):
    """What somebody may be trusted with. Each is a custom role of its own that can be given by itself."""

    LOOK = "look"
    PREFLIGHT = "preflight"
    SYNCHRONIZE = "synchronize"
    CUT_OVER = "cut_over"
    COMMIT = "commit"
    DRILL = "drill"
    TO_AZURE = "to_azure"
    CANCEL = "cancel"
    PLANS = "plans"
    HOSTS = "hosts"


ALLOWS = {  # what a duty is for, in words
    Duty.LOOK: "see where items, jobs, plans and Hyper-V hosts of a vault stand; change nothing",
    Duty.PREFLIGHT: "check before a failback what would go wrong, and rehearse with --check; change nothing",
    Duty.SYNCHRONIZE: "start the data synchronization of a failback; a full download (during_failover) is the outage, too",
    Duty.CUT_OVER: "let a failback that waits at its gate go on: the VM in Azure is shut down, the one on-premises starts",
    Duty.COMMIT: "commit a failback, which deletes the VM in Azure, and replicate to Azure again",
    Duty.DRILL: "start test VMs in Azure, and clean them up",
    Duty.TO_AZURE: "fail over to Azure, change the recovery point, commit that, and repair a replication",
    Duty.CANCEL: "cancel a failback or a failover that is under way, and restart a job",
    Duty.PLANS: "write, change and delete recovery plans",
    Duty.HOSTS: "make vault key files, with which new Hyper-V hosts are registered",
}
OF_A_FAILBACK = (Duty.LOOK, Duty.PREFLIGHT, Duty.SYNCHRONIZE, Duty.CUT_OVER, Duty.COMMIT)
EVERYBODY = tuple(Duty)
THEM = (Duty.PREFLIGHT, Duty.SYNCHRONIZE, Duty.CUT_OVER, Duty.COMMIT)  # who goes by the VMs on both sides


class Need(Enum):
    """Whether a failback as a whole goes without the right."""

    NEEDED = "needed"
    USEFUL = "useful"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Right:
    """An action of Azure, what it is for in words, which duties have it, and whether a failback goes without it."""

    action: str
    purpose: str
    duties: tuple[Duty, ...]
    failback: Need


RIGHTS = (
    Right(f"{VAULT}read", "to find the vault", EVERYBODY, Need.NOT_ASKED),
    Right(f"{FABRIC}read", "to list item by item where the whole list is not allowed", EVERYBODY, Need.NOT_ASKED),
    Right(f"{CONTAINER}read", "to list item by item where the whole list is not allowed", EVERYBODY, Need.NOT_ASKED),
    Right(f"{VAULT}replicationProtectedItems/read", "to list all items at once", EVERYBODY, Need.NOT_ASKED),
    Right(f"{VAULT}replicationRecoveryServicesProviders/read", "to list all hosts at once", EVERYBODY, Need.NOT_ASKED),
    Right(f"{JOB}read", "to follow the jobs", EVERYBODY, Need.NEEDED),
    Right(f"{ITEM}read", "to see where the VMs stand", EVERYBODY, Need.NEEDED),
    Right(
        f"{CONTAINER}replicationProtectableItems/read",
        "to see whether the on-premises VMs are there, and to protect them again",
        (*THEM, Duty.TO_AZURE),
        Need.NEEDED,
    ),
    Right(f"{ITEM}plannedFailover/action", "to fail back", (Duty.SYNCHRONIZE, Duty.TO_AZURE), Need.NEEDED),
    Right(f"{PLAN}plannedFailover/action", "to fail a whole plan back", (Duty.SYNCHRONIZE,), Need.NOT_ASKED),
    Right(f"{JOB}resume/action", "to complete the failover", (Duty.CUT_OVER,), Need.NEEDED),
    Right(f"{ITEM}failoverCommit/action", "to commit", (Duty.COMMIT, Duty.TO_AZURE), Need.NEEDED),
    Right(f"{PLAN}failoverCommit/action", "to commit a whole plan", (Duty.COMMIT,), Need.NOT_ASKED),
    Right(f"{ITEM}reProtect/action", "to protect again", (Duty.COMMIT,), Need.NEEDED),
    Right(f"{PLAN}reProtect/action", "to protect a whole plan again", (Duty.COMMIT,), Need.NOT_ASKED),
    Right(f"{PLAN}read", "to fail a recovery plan back", EVERYBODY, Need.USEFUL),
    Right(f"{FABRIC}replicationRecoveryServicesProviders/read", "to see the Hyper-V hosts", EVERYBODY, Need.USEFUL),
    Right(
        "Microsoft.Compute/virtualMachines/read",
        "to compare the Azure VMs with the vault, and to prove what the commit deletes",
        (*THEM, Duty.DRILL),
        Need.USEFUL,
    ),
    Right(
        "Microsoft.Compute/disks/read",
        "to see the disks of the Azure VMs, and whether they are gone",
        (*THEM, Duty.DRILL),
        Need.USEFUL,
    ),
    Right(
        "Microsoft.Network/networkInterfaces/read",
        "to see whether network interfaces are left",
        (*THEM, Duty.DRILL),
        Need.USEFUL,
    ),
    Right(
        "Microsoft.Network/publicIPAddresses/read",
        "to see whether public addresses are left",
        (*THEM, Duty.DRILL),
        Need.USEFUL,
    ),
    Right(
        "Microsoft.Authorization/locks/read",
        "to see locks that keep the commit from deleting",
        THEM,
        Need.USEFUL,
    ),
    Right("Microsoft.Authorization/permissions/read", "to tell which rights are missing", THEM, Need.NOT_ASKED),
    Right(f"{ITEM}recoveryPoints/read", "to find a recovery point", (Duty.DRILL, Duty.TO_AZURE), Need.NOT_ASKED),
    Right(f"{ITEM}testFailover/action", "to start test VMs", (Duty.DRILL,), Need.NOT_ASKED),
    Right(f"{ITEM}testFailoverCleanup/action", "to clean test VMs up", (Duty.DRILL,), Need.NOT_ASKED),
    Right(f"{ITEM}unplannedFailover/action", "to fail over without the host", (Duty.TO_AZURE,), Need.NOT_ASKED),
    Right(f"{ITEM}applyRecoveryPoint/action", "to change the recovery point", (Duty.TO_AZURE,), Need.NOT_ASKED),
    Right(f"{ITEM}repairReplication/action", "to repair a replication", (Duty.TO_AZURE,), Need.NOT_ASKED),
    Right(f"{JOB}cancel/action", "to cancel", (Duty.CANCEL,), Need.NOT_ASKED),
    Right(f"{JOB}restart/action", "to restart a job", (Duty.CANCEL,), Need.NOT_ASKED),
    Right(f"{PLAN}write", "to write a recovery plan", (Duty.PLANS,), Need.NOT_ASKED),
    Right(f"{PLAN}delete", "to delete a recovery plan", (Duty.PLANS,), Need.NOT_ASKED),
    Right(f"{VAULT}certificates/write", "to make a vault key file", (Duty.HOSTS,), Need.NOT_ASKED),
)
OF_STEPS = {
    Step.PLANNED_FAILOVER: Duty.SYNCHRONIZE,
    Step.COMPLETE_FAILOVER: Duty.CUT_OVER,
    Step.COMMIT_FAILOVER: Duty.COMMIT,
    Step.REVERSE_REPLICATION: Duty.COMMIT,
}
ENDS = {  # how far a run goes, and the steps of it by their duties
    "nothing": (),
    "synchronized": (Duty.SYNCHRONIZE,),
    "cut_over": (Duty.SYNCHRONIZE, Duty.CUT_OVER),
    "protected": (Duty.SYNCHRONIZE, Duty.CUT_OVER, Duty.COMMIT),
}


@dataclass(frozen=True)
class Ahead:
    """The duties that a run takes `now`, and those of steps that come `later`, after its end."""

    now: frozenset[Duty] = frozenset(OF_A_FAILBACK)
    later: frozenset[Duty] = frozenset()

    def word(self, duty: Duty) -> str:
        return "now" if duty in self.now else "later" if duty in self.later else "no"


WHOLE_WAY = Ahead()


def ahead(paths: Iterable[Sequence[Step]], until: str, *, at_gate: bool = True) -> Ahead:
    """What is ahead of a run that ends at `until` (see ENDS), by the steps that are left for each of its items.

    An item without steps is at its goal, or nobody knows yet what is left: then all of a failback is. `at_gate`: whether somebody
    has still to go through the gate. Where nobody has, a run that ends there does not: it goes on.
    """
    left = [frozenset(OF_STEPS[step] for step in path if step in OF_STEPS) for path in paths]
    steps = frozenset().union(*left) if left and all(left) else frozenset(ENDS["protected"])
    end = "protected" if until == "synchronized" and not at_gate else until
    now = steps & frozenset(ENDS[end])
    return Ahead(now | {Duty.LOOK, Duty.PREFLIGHT}, steps - now)


def needed(duties: Collection[Duty]) -> dict[str, str]:
    """What a failback cannot go without, of these duties: actions with what each is for."""
    rights = (right for right in RIGHTS if right.failback is Need.NEEDED)
    return {right.action: right.purpose for right in rights if any(duty in right.duties for duty in duties)}


USEFUL = {right.action: right.purpose for right in RIGHTS if right.failback is Need.USEFUL}


def actions_of(duty: Duty) -> list[str]:
    """All actions of a duty, in the order of the table."""
    return [right.action for right in RIGHTS if duty in right.duties]


def duties_told(permissions: Iterable[object], way: Ahead = WHOLE_WAY) -> list[DutyEntry]:
    """For each duty whether the caller may do it, by what the vault tells of its permissions, what is missing, and whether it is
    needed.

    Rights on what is beside the vault are given elsewhere, so nothing is said of them.
    """
    known = list(permissions)
    lacking = {
        duty: [one for one in actions_of(duty) if one.startswith(VAULT) and not granted(one, known)] for duty in Duty
    }
    return [
        {"duty": duty.value, "allowed": not lacks, "missing": lacks, "needed": way.word(duty)}
        for duty, lacks in lacking.items()
    ]


def granted(action: str, permissions: Iterable[object]) -> bool:
    """Whether one of the caller's permissions has the action and does not take it away again."""
    return any(
        named(action, texts(one, "actions")) and not named(action, texts(one, "notActions")) for one in permissions
    )


def named(action: str, patterns: Iterable[str]) -> bool:
    """Whether a list of actions with wildcards names this one."""
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)


def missing(wanted: Mapping[str, str], permissions: Iterable[object]) -> dict[str, str]:
    """Those of the wanted actions that are not granted, with what each is for."""
    known = list(permissions)
    return {action: purpose for action, purpose in wanted.items() if not granted(action, known)}


def person_in(claims: Json) -> str:
    """The name of the person whose token has these claims; empty for an application, and where the token does not tell.

    `idtyp` is optional; a token that a person got has scopes, and mostly a name (Microsoft's reference of access tokens).
    """
    if str(claims.get("idtyp", "")).lower() == "app":
        return ""
    name = next(
        (str(claims[key]) for key in ("upn", "preferred_username", "unique_name", "email") if claims.get(key)), ""
    )
    is_person = str(claims.get("idtyp", "")).lower() == "user" or bool(name) or bool(claims.get("scp"))
    return (name or "a person") if is_person else ""
