# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of the modules that move protected items: which items, how long to wait, how to synchronize."""

from __future__ import annotations


class ModuleDocFragment:
    """Twinned with TARGET_OPTIONS, WAIT_OPTIONS and SYNC_OPTIONS of the module glue."""

    DOCUMENTATION = r"""
options:
  protected_items:
    description:
      - The protected items to work on, each by name, friendly name (the name of the VM) or ARM id.
      - They form one group, without an order among them.
      - Give this or O(recovery_plan), not both.
    type: list
    elements: str
  recovery_plan:
    description:
      - The recovery plan whose members to work on.
      - The members are failed back one by one, so that each can have its own data synchronization; the groups of the plan
        cut over in their order. A group is cut over when every member of the groups before it runs on-premises.
      - Give this or O(protected_items), not both.
    type: str
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
      - Without it any number is tolerated.
    type: int
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
"""
