# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible does beside modules: it brings and fetches files, and asks for the results of asynchronous tasks."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import ntpath
from collections.abc import Callable
from typing import Any

from ..estate.places import Computer
from .calls import Call, Module, ModuleFailed
from .files import PROFILE, key
from .manifest import NotUnderstood
from .shells import Output


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


def fetch_whole_file(computer: Computer, params: dict[str, Any], _lines: list[str]) -> Output:
    """Ansible reads a file, over psrp: in parts, each on a line."""
    path, size = key(params["Path"]), params["BufferSize"]
    if path not in computer.files:
        return Output(stderr=f"{params['Path']} does not exist\r\n", exit_code=1)
    data = computer.files[path]
    if data is None:
        return Output("[DIR]\r\n")
    parts = [base64.b64encode(data[start : start + size]).decode() for start in range(0, len(data), size)]
    return Output("\r\n".join(["[FILE]", *parts]) + "\r\n")


def make_folder(computer: Computer, params: dict[str, Any], _lines: list[str]) -> Output:
    """Ansible makes a folder for its temporary files."""
    path = key(ntpath.join(params["Directory"], params["Name"]))
    computer.files[path] = None
    return Output(f"{path}\r\n")


def expand_user(_computer: Computer, params: dict[str, Any], _lines: list[str]) -> Output:
    """Ansible asks where ~ leads."""
    path = params["Path"]
    return Output(f"{PROFILE + path[1:] if path == '~' or path.startswith('~' + chr(92)) else path}\r\n")


HELPERS: dict[str, Callable[[Computer, dict[str, Any], list[str]], Output]] = {
    "winrm_put_file.ps1": put_file,
    "winrm_fetch_file.ps1": fetch_file,
    "psrp_put_file.ps1": put_file,
    "psrp_fetch_file.ps1": fetch_whole_file,
    "powershell_mkdtemp.ps1": make_folder,
    "powershell_expand_user.ps1": expand_user,
}


def put_result(computer: Computer, job: tuple[str, str], result: dict[str, Any]) -> dict[str, Any]:
    """Keep the result of an asynchronous task, which is over at once here; what Ansible is told of it in the meantime."""
    path = ntpath.join(*job)
    computer.files[key(path)] = json.dumps(result).encode()
    return {"started": 1, "finished": 0, "results_file": path, "ansible_job_id": job[1], "changed": False}


def async_status(call: Call) -> dict[str, Any]:
    """ansible.windows.async_status: how a task goes on, and that its file may go."""
    job, path = call.args["jid"], key(ntpath.join(call.args["_async_dir"], call.args["jid"]))
    if path not in call.computer.files:
        raise ModuleFailed(f"could not find job at '{call.args['_async_dir']}'")
    if call.args.get("mode") == "cleanup":
        del call.computer.files[path]
        return {"ansible_job_id": job, "erased": path}
    return {**json.loads(call.computer.files[path] or b"{}"), "finished": 1, "ansible_job_id": job}


MODULES: dict[str, Module] = dict.fromkeys(
    ("ansible.windows.async_status", "ansible.legacy.async_status", "async_status"), async_status
)
