# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a client sent, made fit for this computer: one PowerShell util more, and without what only Windows can do.

No script in it is changed. The wrappers for another user and for asynchronous tasks are Win32; whoever runs a payload here
does what they do.
"""

from __future__ import annotations

import base64
import gzip
import json

from ..windows.manifest import ASYNCHRONOUS, BECOME, END_MARK
from .powershell import HERE

THIS_HOST = "this_host.psm1"
LEFT_OUT = {BECOME, *ASYNCHRONOUS}


def packed(data: bytes) -> str:
    """Bytes as base64."""
    return base64.b64encode(data).decode()


def for_this_host(given: bytes, compiled: set[str]) -> bytes:
    """The input of the bootstrap script with our util in front of the module's own, and without C# that was compiled before.

    What is compiled now is added to `compiled`.
    """
    start, _mark, rest = given.decode().partition(f"\n{END_MARK}\n")
    body, mark, more = rest.partition(f"\n{END_MARK}\n")
    zipped = bool((json.loads(start).get("params") or {}).get("DecompressInput"))
    manifest = json.loads(gzip.decompress(base64.b64decode(body)) if zipped else body)
    manifest["actions"] = [one for one in manifest["actions"] if one["name"] not in LEFT_OUT]
    scripts, params = manifest["scripts"], manifest["actions"][-1]["params"]
    scripts[THIS_HOST] = {"script": packed((HERE / THIS_HOST).read_bytes()), "path": THIS_HOST}
    params["PowerShellModules"] = [THIS_HOST, *(params.get("PowerShellModules") or [])]
    texts = {scripts[name]["script"] for name in params.get("CSharpModules") or []}
    if texts <= compiled:
        params["CSharpModules"] = []
    compiled |= texts
    body = json.dumps(manifest)
    return f"{start}\n{END_MARK}\n{packed(gzip.compress(body.encode())) if zipped else body}{mark}{more}".encode()
