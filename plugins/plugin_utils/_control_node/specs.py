# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""The argument specifications of the roles and playbooks of this collection: the one source of all that is known."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from ansible_collections.asr.hyperv.plugins.module_utils._roles import names
from ansible_collections.asr.hyperv.plugins.module_utils._roles.options import OptionSpec

HERE = Path(__file__).resolve().parents[3]
OTHERS = {"failback": {"optional_items": "failback_optional", "orchestration:": "failback_orchestration:"}}
OF_PLAYBOOKS = HERE / "playbooks" / "vars" / "argument_specs.yml"


@lru_cache
def texts() -> dict[str, str]:
    """By name of a role what its specification says, and that of the playbooks under an empty name."""
    files = {path.parents[1].name: path for path in sorted(HERE.glob("roles/*/meta/argument_specs.yml"))}
    return {name: path.read_text(encoding="utf-8") for name, path in {**files, "": OF_PLAYBOOKS}.items()}


@lru_cache
def known_names() -> frozenset[str]:
    """Every variable that a role or playbook of this collection reads, sets or hands to tasks of a user."""
    return frozenset().union(*(names.mentioned(text) for text in texts().values()))


@lru_cache
def specs(of: str) -> dict[str, OptionSpec]:
    """The options of a role, or of a playbook."""
    role = of in texts()
    found = yaml.safe_load(texts()[of if role else ""])["argument_specs"]["main" if role else of]
    options: dict[str, OptionSpec] = found.get("options", {})
    return options


def as_written(value: object, role: str, timeout: str = "") -> object:
    """Data whose texts call options as the reader of a role has to write them; `timeout`: what wait_timeout is called there."""
    others = {**OTHERS.get(role, {}), **({"wait_timeout": timeout} if timeout else {})}
    return names.as_written(value, role, list(specs(role)), others)
