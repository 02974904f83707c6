# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes tests that run Ansible quick still does, with the ansible-core that is here."""

from __future__ import annotations

import base64
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from ansible.executor import module_common

from ansible_collections.asr.hyperv.tests.ansible_config import configured


def test_a_module_is_packed_once_for_all_runs_and_with_its_bytecode_and_the_code_of_plugins_is_kept(tmp_path):
    kept = tmp_path / "kept"
    kept.mkdir()
    usual = {
        name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_") or "COLLECTIONS" in name
    }
    ours = {"ANSIBLE_CONFIG": configured(tmp_path), "ANSIBLE_HOME": str(tmp_path), "KEPT_PAYLOADS": str(kept)}
    interpreter = f"ansible_python_interpreter={sys.executable}"
    command = [
        str(Path(sys.executable).with_name("ansible")),
        "localhost",
        "-m",
        "ansible.builtin.ping",
        "-a",
        "data={{ 'ours' | asr.hyperv.visible }}",
        "-e",
        interpreter,
    ]
    found = []
    for _run in range(2):
        done = subprocess.run(command, env={**usual, **ours}, capture_output=True, text=True, check=True)
        assert '"ping": "ours"' in done.stdout and "kept_payloads" not in done.stderr
        (place,) = (path for path in (kept / "modules").iterdir() if path.suffix != ".lock")
        found.append((place, place.stat().st_mtime_ns))
    assert found[0] == found[1] and list((kept / "plugins").iterdir())
    packed = module_common._CachedModule.load(str(found[0][0])).zip_data
    names = set(zipfile.ZipFile(io.BytesIO(base64.b64decode(packed))).namelist())
    sources = {name for name in names if name.endswith(".py")}
    assert sources and {f"{name}c" for name in sources} == names - sources
