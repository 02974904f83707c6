# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the modules that move protected items: which items, how long to wait, how to synchronize."""

from __future__ import annotations


class ModuleDocFragment:
    """Twinned with TARGET_OPTIONS, WAIT_OPTIONS, SYNC_OPTIONS, BOUND_OPTION, EVIDENCE_OPTIONS and GOAL_OPTIONS of the
    module glue."""

    DOCUMENTATION = r"""
options:
  protected_items:
    description:
      - The protected items to work on, each by name, friendly name (the name of the VM) or ARM id.
      - They form one group, without an order among them.
      - Give this, O(groups) or O(recovery_plan), one of the three.
    type: list
    elements: str
  recovery_plan:
    description:
      - The recovery plan whose members to work on.
      - The members go one by one, so that each can have its own data synchronization; the groups of the plan
        cut over in their order. A group is cut over when every member of the groups before it runs on-premises.
      - Give this, O(groups) or O(protected_items), one of the three.
    type: str
  groups:
    description:
      - Groups of protected items, each a list of names, friendly names or ARM ids, that cut over in the given order, as the
        groups of a recovery plan do. They need no plan in the vault.
      - Give this, O(protected_items) or O(recovery_plan), one of the three.
    type: list
    elements: list
"""

    WAIT = r"""
options:
  wait:
    description:
      - Whether to wait until every protected item is where it was asked to be.
      - With V(false) the next legal step of each item is sent and the module ends; run it again to continue.
    type: bool
    default: true
  wait_timeout:
    description:
      - The longest time to wait, in seconds, for all protected items together.
      - When it is over the module fails and says where every item stands. Nothing is cancelled by that; running again resumes.
    type: int
    default: 86400
  poll_interval:
    description:
      - Seconds between two looks at the jobs of the vault. One look is one list call for all items.
      - A C(Retry-After) of the service is honoured on top of it.
    type: float
    default: 10.0
  on_error:
    description:
      - What happens to the other protected items when one fails.
      - With V(continue) they go on; only what comes after the failed one in the order of the groups waits.
      - With V(stop) nothing new is started. An item that is being cut over, committed or protected again is seen through to
        the end of that step; every other one is left where it stands.
      - Either way the module fails in the end and says where each item stands; running again continues with the unfinished ones.
    type: str
    choices: [continue, stop]
    default: continue
  max_failures:
    description:
      - With O(on_error=continue), how many failed items are tolerated. As soon as more have failed, nothing new is started.
      - With V(-1) any number is tolerated.
    type: int
    default: -1
  max_concurrent:
    description:
      - How many protected items may be in the cutover at the same time, from the shutdown in Azure to the start on-premises.
      - With V(-1) there is no limit but the order of the groups.
    type: int
    default: -1
  optional_items:
    description:
      - Names of protected items that are not critical. When one fails, later groups do not wait for it, it does not count for
        O(max_failures), and the module does not fail for it; its C(error) and C(at_goal) tell.
    type: list
    elements: str
    default: []
  estimates:
    description:
      - By ARM id of an item C(synchronize_seconds) and C(outage_seconds), as C(estimate) in the verdicts of
        M(asr.hyperv.readiness_info). While the module waits for a failback, its line says until when that lasts. Nothing else is
        done with them.
    type: dict
    default: {}
  heartbeat:
    description:
      - After how many seconds without a line of progress a line says what is waited for. It has how many items stand where and
        since when, those that take longest first, and until when by the O(estimates).
    type: int
    default: 60
"""

    BOUND = r"""
options:
  cut_over_within:
    description:
      - The longest time, in seconds, between the start of this call and the moment that a cutover of it is accepted.
      - For whoever has looked at the Hyper-V hosts right before the call. When the service sends everybody away for hours, or
        others have to be cut over first, what was seen is old. Such an item fails with the code C(LookedTooLongAgo), its VM in
        Azure still runs, and the next run looks again.
      - With V(-1) there is no limit but O(wait_timeout).
    type: int
    default: -1
"""

    EVIDENCE = r"""
options:
  accept_unprotected_disks:
    description:
      - Names of protected items whose Azure VM may be deleted with a disk that does not come home, because the vault does not
        have it or has it smaller than it is.
      - Without the name such an item is held uncommitted, and both places are named. A warning says so where it is accepted.
    type: list
    elements: str
    default: []
  accept_changed_azure_vm:
    description:
      - Names of protected items whose Azure VM may be deleted although it is not where or what the vault says, is in another
        subscription, lacks a disk, or was started or changed since the cutover.
      - Without the name such an item is held uncommitted.
      - What an earlier commit has left in Azure of an item that is home is not told any more when the item is named here.
    type: list
    elements: str
    default: []
  require_evidence:
    description:
      - Whether an item is held uncommitted as well when the caller may not read what its commit deletes.
      - With V(false) that is a warning. What cannot be read for a reason that may pass is asked for again either way, until
        the limit of the run, and is never committed.
    type: bool
    default: false
"""

    POINT = r"""
options:
  recovery_point:
    description:
      - The moment that the VM in Azure starts from.
      - V(latest) takes the data that the host sent last, and makes a recovery point of them first. V(latest_processed) is the
        newest recovery point, which is quicker. V(latest_app_consistent) is the newest that was made with the applications'
        help. Else the name or ARM id of a recovery point.
    type: str
    default: latest
"""

    SYNC = r"""
options:
  data_sync:
    description:
      - How the data gets home. Required when a failback has to start; there is no silent default.
      - V(before_failover) copies the differences while the VM in Azure still runs, stops at the gate, and then has a short
        outage. The service calls it C(ForDownTime).
      - V(during_failover) shuts the VM in Azure down at once and downloads its disks in full. It has a long outage and no gate.
        The service calls it C(ForSynchronization).
      - V(auto) takes V(during_failover) for an item that has run in Azure for 30 days or more or whose on-premises VM is gone,
        else V(before_failover), and says why in the result.
    type: str
    choices: [before_failover, during_failover, auto]
  create_vm_if_missing:
    description:
      - Whether an on-premises VM that is gone may be created anew on the host it was on.
      - With V(false) such an item is refused before anything is started.
    type: bool
    default: false
  alternate_host:
    description:
      - The Hyper-V host to come home to instead of the own one, by its full name, the first part of it, or the id of its
        provider. A VM that is not there is created there.
      - Of two registrations of one host the only connected one is taken, with a warning that names the other.
      - It has to be registered in the same Hyper-V site and connected, and to have virtual switches of the same names as the old
        host; the role P(asr.hyperv.alternate_host#role) prepares it.
      - V(data_sync=auto) takes V(before_failover) then. With VMM it is refused, because VMM places the VM itself.
      - For an item whose failback runs already it changes nothing.
    type: str
  item_options:
    description: What is different for single items of the run.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: The protected item, by name, friendly name or ARM id.
        type: str
        required: true
      data_sync:
        description: As O(data_sync), for this item.
        type: str
        choices: [before_failover, during_failover, auto]
      create_vm_if_missing:
        description: As O(create_vm_if_missing), for this item.
        type: bool
      alternate_host:
        description: As O(alternate_host), for this item.
        type: str
"""

    PLAN = r"""
options:
  orchestration:
    description:
      - How a recovery plan goes.
      - V(native) - by the plan's own operations. The service keeps the order of the groups, stops at the first error and asks
        for the manual actions of the plan. All members have one data synchronization, stand at the same point, and go to
        their own hosts.
      - V(itemwise) - every member by itself, the groups in their order. No action of the plan is run. It is refused while a job
        of the plan synchronizes or waits at the gate, since that job cuts over all of its members at once.
      - V(auto) - V(native) for a plan that has manual actions on the way home, or a job of its own under way, where that is
        possible; else V(itemwise).
        The result says why.
      - When one of the members fails, the next run goes on with each member by itself.
      - What cannot be is refused before anything is started, with the C(code) C(OrchestrationNotPossible).
    type: str
    choices: [auto, native, itemwise]
    default: auto
  manual_actions:
    description:
      - What to do when the job of a plan waits for a manual action.
      - V(wait) - wait until somebody has done it and resumed the job, in the portal or with M(asr.hyperv.job).
      - V(stop) - fail with what is to be done, and with the job. The job waits on; run again to go on.
    type: str
    choices: [wait, stop]
    default: wait
  share:
    description:
      - How many percent of the protected items have to be in O(state) for the module to end well. When so many are, it ends; the
        others are under way still, with C(at_goal=false) and a warning, and running again goes on with them.
      - Those of O(optional_items) count only when there are no others. An item that failed fails the module as ever.
      - It has no meaning with O(wait=false).
    type: float
    default: 100
"""

    GOALS = r"""
options:
  goals:
    description:
      - The state that each item is to reach, for whoever decides item by item. Give this or O(state).
      - An item that has no entry stays where it is and is only read as the call begins. Later groups count it as left behind, and
        one that stops short of the cutover as well.
      - What speaks against the goal of an item is the C(error) of that item alone, with the code C(NotPossible). With O(state) it
        refuses the whole call.
      - A recovery plan goes by its own operations only where all of its members have the same goal.
    type: list
    elements: dict
    suboptions:
      name:
        description: The protected item, by name, friendly name or ARM id.
        type: str
        required: true
        aliases: [id]
      state:
        description: The state to reach, as in O(state).
        type: str
        required: true
        choices: [synchronized, cut_over, committed, replicating, protected]
      due:
        description:
          - Whether a call with O(until=due) ends when the item is there.
          - By default every state does that but V(protected), after which nothing is left to do.
        type: bool
  until:
    description:
      - When the module ends well.
      - V(goal) - every item is where it was asked to be.
      - V(due) - as soon as the caller is needed, after the look at the vault that showed it. An item has reached its goal, has
        failed, or waits for one that stays away; or nothing is left that could move. The others go on in the service, and the
        next call finds them where they are then. They have no C(error), and C(at_goal) is V(false).
    type: str
    choices: [goal, due]
    default: goal
  recall:
    description:
      - A path on the machine where the module runs. As soon as there is a file the module ends as with O(until=due), within half
        a second while it waits, else when the steps that are due have been sent and noted. While a step may or may not have been
        accepted it stays until that is known.
      - A file that is there from the start makes it one round, in which the items are read and what is due is sent.
    type: path
  seen:
    description:
      - What earlier calls of the same run have answered, for a run that consists of many calls. Entries of RV(protected_items) as
        they were, the newest of each item; C(id) and C(phase) are needed, C(timings), C(deletes) and C(azure_vm) are worth
        giving.
      - Where an item stands is asked of the vault all the same. But a step whose job was just made is known then, so that nothing
        waits for its name, nothing is sent again where a list lags behind, and a step that has ended since is told with its end.
    type: list
    elements: dict
    default: []
"""
