# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""On which volume of a Windows host a path lies, and which volumes are one. Pure.

Volumes are rows of `host_info`: `path` (a drive, or the folder where the volume is mounted), `id` (its volume GUID path),
`free_bytes` (None: unknown) and `shared` (a cluster shared volume, which is on all nodes).
"""

from __future__ import annotations

import ntpath
from collections.abc import Iterable

from ansible_collections.asr.hyperv.plugins.module_utils._shapes.host_shapes import Volume

DEVICE = ("\\\\?\\", "\\\\.\\")  # what may stand before a path that is taken as it is
SHARE = "unc\\"
CLUSTER = ("clusterstorage",)  # the folder below which each node has all shared volumes of its cluster


def parts_of(path: str | None) -> tuple[str, ...]:
    r"""The parts of a Windows path, so that two spellings of one path are equal and a root is the beginning of what lies in it.

    Case, the kind of slash, a slash at the end, `..` and a leading `\\?\` do not count. A share begins with two empty parts.
    """
    words = (path or "").strip().replace("/", "\\").lower()
    if words.startswith(DEVICE):
        words = words[4:]
        words = f"\\\\{words[len(SHARE) :]}" if words.startswith(SHARE) else words
    return tuple(ntpath.normpath(words).rstrip("\\").split("\\")) if words else ()


def roots_of(volume: Volume) -> Iterable[tuple[str, ...]]:
    """The beginnings of all paths on a volume: where it is mounted, and its GUID."""
    return (parts for parts in map(parts_of, (volume.get("path"), volume.get("id"))) if parts)


def volume_of(volumes: Iterable[Volume], path: str | None) -> Volume | None:
    """The volume that a path lies on: of mount points within each other the innermost. None for a share, and when none fits.

    What lies in the folder of the cluster's volumes lies on one of them, never on the drive that the folder is on.
    """
    wanted = parts_of(path)
    least = 3 if wanted[1:2] == CLUSTER and len(wanted) > 2 else 1
    fitting = [
        (len(root), number, volume)
        for number, volume in enumerate(volumes)
        for root in roots_of(volume)
        if wanted[: len(root)] == root and len(root) >= least
    ]
    return max(fitting, key=lambda one: one[:2])[2] if fitting else None


def is_shared(volume: Volume) -> bool:
    """Whether a volume is one of a cluster, which all of its nodes see."""
    return bool(volume.get("shared")) or parts_of(volume.get("path"))[1:2] == CLUSTER


def key_of(volume: Volume, machine: str, cluster: str = "") -> str:
    """What a volume is, whoever looks at it: a shared one is the same on each host, others belong to their machine.

    `machine`: what the host is, whatever it is called. `cluster` tells shared volumes apart that have no id.
    """
    own = "\\".join(parts_of(volume.get("id") or volume.get("path")))
    if is_shared(volume):
        return own if volume.get("id") else f"{cluster.lower()}:{own}"
    return f"{machine}:{own}"
