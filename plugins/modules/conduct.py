#!/usr/bin/python

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The documentation of an action: all of it runs on the control node, in plugins/action/.

from __future__ import annotations

DOCUMENTATION = r"""
---
module: conduct
short_description: Drive a run of the role failback (internal)
version_added: 0.1.0
description:
  - Reads what there is to know before a run, moves its VMs with M(asr.hyperv.failback), looks at their hosts side by side,
    comes back when a hook or a check of the user needs a task, and tells the end. It is an action of the control node and
    has no module.
  - Only the role P(asr.hyperv.failback#role) uses it. Its options and answers may change at any time without notice.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.moving
  - asr.hyperv.vault
options:
  state:
    description:
      - The step of the run. All that is known of it is kept from one to the next in the folder of this call of ansible-playbook.
      - V(begun) - the options of the role were looked at.
      - V(read) - it is known who is in it, in which order, and what the last report and the vault remember.
      - V(opened) - the verdict of the preflight, if there is one, is taken, and what has to be done can begin.
      - V(advanced) - all has been done up to where a task is needed.
      - V(broke) - it is noted what went wrong.
      - V(closed) - the reports are written, and everybody is told how it ended.
    type: str
    choices: [begun, read, opened, advanced, broke, closed]
    default: advanced
  outcomes:
    description: What became of hooks and checks since the last turn.
    type: list
    elements: dict
  failure:
    description: The result of the task with which the run broke off.
    type: dict
attributes:
  idempotent:
    support: full
"""

EXAMPLES = r"""
- name: Go on to where a task is needed
  asr.hyperv.conduct:
  register: turn
"""

RETURN = r"""
preflight:
  description: The variables for the role preflight, empty where it is not asked.
  returned: when all was read
  type: dict
turns:
  description: The numbers of the turns of one round, empty where nothing is to be done.
  returned: when the run was opened
  type: list
  elements: int
turn:
  description: Which turn it was. What becomes of hooks and checks is noted with it.
  returned: when the run was advanced
  type: list
  elements: raw
next:
  description: The task file that is needed, C(over) at the end.
  returned: when the run was advanced
  type: str
  sample: hook
due:
  description: For whom it is needed, one entry for each time.
  returned: when the run was advanced
  type: list
  elements: dict
phases:
  description: How many VMs stand where.
  returned: when the run was advanced
  type: dict
  sample: {protected: 2, cutting_over: 1}
failure:
  description: Why the play is to fail, a line for each VM. Empty when all is well.
  returned: when the run was closed
  type: str
msg:
  description: What was said to people, or why the step failed.
  returned: when something was said
  type: raw
"""
