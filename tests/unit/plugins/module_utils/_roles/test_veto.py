# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody is committed whom a veto means, and what cannot be understood is a veto for all."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._roles.veto import seconds_of, standing, vetoes, waiting
from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import BadInput
from ansible_collections.asr.hyperv.plugins.plugin_utils._control_node.places import text_of

VMS: Any = [
    {"name": "app01", "id": "/vault/items/guid-1", "phase": "failed_back_uncommitted"},
    {"name": "web 01", "id": "/vault/items/guid-2", "phase": "failed_back"},
]
BOTH = ["app01", "web 01"]
DURATIONS = [(0, 0), ("7200", 7200), ("2h", 7200), ("90m", 5400), ("1h30m", 5400), ("1D", 86400), ("45s", 45)]


@pytest.mark.parametrize(("text", "seconds"), DURATIONS)
def test_a_duration_is_read_as_a_person_writes_it(text, seconds):
    assert seconds_of(text, "failback_commit_after") == seconds


@pytest.mark.parametrize("text", ["", "soon", "2 hours", "-1", "1.5h", "15d", True, None, "2m1h"])
def test_what_is_no_duration_is_refused_with_what_is_allowed(text):
    with pytest.raises(BadInput, match=r"failback_commit_after is '.*'. Allowed: seconds, or a time such as 2h"):
        seconds_of(text, "failback_commit_after")


VETOES = [  # names of the variable, file; whom they mean, words
    ([], None, [], ""),
    (["APP01"], None, ["app01"], "failback_veto names it"),
    ("app01, web 01", None, BOTH, "failback_veto names it"),
    (["/Vault/Items/GUID-2"], None, ["web 01"], "names it"),
    (["*"], None, BOTH, "names all"),
    (["app1"], None, BOTH, "names 'app1', which is none of this run, so it counts for all. Near to it: app01."),
    ([], b"", [], ""),
    ([], b"# all is well\n\n  web 01  # no mail\r\n", ["web 01"], "the veto file /veto names it"),
    ([], "\ufeffapp01\n".encode(), ["app01"], "names it"),
    ([], "app01\n".encode("utf-16"), BOTH, "cannot be read (it is not UTF-8"),
    ([], "", BOTH, "(No such file or directory), which counts as a veto for all"),
]


@pytest.mark.parametrize(("named", "data", "whom", "words"), VETOES)
def test_a_veto_is_whom_it_names_and_all_where_it_cannot_be_understood(tmp_path, named, data, whom, words):
    place = tmp_path / "veto"
    if data:
        place.write_bytes(data)
    elif data == b"":
        place.touch()
    told = vetoes(VMS, named, None if data is None else text_of(str(place)))
    assert sorted(told) == whom
    assert all(words.replace("/veto ", f"{place} ") in reason for reason in told.values())


def test_a_veto_keeps_from_their_commit_only_those_that_are_not_committed():
    held = standing(VMS, vetoes(VMS, ["*"], None))
    assert list(held) == ["app01"]
    assert held["app01"].startswith(
        "veto: failback_veto names all. It runs on-premises, uncommitted, and its Azure VM is kept"
    )


def test_the_line_of_a_wait_says_who_is_committed_when_and_who_is_not():
    assert waiting(VMS, {}, 7000) == "In 117 min the commit of app01, web 01 deletes their Azure VMs; vetoed: nobody."
    assert waiting(VMS, {"app01": "Bob"}, 9).endswith(
        "In 9 s the commit of web 01 deletes their Azure VMs; vetoed: app01 (Bob)."
    )
    assert waiting(VMS, dict.fromkeys(BOTH, "Bob"), 9).startswith("Nobody is committed; vetoed: app01 (Bob); web 01")
