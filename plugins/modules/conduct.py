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
  - Moves the VMs of a run with M(asr.hyperv.failback), looks at their hosts side by side, and comes back when a hook, a check of
    the user, or the end needs a task. It is an action of the control node and has no module.
  - Only the role P(asr.hyperv.failback#role) uses it. Its options and answers may change at any time without notice.
author: asr.hyperv contributors (@asr-hyperv)
extends_documentation_fragment:
  - asr.hyperv.attributes
  - asr.hyperv.attributes.vault
  - asr.hyperv.attributes.moving
  - asr.hyperv.vault
options:
  state:
    description: Whether the run is opened, advanced to where it needs a task, or only told.
    type: str
    choices: [opened, advanced, told]
    default: advanced
  waves:
    description: The waves of a run that is opened.
    type: list
    elements: list
  wishes:
    description: What is asked for.
    type: dict
  why:
    description: Who does not go from the start, by kind and name.
    type: dict
  recorded:
    description: The results of an earlier validation.
    type: list
    elements: dict
  outcomes:
    description: What became of hooks and checks since the last turn.
    type: list
    elements: dict
  plan:
    description: The recovery plan whose operations may be used.
    type: str
    default: ""
  options:
    description: Options of M(asr.hyperv.failback) that every call has.
    type: dict
    default: {}
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
run:
  description: The whole value.
  returned: when the run was told
  type: dict
"""
