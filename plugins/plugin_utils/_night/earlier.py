# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""What earlier runs have written, read from files of the control node: the last report, a preflight, a validation."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._night.book import option
from ansible_collections.asr.hyperv.plugins.module_utils._roles.freshness import stale
from ansible_collections.asr.hyperv.plugins.module_utils._roles.story import remembered
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.night_shapes import Book
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.role_shapes import Report
from ansible_collections.asr.hyperv.plugins.module_utils._shapes.shapes import Json
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.places import distrust, own_file
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.surroundings import Failed

WITHOUT_REPORT = (
    "failback_preflight_max_age needs a preflight of before. Give failback_preflight_report, the path that asr.hyperv.preflight "
    "had as preflight_report, or leave failback_preflight_max_age out."
)


def read_json(path: str) -> Any:
    """What a file has. Raises OSError and ValueError."""
    with open(os.path.realpath(path), encoding="utf-8") as file:
        return json.load(file)


def last_report(option_value: str, plan: str) -> Report:
    """The report of the run before; empty where there is none. It is relied on, so it has to be ours. Raises Failed."""
    path = f"{option_value}.json"
    if not option_value or not os.path.isfile(os.path.realpath(path)):
        return {}
    there = f"failback_report: '{path}' is there, and"
    if why := distrust(own_file(path)):
        move = "Move it away, or give a path in a folder that is yours."
        raise Failed({"msg": f"{there} {why}, so it may not be what the run before wrote. {move} Nothing was started."})
    try:
        found: Report = read_json(path)
        remembered(found, plan)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BadInput) as error:
        move = "Move it away, or give another path."
        raise Failed(
            {"msg": f"{there} is no report of this role that can be read. {move} Nothing was started."}
        ) from error
    return found or {}


def relied_on(book: Book, at: str) -> Json:
    """The preflight of before that this run relies on; empty where it is asked for none. Raises Failed."""
    path, age = option(book, "preflight_report"), int(option(book, "preflight_max_age"))
    if not path and age < 0:
        return {}
    if not path:
        raise Failed({"msg": WITHOUT_REPORT})
    try:
        found: Json = read_json(f"{path}.json")
    except (OSError, ValueError):
        found = {}
    if why := stale(found, at, age, option(book, "recovery_plan")):
        again = "Run asr.hyperv.preflight again for this run. Nothing was started."
        raise Failed({"msg": f"failback_preflight_report: {why}. {again}"})
    return found
