# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An option in a message is called as the reader has to write it: in a role, with the beginning of the role."""

from __future__ import annotations

import ast
import re

import pytest

from ansible_collections.asr.hyperv.plugins.filter.as_written import as_written
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.specs import HERE, specs

ROWS = [
    ("Set create_vm_if_missing: true.", "Set failback_create_vm_if_missing: true."),
    ("alternate_host: 'hv9' is no host", "failback_alternate_host: 'hv9' is no host"),
    ("Register it (role alternate_host).", "Register it (role alternate_host)."),
    ("set failback_data_sync, not data_sync", "set failback_data_sync, not failback_data_sync"),
    ("orchestration: native is not possible", "failback_orchestration: native is not possible"),
    ("name app in data_sync (failback_data_sync of the role)", "name app in failback_data_sync"),
    ("an orchestration of its own", "an orchestration of its own"),
    ("not protected after 60 s (wait_timeout)", "not protected after 60 s (failback_wave_timeout)"),
    ("optional_items names 'x'", "failback_optional names 'x'"),
    ("there is no plan 'data_sync'", "there is no plan 'data_sync'"),
    ("recovery_plan: there is no plan 'p'", "failback_recovery_plan: there is no plan 'p'"),
    ({"a": ["data_sync is required", 3]}, {"a": ["failback_data_sync is required", 3]}),
]


@pytest.mark.parametrize(("said", "written"), ROWS)
def test_options_of_modules_are_called_as_the_role_has_them(said, written):
    assert as_written(said, "failback", "failback_wave_timeout") == written


def messages():
    """Every text with blanks in it that the code of the Azure side may show to somebody."""
    for room in ("_service", "_lifecycle", "_wish", "_run", "_engine", "_preflight", "_azure", "_glue"):
        for path in (HERE / "plugins" / "module_utils" / room).glob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            documented = {
                id(node.body[0].value)
                for node in ast.walk(tree)
                if isinstance(node, (ast.Module, ast.FunctionDef, ast.ClassDef))
                and node.body
                and isinstance(node.body[0], ast.Expr)
            }
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and " " in node.value
                    and id(node) not in documented
                ):
                    yield node.value


@pytest.mark.parametrize("role", ["failback", "preflight"])
def test_no_message_of_a_module_tells_the_reader_of_a_role_to_set_what_the_role_does_not_read(role):
    options = {name.removeprefix(f"{role}_") for name in specs(role)}
    bare = re.compile(
        rf"(?<![\w.'/-])(?<!role )(?:{'|'.join(sorted(one for one in options if '_' in one))})(?![\w'/-])"
    )
    found = list(messages())
    assert len([text for text in found if bare.search(text)]) > 10
    assert [text for text in found if bare.search(str(as_written(text, role)))] == []


@pytest.mark.parametrize("key", ["check", "code"])
def test_what_programs_go_by_stays_though_an_option_is_called_alike(key):
    finding = {key: "cluster_role", "message": "Set cluster_role."}
    assert as_written([finding], "failback") == [{key: "cluster_role", "message": "Set failback_cluster_role."}]
