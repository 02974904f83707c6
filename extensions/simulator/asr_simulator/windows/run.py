# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a command line does on a simulated host: a module, one of Ansible's helper scripts, or a command that it sends bare."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

from ..clock.clock import iso
from ..estate.places import Computer
from ..world.world import World
from . import files, hyperv, plugging, power, preparing, removing, settings, switches, transfer, windows
from .arguments import WrongArguments, checked
from .calls import Call, Module, ModuleFailed
from .manifest import Manifest, ModuleCall, NotUnderstood, is_bootstrap, module_call, read_manifest, script_of
from .shells import Output
from .spec import spec_of

MODULES: dict[str, Module] = {
    **hyperv.MODULES,
    **power.MODULES,
    **preparing.MODULES,
    **settings.MODULES,
    **plugging.MODULES,
    **removing.MODULES,
    **switches.MODULES,
    **windows.MODULES,
    **files.MODULES,
    **transfer.MODULES,
}
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


def run(world: World, computer: Computer, line: str, given: bytes) -> Output:
    """Run one command line with its input."""
    script = None
    try:
        script = script_of(line)
        if is_bootstrap(script):
            return run_manifest(world, computer, read_manifest(given))
        return run_bare(computer, script if script is not None else line)
    except NotUnderstood as error:
        if is_bootstrap(script):  # a module is expected to answer in JSON
            failed = {"failed": True, "changed": False, "msg": f"SIMULATED HOST {computer.name}: {error}"}
            return Output(json.dumps(failed) + "\r\n", exit_code=1)
        return Output(stderr=f"SIMULATED HOST {computer.name}: {error}\r\n", exit_code=1)


def run_manifest(world: World, computer: Computer, manifest: Manifest) -> Output:
    """Run what the manifest asks for last; the other actions only wrap it."""
    call = module_call(manifest)
    if call is None:
        name = manifest.last["name"]
        if name not in transfer.HELPERS:
            raise NotUnderstood(f"the helper script {name} is not simulated")
        return transfer.HELPERS[name](computer, manifest.last.get("params") or {}, manifest.lines)
    if call.is_script:
        raise NotUnderstood("scripts of tasks are not simulated, only modules are")
    return told(computer, call, run_module(world, computer, call))


def told(computer: Computer, call: ModuleCall, result: dict[str, Any]) -> Output:
    """A result as it is printed. That of an asynchronous task lies in a file, and what is printed says where."""
    if call.job:
        result = transfer.put_result(computer, call.job, result)
    return Output(json.dumps(result) + "\r\n", exit_code=1 if result.get("failed") else 0)


def run_module(world: World, computer: Computer, call: ModuleCall) -> dict[str, Any]:
    """The result as the module would print it, and a line in the log."""
    spec = spec_of(call.script) or {}
    if call.check and spec and not spec.get("supports_check_mode"):
        return {
            "changed": False,
            "skipped": True,
            "msg": f"remote module ({call.name}) does not support check mode",
        }
    args, result = imitated(world, computer, call, spec)
    if not call.diff:
        result.pop("diff", None)
    if call.internal.get("_ansible_inject_invocation", True):
        result["invocation"] = {"module_args": hidden(args, spec)}
    log(world, computer, call, hidden(args, spec) if spec else {}, result)
    return result


def imitated(
    world: World, computer: Computer, call: ModuleCall, spec: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arguments as the module has them in the end, and its result."""
    args = dict(call.args)
    try:
        if call.name not in MODULES:
            known = ", ".join(sorted(MODULES))
            raise ModuleFailed(
                f"SIMULATED HOST {computer.name}: the module {call.name} is not simulated. Known: {known}"
            )
        if spec:
            args = checked(args, spec, call.name)
        return args, {"changed": False, **MODULES[call.name](Call(world, computer, args, call.check))}
    except WrongArguments as error:
        return error.told, {"failed": True, "changed": False, "msg": str(error)}
    except ModuleFailed as error:
        return args, {"failed": True, "changed": False, "msg": str(error), **error.told}
    except (LookupError, TypeError, ValueError) as error:  # else the client would only say that it got no JSON
        message = f"SIMULATED HOST {computer.name}: fault in the imitation of {call.name}: {error!r}"
        return args, {"failed": True, "changed": False, "msg": message}


def log(world: World, computer: Computer, call: ModuleCall, args: dict[str, Any], result: dict[str, Any]) -> None:
    """A line in the log of calls; `args` have no secrets."""
    world.windows_log.append(
        {
            "wall_time": iso(world.clock.wall()),
            "host": computer.host.name,
            "module": call.name,
            "args": args,
            "check": call.check,
            "user": call.user,
            "asynchronous": call.job is not None,
            "changed": bool(result.get("changed")),
            "failed": bool(result.get("failed")),
        }
    )


def hidden(args: dict[str, Any], spec: dict[str, Any]) -> dict[str, Any]:
    """Arguments without the secret ones."""
    options = spec.get("options") or {}
    return {
        name: HIDDEN if value is not None and (options.get(name) or {}).get("no_log") else value
        for name, value in args.items()
    }


def boot_time(computer: Computer, _match: re.Match[str]) -> Output:
    """Windows counts in units of 100 ns since 1601."""
    return Output(f"{int((computer.booted + 11644473600) * 10**7)}\r\n")


def restart(computer: Computer, match: re.Match[str]) -> Output:
    """Go down after the time that was asked for."""
    computer.restart_at = time.time() + float(match["wait"])
    return Output(json.dumps({"stdout": "", "stderr": "", "rc": 0}) + "\r\n")


def logged_on(_computer: Computer, match: re.Match[str]) -> Output:
    """Say that somebody could log on."""
    return Output(f"{match['proof']}\r\n")


def remove_item(computer: Computer, match: re.Match[str]) -> Output:
    """Tidy up a temporary folder."""
    files.remove(computer, match["path"])
    return Output()


Bare = Callable[["Computer", "re.Match[str]"], Output]
BARE: list[tuple[str, Bare]] = [  # what Ansible's own plugins send without a manifest: restarts, and tidying up
    (r"LastBootUpTime\)\s*\.LastBootUpTime\.ToFileTime\(\)", boot_time),
    (r"shutdown\.exe /r /t (?P<wait>\d+)", restart),
    (r"AutoLogonChecked' -ErrorAction Stop; '(?P<proof>success-[0-9a-f-]+)'", logged_on),
    (
        r"^\s*(?:Set-StrictMode -Version Latest\s+)?Remove-Item '?(?P<path>[^']+?)'? -Force(?: -Recurse)?;?\s*(?:$|;|If)",
        remove_item,
    ),
]


def run_bare(computer: Computer, text: str) -> Output:
    """Run a command that came without a manifest."""
    for pattern, handler in BARE:
        match = re.search(pattern, text, re.IGNORECASE)
        if match:
            return handler(computer, match)
    raise NotUnderstood(f"this command is not simulated: {' '.join(text.split())[:200]}")
