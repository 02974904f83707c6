# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is seen at home during a failback: nodes of a cluster, and its name, which is none of them."""

from __future__ import annotations

from typing import Any

from ansible_collections.asr.hyperv.plugins.module_utils._night.standing import entries_of
from ansible_collections.asr.hyperv.plugins.module_utils._roles.asking import Group
from ansible_collections.asr.hyperv.plugins.module_utils._roles.validation import validate
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.errands import Errands
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.inspecting import Inspection
from ansible_collections.asr.hyperv.plugins.plugin_utils._night.lookout import JUDGEMENT, Lookout, look_of
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.nights import opened

ITEM: Any = {"name": "web01", "id": "/web01", "vm_id": "1"}
NODES = ("node1", "node2")
GROUP = Group([{"host": name, "name": name} for name in NODES])


def told(host, cluster="CLU01", **more):
    """What a host tells."""
    return {"inventory": host, "name": host, "machine": f"id of {host}", "cluster": cluster, "vms": [], **more}


def judged(*looks, group=GROUP):
    (found,) = validate([ITEM], [look_of(one) for one in looks], {}, [], group)
    return found


def test_a_vm_that_no_node_has_right_now_may_be_on_its_way_and_is_asked_for_again():
    assert judged(*map(told, NODES))["ask"] == list(NODES)
    assert judged(*(told(name, cluster="") for name in NODES))["ask"] == []


def test_the_name_of_a_cluster_is_no_place_that_has_been_looked_at():
    found = judged(told("clu01"), group=Group([{"host": "clu01", "name": "clu01"}]))
    assert found["state"] == "unknown" and "whose nodes only the preflight finds out" in found["problems"][0]


def test_where_many_cannot_be_judged_together_nobody_is_held_for_it_before_he_was_judged_alone():
    run = opened(["a", "b"], now=0.0, looks=True, sightings=[told("hv01")])
    nobody: Any = None
    lookout = Lookout(nobody, nobody, Errands(), {})
    for number, member in enumerate(entries_of(run)):
        one = Inspection(number, [member], run, ["hv01"], 1)
        one.judging = True
        lookout.inspections[one.key] = one
    failed = {"failed": True, "msg": "there is no protected item '/b'"}
    assert lookout.take(run, JUDGEMENT, failed) == run
    first, second = list(lookout.inspections.values())
    assert (first.judging, first.alone, second.judging, second.alone) == (False, True, False, True)
    first.judging = True
    good = {"verdicts": [{"id": "/a", "verdict": "ready", "findings": []}]}
    run = lookout.take(run, JUDGEMENT, good)
    assert list(run["looked"]) == ["/a"] and list(lookout.inspections.values()) == [second]
    second.judging = True
    run = lookout.take(run, JUDGEMENT, failed)
    (held,) = run["why"]["held"].values()
    assert "no protected item" in held and not lookout.inspections
