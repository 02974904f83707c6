# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks at Hyper-V hosts side by side: one task on the control node, however many hosts. Internal to the roles."""

from __future__ import annotations

from ansible.plugins.action import ActionBase

from ansible_collections.asr.hyperv.plugins.plugin_utils._hosts.looking import LIMIT, Looking


class ActionModule(ActionBase):
    """See plugins/modules/look_at_hosts.py."""

    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict | None = None) -> dict:
        """One look for each host."""
        result = super().run(tmp, task_vars)
        _checked, args = self.validate_argument_spec(
            {
                "hosts": {"type": "list", "elements": "str", "required": True},
                "ids": {"type": "list", "elements": "str"},
                "details": {"type": "list", "elements": "str"},
                "whole": {"type": "bool", "default": False},
                "at_once": {"type": "int", "default": 0},
                "limit": {"type": "float", "default": LIMIT},
            }
        )
        looking = Looking(self, task_vars or {}, args["at_once"])
        what = {"whole": args["whole"], "limit": args["limit"]}
        result["looks"] = looking.look_at(args["hosts"], args["ids"], args["details"], **what)
        return result
