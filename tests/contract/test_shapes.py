# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shapes of recorded traffic are what the script makes, and say nothing of whose traffic it was."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
BESIDE = HERE.parents[2] / "shared"
RECORDINGS, SPECIFICATION = BESIDE / "recordings", BESIDE / "asr-spec" / "2018-07-10"
GUIDS = [f"{digit * 8}-{digit * 4}-{digit * 4}-{digit * 4}-{digit * 12}" for digit in "abc"]
VAULT = f"/Subscriptions/{GUIDS[0]}/resourceGroups/rg-prod/providers/Microsoft.RecoveryServices/vaults/vault-prod"

found = importlib.util.spec_from_file_location("shapes_of_recordings", HERE / "shapes.py")
assert found and found.loader
script = importlib.util.module_from_spec(found)
found.loader.exec_module(script)


@pytest.mark.skipif(not RECORDINGS.is_dir(), reason="the recordings are not beside this checkout")
def test_the_files_are_what_the_script_makes_of_the_recordings():
    for name, text in script.made(RECORDINGS, SPECIFICATION).items():
        assert (HERE / name).read_text(encoding="utf-8") == text, "run tests/contract/shapes.py"


def test_emptying_a_shape_again_changes_nothing_so_it_holds_nobodys_names():
    kept = json.loads((HERE / "shapes.json").read_text(encoding="utf-8"))
    assert len(kept["answers"]) > 150 and len(kept["calls"]) > 10
    assert [one for one in kept["answers"] if script.Emptied().value(one["body"]) != one["body"]] == []
    assert [one for one in kept["calls"] if script.asked({**one, "uri": one["url"]}) != one] == []


@pytest.mark.parametrize(
    "key, value, left",
    [
        ("friendlyName", "vm01.corp.example", "text"),
        ("comments", "", ""),
        ("state", "Suspended", "Suspended"),
        ("state", "at vm01.corp.example", "text"),
        ("maxSizeMB", 40960, 1),
        ("maxSizeMB", "40960", "1"),
        ("enabled", True, True),
        ("endTime", None, None),
        ("endTime", "2017-09-19T12:03:49.49Z", "2000-01-01T00:00:00.0000000Z"),
        ("endTime", "0001-01-01T00:00:00", "0001-01-01T00:00:00"),
        ("tags", {"owner": "somebody"}, {}),
        ("vmNics", [{"name": "a"}, {"name": "b"}, {"nic": "c"}], [{"name": "text"}, {"nic": "text"}]),
        ("id", f"{VAULT}/replicationJobs/{GUIDS[1]}", "/Subscriptions/{1}/resourceGroups/name/providers/"
         "Microsoft.RecoveryServices/vaults/name/replicationJobs/{2}"),
        ("ids", GUIDS + GUIDS[:1], ["{1}", "{2}", "{3}"]),
    ],
)  # fmt: skip
def test_a_value_becomes_a_stand_in_of_its_type(key, value, left):
    wanted = json.dumps(left)
    for number in (1, 2, 3):
        wanted = wanted.replace(f"{{{number}}}", f"00000000-0000-0000-0000-{number:012d}")
    assert script.Emptied().value({key: value}) == {key: json.loads(wanted)}
