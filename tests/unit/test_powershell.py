# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The PowerShell modules, read and not run: their syntax, their argument specs against their documentation, their habits."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.asr.hyperv.plugins.doc_fragments.attributes import ModuleDocFragment
from ansible_collections.asr.hyperv.plugins.module_utils._lifecycle.lifecycle import Phase
from ansible_collections.asr.hyperv.tests.unit.plugins.module_utils.records import known

ROOT = Path(__file__).resolve().parents[2]
reader = pytest.importorskip("asr_simulator.windows.spec", reason="needs tree-sitter-pwsh")

MODULES = sorted(ROOT.glob("plugins/modules/*.ps1"))
UTILS = sorted(ROOT.glob("plugins/module_utils/*.psm1"))
FACTS = {"type": "str", "required": False, "choices": None, "default": None}
RULES = {
    *("options", "supports_check_mode", "mutually_exclusive"),
    *("required_one_of", "required_together", "required_if", "required_by"),
}


def name(path):
    return path.stem


def text(path):
    return path.read_text(encoding="utf-8")


def sidecar(path):
    return yaml.safe_load(text(path.with_suffix(".yml")))


def facts(options):
    """What an argument spec and a documentation both tell of each option."""
    return {name: {fact: rule.get(fact, usual) for fact, usual in FACTS.items()} for name, rule in options.items()}


def functions(path):
    """Each function of a script: its name, and how many lines it has."""
    lines = text(path).splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("function ")]
    return {lines[start].split()[1]: lines.index("}", start) - start + 1 for start in starts}


def test_there_are_modules_to_look_at():
    assert len(MODULES) >= 6
    assert UTILS


@pytest.mark.parametrize("path", [*MODULES, *UTILS], ids=name)
def test_the_script_is_powershell(path):
    assert reader.syntax_errors(text(path)) == []
    assert reader.syntax_errors(text(path) + "\nif (") != []


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_argument_spec_is_the_documented_one(path):
    spec = reader.spec_of(text(path))
    documentation = sidecar(path)["DOCUMENTATION"]
    assert facts(spec["options"]) == facts(documentation.get("options", {}))
    assert set(spec) <= RULES
    assert documentation["module"] == path.stem


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_option_that_a_rule_names_is_there(path):
    spec = reader.spec_of(text(path))
    for rule in ("mutually_exclusive", "required_one_of", "required_together"):
        for group in spec.get(rule, []):
            assert set(group) <= set(spec["options"])
    for option, value, needed in spec.get("required_if", []):
        assert value in spec["options"][option]["choices"]
        assert set(needed) <= set(spec["options"])
    for option, needed in spec.get("required_by", {}).items():
        assert {option, needed} <= set(spec["options"])


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_parameter_that_the_module_reads_is_an_option(path):
    read = set(re.findall(r"\$module\.Params\.(\w+)", text(path)))
    assert read <= set(reader.spec_of(text(path))["options"])


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_module_begins_as_all_do(path):
    lines = text(path).splitlines()
    assert lines[0] == "#!powershell"
    assert "#AnsibleRequires -CSharpUtil Ansible.Basic" in lines
    assert "Set-StrictMode -Version Latest" in lines
    assert reader.spec_of(text(path))["supports_check_mode"] is True


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_the_module_says_what_it_does_in_check_and_diff_mode(path):
    documentation = sidecar(path)["DOCUMENTATION"]
    assert "asr.hyperv.attributes.host" in documentation["extends_documentation_fragment"]
    told = dict(documentation.get("attributes", {}))
    if "asr.hyperv.attributes.read_only" in documentation["extends_documentation_fragment"]:
        told.update(yaml.safe_load(ModuleDocFragment.READ_ONLY)["attributes"])
    assert set(told) == {"check_mode", "diff_mode", "idempotent"}


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_what_is_returned_is_documented(path):
    written = set(re.findall(r"\$module\.Result\.(\w+)", text(path))) - {"changed"}
    assert written == set(sidecar(path)["RETURN"])
    for told in (one for one in sidecar(path)["RETURN"].values() if one["type"] in ("dict", "list")):
        first = told["sample"][0] if told["type"] == "list" else told["sample"]
        assert set(first) == set(contained(told))


def contained(told):
    """What is in an entry of a result, where need be by the documentation that is referred to."""
    if "contains" in told:
        return told["contains"]
    module, result = known(re.search(r"RV\(asr\.hyperv\.(\w+)#module:(\w+)\)", "".join(told["description"]))).groups()
    return sidecar(ROOT / "plugins" / "modules" / f"{module}.ps1")["RETURN"][result]["contains"]


def test_host_info_reads_of_vms_what_vm_info_does():
    """Two specs say what may be read; their choices and what they return are the same."""
    host, vms = (next(path for path in MODULES if path.stem == name) for name in ("host_info", "vm_info"))
    choices = [
        reader.spec_of(text(path))["options"][option]["choices"]
        for path, option in ((host, "vm_details"), (vms, "details"))
    ]
    assert choices[0] == choices[1]
    assert sidecar(host)["RETURN"]["vms"]["sample"] == sidecar(vms)["RETURN"]["vms"]["sample"]


@pytest.mark.parametrize("path", [*MODULES, *UTILS], ids=name)
def test_scripts_stay_small(path):
    assert len(text(path).splitlines()) <= (200 if path.suffix == ".ps1" else 400)
    assert not {name: lines for name, lines in functions(path).items() if lines > 40}


@pytest.mark.parametrize("path", UTILS, ids=name)
def test_the_util_is_private_and_each_of_its_functions_has_our_prefix(path):
    assert path.name.startswith("_")
    assert "# This module_utils is PRIVATE to the collection" in text(path)
    assert all("-Asr" in function for function in functions(path))


def test_no_two_utils_have_a_function_of_one_name():
    """A module may load both, and whoever calls it there gets that of the one which was loaded last."""
    names = [function for path in UTILS for function in functions(path)]
    assert sorted(names) == sorted(set(names))


def required(path):
    """A script and the utils that it asks for, with what these ask for."""
    found = {path}
    for name in re.findall(r"^#AnsibleRequires -PowerShell \.\.module_utils\.(\w+)$", text(path), re.MULTILINE):
        found |= required(ROOT / "plugins" / "module_utils" / f"{name}.psm1")
    return found


@pytest.mark.parametrize("path", [*MODULES, *UTILS], ids=name)
def test_what_a_script_calls_of_the_utils_is_in_those_that_it_requires(path):
    known = {function for util in required(path) for function in functions(util)}
    called = set(re.findall(r"\b\w+-Asr\w+", text(path)))
    assert called <= known


def test_vm_power_takes_every_phase():
    power = next(path for path in MODULES if path.stem == "vm_power")
    assert set(reader.spec_of(text(power))["options"]["failback_phase"]["choices"]) == {phase.value for phase in Phase}


def test_a_host_without_a_usable_agent_is_read_all_the_same():
    """-ErrorAction hides neither a cmdlet that is not there nor what it throws."""
    util = next(path for path in UTILS if path.stem == "_SiteRecovery")
    reading = known(re.search(r"function Get-AsrMachineSetting \{.*?\n\}", text(util), re.DOTALL)).group()
    guarded = known(re.search(r"try \{(.*?)\n    \}\n    catch \{\n        return @", reading, re.DOTALL)).group(1)
    for called in ("Import-AsrAgentModule", "Get-OBMachineSetting", "Get-AsrThrottle", "Get-AsrAgentProxy"):
        assert f"{called}" in guarded and called not in reading.replace(guarded, "")


def test_a_vm_that_cannot_be_read_does_not_end_the_task():
    """Each part of each VM is read within a try; what Hyper-V cannot list is told beside what it can."""
    script = text(next(path for path in MODULES if path.stem == "vm_info"))
    assert "FailJson" not in script
    facts = text(next(path for path in UTILS if path.stem == "_VMInfo"))
    assert "FailJson" not in facts
    reading = known(re.search(r"function Get-AsrVMFact \{.*?\n\}", facts, re.DOTALL)).group()
    assert re.search(r"try \{[^}]*& \$readers\[\$part\] \$VM.*?catch", reading, re.DOTALL)
    util = text(next(path for path in UTILS if path.stem == "_HyperV"))
    listing = known(re.search(r"function Read-AsrVM \{.*?\n\}", util, re.DOTALL)).group()
    assert "Hyper-V\\Get-VM @wanted -ErrorAction SilentlyContinue -ErrorVariable problems" in listing
    assert util.count("Hyper-V\\Get-VM ") == 1


def test_whatever_windows_is_asked_for_has_a_limit():
    """A service that hangs, or a volume whose storage is away, would hold back the task until somebody ends it."""
    for path in [*MODULES, *UTILS]:
        calls = re.findall(r"(?:Get-CimInstance|Invoke-CimMethod)[^|\n]*", text(path))
        assert [call for call in calls if "-OperationTimeoutSec" not in call] == [], path.name
    begun = re.findall(r"Hyper-V\\(?:Start|Save|Stop|Remove)-VM -[^\n]*", "".join(map(text, [*MODULES, *UTILS])))
    assert len(begun) == 4 and all("-AsJob" in call for call in begun)


def test_a_registration_is_believed_when_the_registry_tells_it():
    module = text(next(path for path in MODULES if path.stem == "provider_registration"))
    before, after = module.split("if ($exitCode -ne 0) {")
    assert "Get-AsrProvider" in before and re.search(r"-not \(Get-AsrProvider\)\.registered", after)


def test_no_module_takes_a_password():
    """The provider's own program would want it in its command line, where others can read it."""
    taken = {option for path in MODULES for option in reader.spec_of(text(path))["options"]}
    assert not [option for option in taken if re.search("password|secret|token", option)]


def test_cmdlets_of_hyper_v_are_called_by_its_name():
    """Tools of others, such as those of VMware, have a Get-VM too, and the one that was loaded last is taken."""
    table = json.loads((ROOT / "tools" / "cmdlets.json").read_text(encoding="utf-8"))
    names = "|".join(name for name in table if re.match(r"\w+-(VM|VHD|VFD)", name))
    for path in [*MODULES, *UTILS]:
        bare = re.findall(rf"(?:^|[({{|=;]) *(?:{names})(?![\w-])", text(path), flags=re.MULTILINE)
        assert not bare, path.name
