# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module_utils is PRIVATE to the collection asr.hyperv: it may change at any time without notice.

"""Azure's Python packages, imported late: a module that fails on its input, or ends early, never pays for them."""

from __future__ import annotations

import importlib
import logging
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING

from ansible_collections.asr.hyperv.plugins.module_utils._service.errors import MissingLibrary

if TYPE_CHECKING:  # for whoever reads the code; nothing of this is imported when it runs
    pass

SITE_RECOVERY = "azure.mgmt.recoveryservicessiterecovery"
PACKAGES = {  # what we import: the package that brings it, the first major version that will do
    "azure.core": ("azure-core", 1),
    "azure.identity": ("azure-identity", 1),
    "azure.mgmt.core": ("azure-mgmt-core", 1),
    SITE_RECOVERY: ("azure-mgmt-recoveryservicessiterecovery", 2),  # 1.x wants the vault in its constructor
    "cryptography": ("cryptography", 42),  # comes with azure-identity
    "requests": ("requests", 2),  # what azure-core sends with; comes with it
    "urllib3": ("urllib3", 1),  # what requests sends with; comes with it
}

logging.getLogger("azure").addHandler(logging.NullHandler())  # its warnings would go to stderr; our errors say it all


@cache
def library(name: str) -> ModuleType:
    """Import a module of Azure's, such as `azure.core.exceptions`.

    Raises MissingLibrary, naming the package to install, when it is absent or older than what we were written for.
    """
    root = next(known for known in sorted(PACKAGES, key=len, reverse=True) if f"{name}.".startswith(f"{known}."))
    package, oldest = PACKAGES[root]
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        raise MissingLibrary(package, f"The Python package {package} is missing ({error}).") from error
    version = getattr(module, "__version__", f"{oldest}.0")
    if int(version.split(".")[0]) < oldest:
        raise MissingLibrary(package, f"{package} {version} is too old: {oldest}.0.0 or newer is needed.")
    return module
