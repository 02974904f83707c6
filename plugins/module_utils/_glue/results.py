# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What goes between a module and Ansible, in Ansible's own types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Result = dict[str, Any]  # the keyword arguments of exit_json and fail_json: JSON, which RETURN tells of
Params = Mapping[str, Any]  # options, which Ansible has checked by their spec
Spec = dict[str, dict[str, Any]]  # options as AnsibleModule wants them
