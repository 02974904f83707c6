# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible makes of a module is made once for all runs of a test session, and with bytecode; so is the code of plugins.

Each call of ansible-playbook packs anew what a module imports (half a second of CPU for one of ours), and each task compiles all
of it (a third of a second). Plugins of collections are compiled anew as well, by many a task. A run lives for hours, and does not
mind; tests start hundreds: it was two fifths of their CPU.
"""

from __future__ import annotations

DOCUMENTATION = """
name: kept_payloads
type: aggregate
short_description: Shares packed modules between runs
description: Shares packed modules between runs. For tests only, as nobody looks whether a module has changed since.
options:
  folder:
    description: Where they are kept.
    type: str
    required: true
    env:
      - name: KEPT_PAYLOADS
    ini:
      - section: callback_kept_payloads
        key: folder
"""

import base64
import dataclasses
import hashlib
import importlib.util
import io
import marshal
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

from ansible import constants
from ansible.executor import module_common
from ansible.plugins.callback import CallbackBase
from ansible.utils.collection_loader import _collection_finder

UNCHECKED = (1).to_bytes(4, "little")  # bytecode that is taken as it is (PEP 552)
dump_as_packed = module_common._CachedModule.dump


def with_bytecode(packed: bytes) -> bytes:
    """An archive of modules in base64, to which the bytecode of each was added: Python takes that first."""
    held = io.BytesIO(base64.b64decode(packed))
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        for name in [name for name in archive.namelist() if name.endswith(".py")]:
            source = archive.read(name)
            code = marshal.dumps(compile(source, name, "exec", dont_inherit=True))
            head = importlib.util.MAGIC_NUMBER + UNCHECKED + importlib.util.source_hash(source)
            archive.writestr(f"{name}c", head + code)
    return base64.b64encode(held.getvalue())


def dump(self: module_common._CachedModule, path: str) -> None:
    """Keep a module that Ansible has packed."""
    dump_as_packed(dataclasses.replace(self, zip_data=with_bytecode(self.zip_data)), path)


def compiling(folder: Path) -> Callable[..., CodeType]:
    """What stands for `compile`: it keeps the code of each source in a folder."""

    def compiled(*given: Any, **named: Any) -> CodeType:
        place = folder / hashlib.sha256(repr((given, named)).encode()).hexdigest()
        try:
            found: CodeType = marshal.loads(place.read_bytes())
        except FileNotFoundError:
            found = compile(*given, **named)
            part = place.with_suffix(f".{os.getpid()}")
            part.write_bytes(marshal.dumps(found))
            part.rename(place)
        return found

    return compiled


class CallbackModule(CallbackBase):
    """Is there before the first task: what Ansible keeps for one run, or one process, goes into a folder that outlives it."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "kept_payloads"
    CALLBACK_NEEDS_ENABLED = True

    def set_options(self, *given: Any, **named: Any) -> None:
        """Put a folder into the place of Ansible's own, which goes away with the run."""
        super().set_options(*given, **named)
        modules, plugins = (Path(self.get_option("folder"), kind) for kind in ("modules", "plugins"))
        for place in (modules, plugins):
            place.mkdir(exist_ok=True)
        Path(vars(constants)["DEFAULT_LOCAL_TMP"], "ansiballz_cache").symlink_to(modules)
        module_common._CachedModule.dump = dump
        vars(_collection_finder)["compile"] = compiling(plugins)
