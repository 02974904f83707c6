# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The artifact that a person builds holds what galaxy.yml lists, whatever else lies in the checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

pytest.importorskip("distlib", reason="ansible-galaxy needs distlib to build from a list")

ROOT = Path(__file__).resolve().parents[2]
HIDDEN = {".ansible-lint", ".editorconfig", ".gitignore", ".pre-commit-config.yaml"}
MADE = {"FILES.json", "MANIFEST.json"}
LEFT_OUT = {"galaxy.yml"}
LITTER = (
    *(
        "azure.env",
        ".env",
        ".envrc",
        "id_rsa",
        "client.pem",
        "vault.yml",
        "report.json",
        "report.md",
        "site1.VaultCredentials",
    ),
    *(
        "secrets/azure.yml",
        "inventory/hosts.yml",
        "plans/inventory.yml",
        "venv/lib/a.py",
        ".venv/lib/a.py",
        ".idea/a.xml",
    ),
    *(
        "host_vars/hv01.yml",
        "group_vars/all/vault.yml",
        "ansible.cfg",
        "collections/a/b.py",
        ".rehearsal/simulator.json",
    ),
    *(
        "roles/failback/vars/vault.yml",
        "roles/failback/files/id_rsa",
        "playbooks/group_vars/all.yml",
        "playbooks/hosts",
    ),
    *("docs/site1.VaultCredentials", "meta/secret.yml", "plugins/modules/__pycache__/a.pyc", "plugins/azure.env"),
    *(
        "tests/integration/integration_config.yml",
        "tests/integration/inventory",
        "tests/output/junit/a.xml",
        "tests/.env",
    ),
    *(
        "extensions/simulator/tests/js/node_modules/a/b.mjs",
        "extensions/simulator/tests/js/node_modules/a/package.json",
    ),
    *("asr-hyperv-0.0.9.tar.gz", ".git/config", "nohup.out", "changelogs/.plugin-cache.yaml"),
)


def sources() -> list[str]:
    """The files of the checkout: those that git knows or would take, or all where git is not there."""
    asked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if asked.returncode == 0:
        return sorted(name for name in asked.stdout.split("\0") if name and (ROOT / name).is_file())
    found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return sorted(str(path) for path in found if not {"__pycache__", "output"} & set(path.parts))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The names in an artifact that was built from a checkout full of litter, and what they are."""
    folder = tmp_path_factory.mktemp("checkout") / "hyperv"
    for name in sources():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    for name in LITTER:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("# secret", encoding="utf-8")
    (folder / "everything").symlink_to("/")
    (folder / "link.md").symlink_to("/etc/hostname")
    command = [
        str(Path(sys.executable).with_name("ansible-galaxy")),
        "collection",
        "build",
        "--output-path",
        str(folder.parent),
    ]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=50, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    with tarfile.open(next(folder.parent.glob("*.tar.gz"))) as artifact:
        return {member.name: member for member in artifact.getmembers() if not member.isdir()}


def test_the_artifact_holds_every_file_of_the_collection_and_nothing_else(built):
    hidden = {name for name in sources() if name in HIDDEN or name.startswith(".ci/") or name.endswith("/.gitignore")}
    assert set(built) - MADE == set(sources()) - LEFT_OUT - hidden


def test_there_is_no_litter_and_no_link_in_it(built):
    assert not {name for name in built if name in LITTER}
    assert all(member.isreg() for member in built.values())
