# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of a host, in memory only: Ansible's helper scripts that put them there, and the modules that look at them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import ntpath
import re
from collections.abc import Callable
from typing import Any

from ..estate.places import USER, Computer
from .calls import Call, Module, ModuleFailed
from .manifest import NotUnderstood
from .shells import Output

SETUP = b"MZ, the setup of the Azure Site Recovery Provider, signed by Microsoft"
SETUP_NAME = re.compile(r"(?i)(^|[\\/])AzureSiteRecoveryProvider\.exe$")
PROFILE = f"C:\\Users\\{USER}"
PLACES = {"TEMP": f"{PROFILE}\\AppData\\Local\\Temp", "SYSTEMROOT": "C:\\Windows", "USERPROFILE": PROFILE}


def key(path: str) -> str:
    """The one spelling under which a path is kept."""
    full = re.sub(r"%(\w+)%", lambda match: PLACES.get(match[1].upper(), match[0]), path.strip("'\""))
    return ntpath.normpath(full).lower()


def put_file(computer: Computer, params: dict[str, Any], lines: list[str]) -> Output:
    """Ansible sends a file."""
    try:
        data = b"".join(base64.b64decode(line) for line in lines if line)
    except binascii.Error as error:
        raise NotUnderstood("a file arrived that is not base64") from error
    computer.files[key(params["Path"])] = data
    return Output(json.dumps({"sha1": hashlib.sha1(data).hexdigest()}) + "\r\n")


def fetch_file(computer: Computer, params: dict[str, Any], _lines: list[str]) -> Output:
    """Ansible reads a part of a file."""
    path = key(params["Path"])
    if path not in computer.files:
        return Output(stderr=f"{params['Path']} does not exist\r\n", exit_code=1)
    data = computer.files[path]
    if data is None:
        return Output("[DIR]\r\n")
    start = params["Offset"]
    return Output(base64.b64encode(data[start : start + params["BufferSize"]]).decode() + "\r\n")


def make_folder(computer: Computer, params: dict[str, Any], _lines: list[str]) -> Output:
    """Ansible makes a folder for its temporary files."""
    path = key(ntpath.join(params["Directory"], params["Name"]))
    computer.files[path] = None
    return Output(f"{path}\r\n")


def expand_user(_computer: Computer, params: dict[str, Any], _lines: list[str]) -> Output:
    """Ansible asks where ~ leads."""
    path = params["Path"]
    return Output(f"{PROFILE + path[1:] if path == '~' or path.startswith('~' + chr(92)) else path}\r\n")


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


HELPERS: dict[str, Callable[[Computer, dict[str, Any], list[str]], Output]] = {
    "winrm_put_file.ps1": put_file,
    "winrm_fetch_file.ps1": fetch_file,
    "powershell_mkdtemp.ps1": make_folder,
    "powershell_expand_user.ps1": expand_user,
}


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
