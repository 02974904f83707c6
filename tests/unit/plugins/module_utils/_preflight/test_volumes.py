# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Windows path lies on one volume, however it is written; a volume is one volume, whoever looks at it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._preflight.volumes import key_of, volume_of

GUID = "\\\\?\\Volume{5c0e6b1c-0000-0000-0000-100000000000}\\"
VOLUMES: Any = [
    {"path": "C:\\"},
    {"path": "C:\\ClusterStorage\\Volume1\\", "id": GUID, "shared": True},
    {"path": "C:\\ClusterStorage\\Volume10\\", "shared": True},
    {"path": "D:\\"},
    {"path": "D:\\Mounts\\Fast\\"},
    {"path": "D:\\Mounts\\Fast\\Inner"},
]
PATHS = [  # a path, the volume that it lies on
    ("C:\\ClusterStorage\\Volume1", "C:\\ClusterStorage\\Volume1\\"),
    ("C:\\ClusterStorage\\Volume1\\", "C:\\ClusterStorage\\Volume1\\"),
    ("c:\\clusterstorage\\VOLUME1\\VMs\\app01.vhdx", "C:\\ClusterStorage\\Volume1\\"),
    ("C:/ClusterStorage/Volume1/VMs", "C:\\ClusterStorage\\Volume1\\"),
    ("C:\\ClusterStorage\\\\Volume1\\VMs", "C:\\ClusterStorage\\Volume1\\"),
    ("\\\\?\\C:\\ClusterStorage\\Volume1\\VMs", "C:\\ClusterStorage\\Volume1\\"),
    (f"{GUID}VMs\\os.vhdx", "C:\\ClusterStorage\\Volume1\\"),
    (GUID.rstrip("\\").upper(), "C:\\ClusterStorage\\Volume1\\"),
    ("C:\\ClusterStorage\\Volume10", "C:\\ClusterStorage\\Volume10\\"),
    ("C:\\ClusterStorage\\Volume2\\VMs", None),
    ("C:\\ClusterStorage", "C:\\"),
    ("C:\\ClusterStorage\\Volume1\\..\\Volume10\\VMs", "C:\\ClusterStorage\\Volume10\\"),
    ("C:", "C:\\"),
    ("C:\\", "C:\\"),
    ("D:\\Mounts\\Fast", "D:\\Mounts\\Fast\\"),
    ("D:\\Mounts\\Faster", "D:\\"),
    ("D:\\Mounts\\Fast\\Inner\\os.vhdx", "D:\\Mounts\\Fast\\Inner"),
    (" D:\\Hyper-V ", "D:\\"),
    ("\\\\files\\c$\\VMs", None),
    ("\\\\?\\UNC\\files\\vms\\os.vhdx", None),
    ("\\\\?\\Volume{another}\\VMs", None),
    ("E:\\VMs", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("path", "root"), PATHS)
def test_a_path_lies_on_the_innermost_volume_that_it_is_in(path, root):
    found = volume_of(VOLUMES, path)
    assert (found and found["path"]) == root
    found = volume_of(VOLUMES[::-1], path)
    assert (found and found["path"]) == root


def test_a_volume_without_anything_is_no_volume_of_any_path():
    assert volume_of([{"path": None}, {"path": ""}], "C:\\VMs") is None


ONE = {"path": "C:\\ClusterStorage\\Volume1\\", "id": GUID, "shared": True}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ((ONE, "m1"), (ONE, "m2"), True),
        ((ONE, "m1"), ({**ONE, "id": GUID.upper(), "path": "C:/clusterstorage/volume1"}, "m2"), True),
        ((ONE, "m1"), ({**ONE, "id": GUID.replace("5", "6")}, "m2"), False),
        (({**ONE, "id": ""}, "m1", "West"), ({**ONE, "id": ""}, "m2", "west"), True),
        (({**ONE, "id": ""}, "m1", "west"), ({**ONE, "id": ""}, "m2", "east"), False),
        (({"path": "D:\\"}, "m1"), ({"path": "d:"}, "m1"), True),
        (({"path": "D:\\"}, "m1"), ({"path": "D:\\"}, "m2"), False),
        (({"path": "D:\\", "id": GUID}, "m1"), ({"path": "E:\\Mount\\", "id": GUID}, "m1"), True),
        (({"path": "D:\\", "id": GUID}, "m1"), ({"path": "D:\\", "id": GUID}, "m2"), False),
    ],
)
def test_a_shared_volume_is_one_on_all_hosts_and_another_one_is_its_machines(one, other, same):
    assert (key_of(*one) == key_of(*other)) is same
