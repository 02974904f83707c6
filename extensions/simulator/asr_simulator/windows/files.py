# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of a host, in memory only, and the modules that look at them."""

from __future__ import annotations

import hashlib
import ntpath
import re
from typing import Any

from ..estate.places import USER, Computer
from .calls import Call, Module, ModuleFailed

SETUP = b"MZ, the setup of the Azure Site Recovery Provider, signed by Microsoft"
SETUP_NAME = re.compile(r"(?i)(^|[\\/])AzureSiteRecoveryProvider\.exe$")
PROFILE = f"C:\\Users\\{USER}"
PLACES = {"TEMP": f"{PROFILE}\\AppData\\Local\\Temp", "SYSTEMROOT": "C:\\Windows", "USERPROFILE": PROFILE}


def key(path: str) -> str:
    """The one spelling under which a path is kept."""
    full = re.sub(r"%(\w+)%", lambda match: PLACES.get(match[1].upper(), match[0]), path.strip("'\""))
    return ntpath.normpath(full).lower()


def remove(computer: Computer, path: str) -> None:
    """Remove a file, or a folder with all below it."""
    gone = key(path)
    for one in [one for one in computer.files if one == gone or one.startswith(gone + "\\")]:
        del computer.files[one]
    computer.rules.pop(gone, None)


def read(computer: Computer, path: str) -> bytes | None:
    """A file's content; the setup of the provider is wherever somebody looks for it, unless another file lies there."""
    there = key(path) in computer.files
    return computer.files.get(key(path)) if there or not SETUP_NAME.search(path) else SETUP


def win_stat(call: Call) -> dict[str, Any]:
    """ansible.windows.win_stat."""
    path = call.args["path"]
    data = read(call.computer, path)
    if data is None and key(path) not in call.computer.files:
        return {"stat": {"exists": False}}
    found = {
        "exists": True,
        "path": path,
        "filename": ntpath.basename(path),
        "isdir": data is None,
        "isreg": data is not None,
    }
    if data is not None:
        found.update(size=len(data), checksum=hashlib.sha1(data).hexdigest())
    return {"stat": found}


def win_file(call: Call) -> dict[str, Any]:
    """ansible.windows.win_file, folders and removal only."""
    path, state, files = call.args["path"], call.args.get("state"), call.computer.files
    if state not in ("absent", "directory"):
        raise ModuleFailed(f"SIMULATED HOST {call.computer.name}: win_file with state={state} is not simulated")
    changed = (key(path) in files) == (state == "absent")
    if changed and not call.check:
        if state == "absent":
            remove(call.computer, path)
        else:
            files[key(path)] = None
    return {"changed": changed}


def win_copy(call: Call) -> dict[str, Any]:
    """Its action plugin asks what differs, then sends one file; whole folders aren't imitated."""
    mode, dest, files = call.args.get("_copy_mode"), call.args["dest"], call.computer.files
    if mode == "query":
        wanted = call.args.get("files") or []
        differ = [one for one in wanted if digest(files.get(key(ntpath.join(dest, one["dest"])))) != one["checksum"]]
        return {"changed": bool(differ), "files": differ, "directories": [], "symlinks": []}
    if mode == "remote":
        return copy_on_host(call, dest)
    if mode != "single":
        raise ModuleFailed(f"SIMULATED HOST {call.computer.name}: win_copy of this kind ({mode}) is not simulated")
    data = files[key(call.args["src"])] or b""
    if dest.endswith(("\\", "/")):
        dest = ntpath.join(dest, call.args["_original_basename"])
    if not call.check:
        files[key(dest)] = data
    return {"changed": True, "dest": dest, "checksum": digest(data), "size": len(data), "operation": "file_copy"}


def copy_on_host(call: Call, dest: str) -> dict[str, Any]:
    """A file of the host, or one on a share, as it is copied there."""
    source = call.args["src"]
    data = read(call.computer, source)
    if data is None:
        raise ModuleFailed(f"Cannot copy src file: '{source}' as it does not exist")
    changed = digest(call.computer.files.get(key(dest))) != digest(data)
    if changed and not call.check:
        call.computer.files[key(dest)] = data
    return {"changed": changed, "dest": dest, "src": source, "checksum": digest(data), "size": len(data)}


def win_get_url(call: Call) -> dict[str, Any]:
    """ansible.windows.win_get_url: the setup of the provider is at every address that ends with its name."""
    url, dest = call.args["url"], call.args["dest"]
    if not SETUP_NAME.search(url):
        raise ModuleFailed(
            f"Error downloading '{url}' to '{dest}': The remote server returned an error: (404) Not Found."
        )
    if not call.check:
        call.computer.files[key(dest)] = SETUP
    return {"changed": True, "dest": dest, "url": url, "status_code": 200}


def win_acl(call: Call) -> dict[str, Any]:
    """ansible.windows.win_acl, what was allowed to whom is noted."""
    return note_rule(call, f"{call.args['type']} {call.args['user']} {call.args['rights']}")


def note_rule(call: Call, rule: str) -> dict[str, Any]:
    """A rule of a folder is noted, once."""
    rules = call.computer.rules.setdefault(key(call.args["path"]), [])
    changed = rule not in rules
    if changed and not call.check:
        rules.append(rule)
    return {"changed": changed}


def win_acl_inheritance(call: Call) -> dict[str, Any]:
    """ansible.windows.win_acl_inheritance, switched off only."""
    if (call.args.get("state") or "absent") != "absent":
        raise ModuleFailed(
            f"SIMULATED HOST {call.computer.name}: win_acl_inheritance is simulated with state=absent only"
        )
    return note_rule(call, "no inheritance")


def signature_info(call: Call) -> dict[str, Any]:
    """asr.hyperv.signature_info: only the real setup is signed."""
    path = call.args["path"]
    data = read(call.computer, path)
    if data is None:
        raise ModuleFailed(f"There is no file '{path}' on {call.computer.name}.")
    good = data == SETUP
    return {
        "signature": {
            "path": path,
            "status": "Valid" if good else "NotSigned",
            "signer": "CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US"
            if good
            else "",
            "by_microsoft": good,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
    }


def digest(data: bytes | None) -> str:
    """SHA-1 of a file, which is what Ansible compares."""
    return "" if data is None else hashlib.sha1(data).hexdigest()


MODULES: dict[str, Module] = {
    "ansible.windows.win_stat": win_stat,
    "ansible.windows.win_file": win_file,
    "ansible.windows.win_copy": win_copy,
    "ansible.windows.win_get_url": win_get_url,
    "ansible.windows.win_acl": win_acl,
    "ansible.windows.win_acl_inheritance": win_acl_inheritance,
    "asr.hyperv.signature_info": signature_info,
}
