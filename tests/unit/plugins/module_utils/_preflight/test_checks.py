# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of checks is what is checked: each row has a case, and the case fails when the row is taken out."""

from __future__ import annotations

from functools import partial

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.phases import Phase
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.capacity import loads_of, of_capacity
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.checks import CHECKS, ROWS
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.readiness import of_principal, of_rights
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.retirement_checks import of_retirements
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.rights import Ahead, Duty
from ansible_collections.asr.hyperv.plugins.module_utils._preflight.vault_checks import (
    of_actions,
    of_domain_controller,
    of_limits,
    of_plan,
    of_provider,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._preflight.test_azure_checks import (
    CASES as OF_AZURE,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._preflight.test_capacity import FACTS, arrival
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._preflight.test_capacity import (
    SITUATIONS as CAPACITY,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._preflight.test_cluster_checks import (
    SITUATIONS as CLUSTERS,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._preflight.test_on_premises import SITUATIONS
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._preflight.test_readiness import (
    FINDINGS,
    about,
    verdict,
)
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._run.test_orchestration import SCRIPTED
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import NOW, item


def told(findings):
    return [finding.told() for finding in findings]


def judged(special):
    return verdict(**special)["findings"]


def of_case(case):
    return told(case())


def tight():
    coming = [arrival("vm1", 8, 1, 1), arrival("vm2", 16, 1, 1)]
    return told(of_capacity("hv01", FACTS, coming[0], loads_of((FACTS, one) for one in coming)))


CASES = (
    {check: partial(judged, special) for special, _level, check, _words in FINDINGS}
    | {check: partial(judged, {"host": about(), **special}) for special, _level, check, _words in SITUATIONS}
    | {check: partial(judged, {"host": about(), **special}) for special, check, _words in (*CLUSTERS, *CAPACITY)}
    | {
        "memory_tight": tight,
        "rights": lambda: told(of_rights([])),
        "rights_later": lambda: told(of_rights([], Ahead(frozenset(), frozenset({Duty.COMMIT})))),
        "rights_useful": lambda: told(of_rights([])),
        "rights_known": lambda: told(of_rights(None)),
        "principal": lambda: told(of_principal({"upn": "op@contoso.example"})),
        "plan_limits": lambda: told(of_plan("big", [[item()] * 101])),
        "plan_actions": lambda: told(of_actions(SCRIPTED)),
        "provider_known": lambda: told(of_provider(None, NOW)),
        "disks": lambda: told(of_limits(item(disks=[None] * 18))),
        "azure_size_retired": lambda: told(of_retirements(item(azure_vm_size="Standard_NV12s_v3"), None, NOW)),
        "azure_size_retires": lambda: told(of_retirements(item(azure_vm_size="Standard_A1_v2"), None, NOW)),
        "azure_unmanaged_disks": lambda: told(of_retirements(item(use_managed_disks=False), None, NOW)),
        "domain_controller": lambda: told(of_domain_controller("dc01")),
        "vmm": lambda: judged({"site_kind": "VmmFabric"}),
        "inconsistent": lambda: judged({"phase": Phase.INCONSISTENT}),
        "jobs": lambda: judged({"phase": Phase.BUSY}),
        **{check: partial(of_case, case) for check, case in OF_AZURE.items()},
    }
)


def test_names_are_used_once():
    assert len(CHECKS) == len(ROWS)


def test_each_row_has_a_case():
    assert set(CASES) == set(CHECKS)


@pytest.mark.parametrize("check", sorted(CHECKS))
def test_a_case_finds_what_its_row_is_about_and_nothing_when_the_row_is_taken_out(check, monkeypatch):
    found = [one for one in CASES[check]() if one["check"] == check]
    assert found, f"the case of {check} finds nothing"
    assert {one["level"] for one in found} == {CHECKS[check].level.word}
    assert all(one["message"] and one["remedy"] for one in found)
    monkeypatch.delitem(CHECKS, check)
    assert check not in [one["check"] for one in CASES[check]()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_says_when_who_and_what_to_do(row):
    assert row.what
    assert row.moments
    assert row.asks
    assert row.remedy.endswith(".")
