# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put the collections that this one depends on where Ansible finds them: beside the ansible-core that runs this.

    .venv/bin/python .ci/fetch_collections.py [azure/azcollection]

They come out of the Python package `ansible`, so neither Galaxy nor a collections path is needed. Done once for an environment.
What is downloaded has to have the checksum that collections.txt has for it. An ansible-core that only `nox -s core` tries gets
the collections of a neighbour.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from pathlib import Path

from ansible.release import __version__ as core

WANTED = ("ansible/windows",)
PINNED = Path(__file__).with_name("collections.txt")
WHEEL = f"ansible-{int(core.split('.')[1]) - 7}."  # ansible 12 is made for ansible-core 2.19, and so on


def main() -> None:
    place = Path(sysconfig.get_path("purelib"))
    prefixes = tuple(f"ansible_collections/{name}/" for name in sys.argv[1:] or WANTED)
    if all((place / prefix).is_dir() for prefix in prefixes):
        return
    with tempfile.TemporaryDirectory() as folder:
        options = ["--no-deps", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", "--require-hashes"]
        command = [sys.executable, "-m", "pip", "download", *options, "--dest", folder, "-r", str(PINNED)]
        subprocess.run(command, check=True)
        [found] = Path(folder).glob("ansible-*.whl")
        if not found.name.startswith(WHEEL):
            print(
                f"{found.name} is not of the time of ansible-core {core}, but the one with a known checksum: it is taken"
            )
        with zipfile.ZipFile(found) as wheel:
            wheel.extractall(place, [name for name in wheel.namelist() if name.startswith(prefixes)])


if __name__ == "__main__":
    main()
