# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the PowerShell of the collection in a real PowerShell, where there is one: `pwsh` in the path, or what PWSH names.

Windows is not there: cmdlets of Windows are stubs that a test gives, and Ansible's AnsibleModule is one of a few lines.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PWSH = os.environ.get("PWSH") or shutil.which("pwsh") or ""
UTILS = sorted((ROOT / "plugins" / "module_utils").glob("*.psm1"))
IMPORT = "\n".join(f"Import-Module {path} -DisableNameChecking -Force" for path in UTILS)
LIMIT = 60  # seconds for a script
ANSIBLE_MODULE = """
using System.Collections;
namespace Ansible.Basic {
    public class Ended : System.Exception { public Ended(string text) : base(text) {} }
    public class AnsibleModule {
        public static Hashtable Given = new Hashtable();
        public Hashtable Params = new Hashtable(), Result = new Hashtable(), Diff = new Hashtable();
        public ArrayList Warnings = new ArrayList();
        public bool CheckMode = false;
        public static AnsibleModule Create(object args, IDictionary spec) {
            var module = new AnsibleModule();
            foreach (DictionaryEntry option in (IDictionary)spec["options"]) {
                var rule = (IDictionary)option.Value;
                module.Params[option.Key] = rule.Contains("default") ? rule["default"] : null;
            }
            foreach (DictionaryEntry one in Given)
                if (module.Params.ContainsKey(one.Key)) module.Params[one.Key] = one.Value;
            module.CheckMode = Given.ContainsKey("check_mode");
            module.Result["changed"] = false;
            return module;
        }
        public void FailJson(string text, object error = null) {
            Result["failed"] = true; Result["msg"] = text; throw new Ended("ENDED");
        }
        public void ExitJson() { throw new Ended("ENDED"); }
        public void Warn(string text) { Warnings.Add(text); }
    }
}
"""
# Once for a process: that takes longer than most scripts.
COMPILED = f"if (-not ('Ansible.Basic.AnsibleModule' -as [type])) {{ Add-Type -TypeDefinition @'{ANSIBLE_MODULE}'@ }}"
CONVERT = """
function ConvertTo-51 {
    # As Windows PowerShell 5.1 writes JSON: what a command without output leaves in a hash table is {} there, not null.
    param($Table)
    foreach ($key in @($Table.Keys)) {
        if ($Table[$key] -is [System.Collections.IDictionary]) { ConvertTo-51 $Table[$key] }
        elseif ($Table[$key] -is [array]) { continue }
        elseif (-not ($Table[$key] | ForEach-Object { 'something, or null' })) { $Table[$key] = @{} }
    }
}
"""
# The current folder and the name of a script come in on a line each, JSON goes out on one.
DRIVER = """
while ($null -ne ($folder = [Console]::In.ReadLine())) {
    $place = [Console]::In.ReadLine()
    [System.Environment]::CurrentDirectory = $folder
    $shell = [powershell]::Create()
    $said, $wrong = '', $null
    try {
        $said = "$(@($shell.AddScript([System.IO.File]::ReadAllText($place)).Invoke())[-1])"
        $wrong = $shell.Streams.Error
    }
    catch { $wrong = $_ }
    $answer = @{ said = $said; wrong = "$($wrong | Out-String)" }
    [Console]::Out.WriteLine('@@' + (ConvertTo-Json -Compress -EscapeHandling EscapeNonAscii -InputObject $answer))
    $shell.Dispose()
}
"""


def text(value: str) -> str:
    """A text as PowerShell writes it, whatever is in it."""
    units = value.encode("utf-16-le", "surrogatepass")
    numbers = [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]
    return "(-join [char[]]@(" + ", ".join(map(str, numbers)) + "))" if numbers else "''"


def literal(value: object) -> str:
    """A text, number, truth, nothing, or a list of such as PowerShell writes it."""
    if isinstance(value, list):
        return "@(" + ", ".join(map(literal, value)) + ")"
    if isinstance(value, str):
        return text(value)
    if value is None or isinstance(value, bool):
        return {None: "$null", True: "$true", False: "$false"}[value]
    return str(value)


def hashtable(values: dict[str, Any]) -> str:
    return "@{ " + "; ".join(f"'{key}' = {literal(value)}" for key, value in values.items()) + " }"


def run_module(name: str, cases: list[dict[str, Any]], stubs: str = "", told: str = "") -> list[dict[str, Any]]:
    """The results of one of our modules, for each of these options, in one script: that takes seconds to begin.

    With `check_mode` among the options it runs in check mode. `stubs` stand for cmdlets of Windows; they are run anew for each
    case, and find it as $case. `told` names variables of theirs that are given back.
    """
    source = (ROOT / "plugins" / "modules" / f"{name}.ps1").read_text(encoding="utf-8")
    body = re.sub(r"^#.*\n", "", source, flags=re.MULTILINE)
    return run_script(f"""
{COMPILED}
{CONVERT}
$global:ErrorActionPreference = "Stop"  # as Ansible does
$all = foreach ($case in @({", ".join(map(hashtable, cases))})) {{
    [Ansible.Basic.AnsibleModule]::Given = $case
    {IMPORT}
    {stubs}
    $module = $null
    try {{ . {{
{body}
    }} }}
    catch {{
        if (-not ("$_" -match 'ENDED')) {{ throw }}
    }}
    ConvertTo-51 $module.Result
    ConvertTo-51 $module.Diff
    @{{ result = $module.Result; diff = $module.Diff; warnings = $module.Warnings; told = @({told}) }}
}}
ConvertTo-Json -InputObject @($all) -Depth 12 -Compress -EscapeHandling EscapeNonAscii
""")


@functools.cache
def started() -> subprocess.Popen[str]:
    """The PowerShell of this process of tests: to start one, and what it compiles anew each time, is most of a short script."""
    folder = tempfile.mkdtemp(prefix="pwsh-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    driver = Path(folder, "driver.ps1")
    driver.write_text(DRIVER, encoding="utf-8")
    command = [PWSH, "-NoProfile", "-NonInteractive", "-File", str(driver)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env={**os.environ, "DOTNET_TieredPGO": "0"})
    atexit.register(process.kill)
    return process


def run_script(script: str) -> Any:
    """What a script writes last, which has to be JSON. Nothing of another is in its runspace."""
    with tempfile.NamedTemporaryFile("w", suffix=".ps1", encoding="utf-8-sig") as place:
        place.write(script)
        place.flush()
        process = started()
        assert process.stdin and process.stdout
        late = threading.Timer(LIMIT, process.kill)
        late.start()
        print(Path.cwd(), place.name, sep="\n", file=process.stdin, flush=True)
        line = next((line for line in process.stdout if line.startswith("@@")), "")
        late.cancel()
    if not line:
        started.cache_clear()
        raise AssertionError(f"PowerShell has ended, or took longer than {LIMIT} seconds")
    answer = json.loads(line[2:])
    assert answer["said"].strip(), answer["wrong"]
    return json.loads(answer["said"].strip().splitlines()[-1])
