# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Ansible sends to a Windows host: a command line, and on its input the module with all that it needs.

The format is that of ansible-core 2.19 to 2.22: a JSON line, a line of four NULs, the manifest, and after another such
line the input of a helper script. Anything else is refused, so that a new format does not go unnoticed.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
from dataclasses import dataclass, field
from typing import Any

END_MARK = "\0" * 4
BOOTSTRAP_MARKS = ("`0`0`0`0", "ConvertFrom-Json", "$code.params.PSObject.Properties")
BECOME = "become_wrapper.ps1"
ASYNCHRONOUS = ("async_wrapper.ps1", "async_watchdog.ps1")
KNOWN_WRAPPERS = {BECOME, *ASYNCHRONOUS, "coverage_wrapper.ps1", "module_wrapper.ps1"}
MODULE = re.compile(r"\w+\.(\w+)\.(\w+)\.plugins\.modules\.(\w+)")


class NotUnderstood(Exception):
    """The text is of a form that is not known here; the message says what was seen."""


def script_of(line: str) -> str | None:
    """The script of `powershell ... -EncodedCommand <base64>`, or None for another command line."""
    words = line.split()
    for flag, value in zip(words, words[1:], strict=False):
        if flag.lower() in ("-encodedcommand", "-enc"):
            try:
                return base64.b64decode(value, validate=True).decode("utf-16-le")
            except (binascii.Error, UnicodeDecodeError) as error:
                raise NotUnderstood("the encoded command is not base64 of UTF-16") from error
    return None


def is_bootstrap(script: str | None) -> bool:
    """Whether a script is the one that reads a manifest from its input; known by marks, its text varies by release."""
    return script is not None and all(mark in script for mark in BOOTSTRAP_MARKS)


@dataclass
class Manifest:
    """Scripts, and what to do with them: each action wraps the next one."""

    scripts: dict[str, str]
    actions: list[dict[str, Any]]
    lines: list[str] = field(default_factory=list)

    @property
    def last(self) -> dict[str, Any]:
        return self.actions[-1]

    def params(self, name: str) -> dict[str, Any] | None:
        """What an action is given; None when it is not among them."""
        return next((one.get("params") or {} for one in self.actions if one["name"] == name), None)


@dataclass
class ModuleCall:
    """A module with its arguments. `internal` are Ansible's own (check mode, diff).

    `user` is whom it is run as (become), empty for the one who logged on; `job` has the folder and the name of the result file of
    an asynchronous task.
    """

    name: str
    script: str
    args: dict[str, Any]
    internal: dict[str, Any]
    is_script: bool
    user: str = ""
    job: tuple[str, str] | None = None

    @property
    def check(self) -> bool:
        return bool(self.internal.get("_ansible_check_mode"))

    @property
    def diff(self) -> bool:
        return bool(self.internal.get("_ansible_diff"))


def text_of(data: bytes) -> str:
    """Input is UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise NotUnderstood("the bootstrap input is not UTF-8") from error


def read_manifest(data: bytes) -> Manifest:
    """Decode the input of the bootstrap script."""
    parts: list[list[str]] = [[]]
    for line in text_of(data).splitlines():
        if line == END_MARK and len(parts) < 3:
            parts.append([])
        else:
            parts[-1].append(line)
    if len(parts) < 2:
        raise NotUnderstood("the bootstrap input lacks its line of four NULs")
    try:
        start = json.loads("\n".join(parts[0]))
        text = "\n".join(parts[1])
        if (start.get("params") or {}).get("DecompressInput"):
            text = gzip.decompress(base64.b64decode(text)).decode()
        manifest = json.loads(text)
    except (ValueError, OSError) as error:
        raise NotUnderstood(f"the bootstrap input is not JSON: {error}") from error
    if start.get("name") != "exec_wrapper" or not manifest.get("actions") or "scripts" not in manifest:
        raise NotUnderstood(f"the manifest has the keys {sorted(manifest)}; another release of Ansible?")
    scripts = {name: base64.b64decode(one["script"]).decode("utf-8-sig") for name, one in manifest["scripts"].items()}
    return Manifest(scripts, manifest["actions"], parts[2] if len(parts) > 2 else [])


def module_call(manifest: Manifest) -> ModuleCall | None:
    """The module of a manifest; None when its last action is one of Ansible's own helper scripts."""
    if manifest.last["name"] != "module_wrapper.ps1":
        return None
    unknown = [action["name"] for action in manifest.actions if action["name"] not in KNOWN_WRAPPERS]
    if unknown:
        raise NotUnderstood(f"{', '.join(unknown)} is not imitated")
    params = manifest.last.get("params") or {}
    args = arguments(params)
    internal = {name: args.pop(name) for name in list(args) if name.startswith("_ansible_")}
    key = params["Script"]
    named = MODULE.match(key)
    name = ".".join(named.groups()) if named else key.removesuffix(".ps1")
    become, later = manifest.params(BECOME) or {}, manifest.params(ASYNCHRONOUS[0])
    return ModuleCall(
        name,
        manifest.scripts[key],
        args,
        internal,
        is_script=not params.get("ForModule"),
        user=str(become.get("BecomeUser") or ""),
        job=(str(later["AsyncDir"]), str(later["AsyncJid"])) if later else None,
    )


def arguments(params: dict[str, Any]) -> dict[str, Any]:
    """The arguments stand in a variable, and from ansible-core 2.22 on in a JSON text."""
    if params.get("ArgumentJSON"):
        given: dict[str, Any] = json.loads(params["ArgumentJSON"])
        return given
    for variable in params.get("Variables") or []:
        if variable.get("Name") == "complex_args":
            return dict(variable.get("Value") or {})
    return {}
