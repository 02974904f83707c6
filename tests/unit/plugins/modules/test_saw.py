# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A preflight keeps what it saw: the same estate gives the same fingerprint, and what has changed is named by fact."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from azure.core.rest import HttpRequest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._glue.azure_side import EVIDENCE_OPTIONS
from ansible_collections.asr.hyperv.plugins.module_utils._glue.readiness import read
from ansible_collections.asr.hyperv.plugins.module_utils._preflight import vault_checks
from ansible_collections.asr.hyperv.plugins.module_utils._roles.freshness import changes
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import ServiceError
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils._preflight.test_readiness import about
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.runs import a_module
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Response, Service


def answer(service: Service, host: dict[str, Any], **options) -> dict[str, Any]:
    usual = {name: option["default"] for name, option in EVIDENCE_OPTIONS.items()}
    usual |= {"protected_items": None, "groups": None, "recovery_plan": "plan1", "data_sync": "auto"}
    usual |= {
        "hosts": [host],
        "hosts_since": None,
        "assume": {},
        "moment": "preflight",
        "domain_controllers": [],
        "needs_hosts": False,
        "until": "protected",
    }
    return read(a_module(params={**usual, **options}), service.vault)


def without_permissions(status: int) -> Service:
    """A vault that answers with this status when it is asked what the caller may do."""
    service = Service(vault("app01"), retries=0)

    def twist(request: HttpRequest, ask: Callable[..., Any]) -> Response:
        no = json.dumps({"error": {"code": "Refused", "message": "no"}}).encode()
        told = Response(request, status, {"Content-Type": "application/json"}, no)
        return told if "permissions" in request.url else ask(request)

    service.core.twist = twist
    return service


def test_a_plan_larger_than_documented_is_judged_with_a_warning(monkeypatch):
    monkeypatch.setattr(vault_checks, "PLAN_GROUPS", 1)  # the simulator makes no plan of more than 7
    told = answer(Service(vault("app01", "web01")), {"name": "hv01", "hyperv_host": about()})
    found = next(one for one in told["findings"] if one["check"] == "plan_limits")
    assert found["level"] == "warning" and found["message"] == "the recovery plan plan1 has 2 groups, 1 are supported"
    assert len(told["verdicts"]) == 2


@pytest.mark.parametrize("status", [403, 404])
def test_permissions_that_may_not_be_read_are_not_checked(status):
    service = without_permissions(status)
    told = answer(service, {"name": "hv01", "hyperv_host": about()})
    assert "rights_known" in [one["check"] for one in told["findings"]]
    assert told["duties"] == []


def test_permissions_that_the_service_fails_to_tell_are_an_error_and_no_missing_right():
    service = without_permissions(500)
    with pytest.raises(ServiceError, match="Cannot read the caller's permissions"):
        answer(service, {"name": "hv01", "hyperv_host": about()})


def test_what_changes_is_named_and_what_changes_by_itself_is_not():
    service = Service(vault("app01 web01"))
    vm_id = next(item.vm_id for item in service.vault.items.list() if item.friendly_name == "app01")
    own = {
        "id": vm_id.upper(),
        "name": "app01",
        "state": "stopped",
        "checkpoints": [],
        "disks": [],
        "network_adapters": [],
    }
    host = {"name": "hv01", "hyperv_host": about(), "vms": [own]}
    first = answer(service, host)
    service.clock.sleep(600)
    fuller = deepcopy(host)
    for volume in fuller["hyperv_host"]["volumes"]:
        volume["free_bytes"] -= 1024**3
    again = answer(service, fuller)
    assert (changes(first["saw"], again["saw"]), again["fingerprint"]) == ([], first["fingerprint"])

    other = deepcopy(host)
    other["hyperv_host"]["virtual_switches"] = []
    other["vms"][0]["checkpoints"] = ["backup"]
    later = answer(service, other, data_sync="before_failover")
    assert later["fingerprint"] != first["fingerprint"]
    told = changes(first["saw"], later["saw"])
    assert [one.partition(":")[0] for one in told] == ["option data_sync", "switches of hv01", "checkpoints of app01"]
    assert told[-1] == "checkpoints of app01: none -> backup"
