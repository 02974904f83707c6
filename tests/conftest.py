"""Make `import ansible_collections.asr.hyperv` and `import asr_simulator` work from any checkout folder."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAYOUT = ("ansible_collections", "asr", "hyperv")


def _collections_root():
    """Return a folder that holds ansible_collections/asr/hyperv for this checkout."""
    if ROOT.parts[-3:] == LAYOUT:
        return ROOT.parents[2]
    base = Path(tempfile.mkdtemp(prefix="collections-"))
    atexit.register(shutil.rmtree, base, ignore_errors=True)
    link = base.joinpath(*LAYOUT)
    link.parent.mkdir(parents=True)
    link.symlink_to(ROOT, target_is_directory=True)
    return base


def _payloads_folder():
    """A folder for what Ansible makes of modules, which all processes of this session share."""
    if "KEPT_PAYLOADS" not in os.environ:
        os.environ["KEPT_PAYLOADS"] = tempfile.mkdtemp(prefix="payloads-")
        atexit.register(shutil.rmtree, os.environ["KEPT_PAYLOADS"], ignore_errors=True)


def pytest_configure(config):
    """Make the simulator importable, and install the collection finder unless ansible-test did."""
    _payloads_folder()
    sys.path.insert(0, str(ROOT / "extensions" / "simulator"))
    if any(type(finder).__name__ == "_AnsibleCollectionFinder" for finder in sys.meta_path):
        return
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

    paths = [str(_collections_root())]
    paths += [path for path in os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(os.pathsep) if path]
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join(paths)  # for an ansible-playbook that a test starts
    _AnsibleCollectionFinder(paths=paths)._install()
