# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several things of a resource group are one list, and a list is believed only in what it shows."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("jsonschema")  # the simulator's
pytest.importorskip("azure.mgmt.recoveryservicessiterecovery")

from ansible_collections.asr.hyperv.plugins.module_utils._engine.azure_lists import LIST_FROM, PAGE, AzureLists
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import AccessDenied, ServiceError
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.scenarios import vault
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.simulated_service import Service
from asr_simulator.facts import table as estate

DISKS = "/subscriptions/s/resourceGroups/Rg/providers/Microsoft.Compute/disks"
NAMES = [f"app0{number}" for number in range(1, LIST_FROM + 2)]
LISTED = ("virtualMachines", "disks", "networkInterfaces")


def disks(count: int, group: str = DISKS) -> list[str]:
    return [f"{group}/d{number}" for number in range(count)]


class Lists:
    """Lists that were asked for; `says` is what each answers."""

    def __init__(self, says: Any) -> None:
        self.says = says
        self.asked: list[str] = []
        self.lists = AzureLists(self.read, lambda calls: {key: call() for key, call in calls.items()})

    def read(self, collection: str) -> Any:
        self.asked.append(collection)
        return self.says


@pytest.mark.parametrize(
    ("first", "then", "lists"),
    [
        (LIST_FROM - 1, LIST_FROM - 1, 0),
        (LIST_FROM, LIST_FROM, 2),
        (LIST_FROM, LIST_FROM + 1, 2),
    ],
)
def test_a_list_is_asked_for_where_it_takes_fewer_requests(first, then, lists):
    said = Lists([])
    said.lists.of(disks(first))
    said.lists.of(disks(then))
    assert said.asked == [DISKS] * lists


def test_a_list_of_many_pages_is_not_asked_for_a_few_again():
    said = Lists([{"id": one} for one in disks(PAGE * (LIST_FROM + 2))])
    assert len(said.lists.of(disks(LIST_FROM))) == LIST_FROM
    assert said.lists.of(disks(LIST_FROM)) == {}
    assert len(said.lists.of(disks(LIST_FROM + 2))) == LIST_FROM + 2 and len(said.asked) == 2


def test_each_group_has_its_list_and_only_what_was_asked_for_is_taken_from_it_whatever_its_case():
    said = Lists([{"id": f"{DISKS.upper()}/D1"}, {"id": f"{DISKS}/other"}, None, "x", {}])
    asked = [*disks(LIST_FROM), *disks(LIST_FROM - 1, DISKS.replace("Rg", "rg2"))]
    assert list(said.lists.of(asked)) == [f"{DISKS}/d1".lower()] and said.asked == [DISKS]


@pytest.mark.parametrize(
    ("error", "asked"), [(AccessDenied("list", "no"), 1), (ServiceError("list", "later", status=503), 2)]
)
def test_a_list_that_cannot_be_read_says_nothing_and_a_denied_one_is_not_asked_for_again(error, asked):
    said = Lists(error)
    assert said.lists.of(disks(LIST_FROM)) == {} and said.lists.of(disks(LIST_FROM)) == {}
    assert len(said.asked) == asked


# whole runs


def several(**more) -> Service:
    own = {"managed_disks": True, "disks_gb": [10, 20], "azure_public_ip": True}
    return Service(vault(" ".join(NAMES), vms={name: dict(own) for name in NAMES}, **more))


def reads(service: Service, kind: str) -> tuple[int, int]:
    """How many lists of a kind were asked for, and how many single reads that found something."""
    of_kind = [one for one in service.asked("GET") if f"/{kind.lower()}" in one.path.lower() and one.status == 200]
    lists = [one for one in of_kind if one.path.lower().rstrip("/").endswith(kind.lower())]
    return len(lists), len(of_kind) - len(lists)


def test_the_azure_side_of_several_vms_is_a_list_of_each_kind_and_the_state_of_each_vm():
    service = several()
    assert all(track.phase.value == "protected" for track in service.run(parallel=8))
    assert [reads(service, kind) for kind in LISTED] == [(1, len(NAMES)), (1, 0), (1, 0)]
    gone = [one for one in service.asked("GET") if one.status == 404]
    assert len(gone) == len(NAMES) * 5  # the VM, two disks, interface and address of each, by the id


@pytest.mark.parametrize("kind", LISTED)
@pytest.mark.parametrize(
    ("status", "said"),
    [(200, b'{"value": []}'), (403, b'{"error": {"code": "AuthorizationFailed", "message": "no"}}')],
    ids=["left out", "denied"],
)
def test_what_a_list_leaves_out_or_may_not_be_listed_is_read_by_its_id(kind, status, said):
    service = several()

    def twisted(request, ask):
        answer = ask(request)
        if request.url.partition("?")[0].lower().endswith(f"/{kind.lower()}"):
            answer.status_code, answer._content = status, said
        return answer

    service.core.twist = twisted
    tracks = service.run(parallel=8)
    assert all(track.phase.value == "protected" and track.deletion.proven for track in tracks)
    assert reads(service, kind)[1] >= len(NAMES)


def test_a_disk_that_was_added_after_the_start_is_seen_in_a_list_as_well():
    service = several()
    more = {"added_disks": [{"name": "more", "size_gb": 512}]}
    service.clock.others.append(
        lambda: (
            service.item("app01").row.active == "Primary" and estate.change(service.world, "azure", "app01", dict(more))
        )
    )
    app01, *others = service.run(parallel=8)
    assert "more (512 GB)" in known(app01.problem)["message"] and not any(one.problem for one in others)
