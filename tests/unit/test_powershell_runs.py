# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The PowerShell of the collection, run: hostile names are arguments, names and texts on a host, and nothing else."""

from __future__ import annotations

import hashlib
import json

import pytest

from ansible_collections.asr.hyperv.plugins.module_utils._service.texts import visible
from ansible_collections.asr.hyperv.tests.unit.hostile import HOSTILE, raw
from ansible_collections.asr.hyperv.tests.unit.pwsh import IMPORT, PWSH, run_module, run_script, text

pytestmark = pytest.mark.skipif(not PWSH, reason="needs pwsh")

NAMES = [*HOSTILE.values(), "", "plain", "with blanks", "a\\", "a\\\\", 'a\\"b', '"', '\\"', "C:\\a b\\", "x" * 300]
PROXY = "http://proxy.contoso.example"
KEY = "<Creds><ResourceName>vault1</ResourceName><SiteName>site1</SiteName></Creds>"
STARTED = """
$global:lines = @()
function Get-AsrProvider {
    @{ installed = $true; version = '5'; registered = $global:lines.Count -gt 0; vault_name = ''; site_name = '' }
}
function Start-Process { param($FilePath, $ArgumentList, [switch]$Wait, [switch]$PassThru)
    $global:lines += $ArgumentList -join ' '
    @{ ExitCode = 0 } | ForEach-Object { [pscustomobject]$_ }
}
"""


def as_windows_reads(line: str) -> list[str]:
    """The arguments of a command line by the rules of CommandLineToArgvW."""
    found: list[str] = []
    word, quoted, at, begun = "", False, 0, False
    while at < len(line):
        slashes = len(line[at:]) - len(line[at:].lstrip("\\"))
        at += slashes
        if at < len(line) and line[at] == '"':
            word, begun = word + "\\" * (slashes // 2), True
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            at += 1
        elif at < len(line) and line[at] in " \t" and not quoted and not slashes:
            found, word, begun = found + [word] * begun, "", False
            at += 1
        else:
            word += "\\" * slashes
            begun = begun or bool(slashes)
            if at < len(line) and (quoted or line[at] not in " \t"):
                word, begun, at = word + line[at], True, at + 1
    return found + [word] * begun


def test_the_rules_of_windows_are_understood_here():
    assert as_windows_reads(r'a "b c" d\e "f\"g" "h\\" \\i "" j') == ["a", "b c", r"d\e", 'f"g', "h\\", r"\\i", "", "j"]
    assert as_windows_reads('/n "hv09" /Credentials "x"" /Credentials "C:\\k.xml"')[1:3] == ["hv09", "/Credentials"]


def test_every_text_is_one_argument_of_a_windows_program():
    names = ", ".join(map(text, NAMES))
    lines = run_script(
        f"{IMPORT}\n@({names}) | ForEach-Object {{ ConvertTo-AsrArgument -Text $_ }} | ConvertTo-Json -Compress"
    )
    for name, line in zip(NAMES, lines, strict=True):
        whole = as_windows_reads(f"/Friendlyname {line} /Credentials")
        assert whole == ["/Friendlyname", name, "/Credentials"]


def test_texts_of_a_host_are_shown_as_those_of_the_vault():
    every = "".join(map(chr, [*range(0x3000), 0xD800, 0xFEFF, 0x1F600]))
    data = f"@{{ a = @({text(every)}, 5, $null, $true); b = @{{ {text(HOSTILE['forged line'])} = @() }} }}"
    script = f"ConvertTo-AsrText -Value {data} | ConvertTo-Json -Depth 5 -Compress -EscapeHandling EscapeNonAscii"
    told = run_script(f"{IMPORT}\n{script}")
    assert raw(told["a"][0]) == []
    assert len(told["a"][0].splitlines()) == 1
    assert told["a"][0].endswith("\\ufeff\U0001f600")
    assert told["a"][1:] == [5, None, True]
    assert told["b"] == {visible(HOSTILE["forged line"]): []}
    names = ", ".join(map(text, HOSTILE.values()))
    shown = f"@({names}) | ForEach-Object {{ ConvertTo-AsrText -Value $_ }} | ConvertTo-Json -Compress"
    assert run_script(f"{IMPORT}\n{shown}") == [visible(name) for name in HOSTILE.values()]


REFUSED = [
    ("friendly_name", 'hv09" /Credentials "\\\\other\\k.xml'),
    ("friendly_name", "/Credentials"),
    ("friendly_name", "hv09\n/x"),
    ("friendly_name", "hv\u202e09"),
    ("key_file", "/r"),
    ("key_file", 'k" /x "'),
    ("proxy_address", "http://proxy /skipflag x"),
    ("proxy_address", 'http://p"x'),
    ("proxy_address", "/proxyport"),
]


def register(tmp_path, monkeypatch, *cases):
    """What the module says to each of these options, and what it starts. (A full path would begin with a slash here.)"""
    (tmp_path / "site 1.VaultCredentials").write_text(KEY, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    usual = {"state": "registered", "key_file": "site 1.VaultCredentials", "proxy_address": PROXY, "proxy_port": 8080}
    return run_module("provider_registration", [{**usual, **case} for case in cases], STARTED, "$global:lines")


def test_what_would_be_another_option_of_the_program_is_refused(tmp_path, monkeypatch):
    answers = register(tmp_path, monkeypatch, *({option: value} for option, value in REFUSED))
    for (option, value), answer in zip(REFUSED, answers, strict=True):
        assert f"{option}: '{visible(value)}' is not allowed" in answer["result"]["msg"]
        assert answer["told"] == [], "nothing was started"


def test_the_program_gets_exactly_what_was_given(tmp_path, monkeypatch):
    names = ["hv09", "hv09\\", "host of (ours) & others", "hv09;$(x)`y"]
    answers = register(tmp_path, monkeypatch, *({"friendly_name": name} for name in names))
    for name, answer in zip(names, answers, strict=True):
        assert not answer["result"].get("failed"), answer
        assert as_windows_reads(answer["told"][0]) == [
            *("/r", "/Friendlyname", name, "/Credentials", "site 1.VaultCredentials"),
            *("/proxyAddress", PROXY, "/proxyport", "8080"),
        ]


def test_a_registration_that_is_not_there_has_neither_vault_nor_site():
    (answer,) = run_module("provider_registration", [{"state": "unregistered"}])
    nowhere = {"registered": False, "vault_name": None, "site_name": None}
    assert answer["result"] == {"changed": False, "provider": {"installed": False, "version": None, **nowhere}}
    assert answer["diff"] == {"before": nowhere, "after": nowhere}


LEFT = """
$global:did = @()
$global:registry = ConvertFrom-Json $case.registry -AsHashtable  # key below that of Site Recovery: its values
function global:Get-Key { param($Path) ($Path -split 'Azure Site Recovery')[-1].TrimStart('\\') }
function global:Test-Path { param($LiteralPath, $PathType) $global:registry.ContainsKey((Get-Key $LiteralPath)) }
function global:Get-Item { param($LiteralPath)
    $one = [pscustomobject]@{ Values = $global:registry[(Get-Key $LiteralPath)] }
    Add-Member -InputObject $one -MemberType ScriptMethod -Name GetValue -Value { param($Name) $this.Values[$Name] } -PassThru
}
function global:Get-ChildItem { [CmdletBinding()] param($Path)
    if ($global:certificates) { [pscustomobject]@{ FriendlyName = "ASR_SRSAUTH_CERT_KEY_CONTAINER 1"; PSPath = "certificate 1" } }
}
$global:certificates = [int]$case.certificates
function global:Remove-Item { [CmdletBinding(SupportsShouldProcess)] param($LiteralPath, [switch]$Recurse)
    if (-not $PSCmdlet.ShouldProcess('it')) { return }
    $global:did += "remove $(Get-Key $LiteralPath)"; $global:registry.Remove((Get-Key $LiteralPath)); $global:certificates = 0
}
function global:Remove-ItemProperty { [CmdletBinding(SupportsShouldProcess)] param($LiteralPath, $Name)
    if (-not $PSCmdlet.ShouldProcess('it')) { return }
    $global:did += "remove value $Name"; $global:registry[''].Remove($Name)
}
function global:Stop-Service { [CmdletBinding(SupportsShouldProcess)] param($Name) $global:did += "stop $Name" }
function global:Get-CimInstance { [CmdletBinding()] param($ClassName, $Filter, $OperationTimeoutSec) }
"""
REST = [  # what of a registration is there, what is removed
    ({"": {}}, 0, []),
    ({"": {"DraID": "x"}}, 0, ["remove value DraID"]),
    ({"": {}, "ProxySettings": {}}, 0, ["remove ProxySettings"]),
    (
        {"": {"IdMgmtCloudContainerId": "y"}, "Registration": {}},
        0,
        ["remove Registration", "remove value IdMgmtCloudContainerId"],
    ),
    ({"": {}}, 1, ["remove certificate 1"]),
]


def test_what_an_unregistration_has_left_is_removed_by_the_next_one():
    cases = [
        {"state": "unregistered", "registry": json.dumps(keys), "certificates": count} for keys, count, _did in REST
    ]
    checked = [{**case, "check_mode": True} for case in cases]
    answers = run_module("provider_registration", [*cases, *checked], LEFT, "$global:did")
    for at, (keys, _count, did) in enumerate(REST):
        done, check = answers[at :: len(REST)]
        assert (done["told"], done["result"]["changed"]) == (did, bool(did)), (keys, done)
        assert (check["told"], check["result"]["changed"]) == ([], bool(did)), (keys, check)


def test_a_host_that_is_registered_needs_no_key_file_any_more(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    registered = """
function Get-AsrProvider {
    @{ installed = $true; version = '5'; registered = $true; dra_id = 'x'; vault_name = 'v'; site_name = 's' }
}
"""
    for answer in run_module(
        "provider_registration", [{"state": "registered"}, {"state": "registered", "key_file": "gone"}], registered
    ):
        assert not answer["result"].get("failed"), answer
        assert (answer["result"]["changed"], answer["result"]["provider"]["vault_name"]) == (False, "v")


SIGNED = """
function Get-AuthenticodeSignature { param($LiteralPath)
    $how = [System.Security.Cryptography.HashAlgorithmName]::SHA256, [System.Security.Cryptography.RSASignaturePadding]::Pkcs1
    $made = foreach ($name in $case.subject, $case.issuer) {
        $wanted = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new($name, $secret, $how[0], $how[1])
        $wanted.CreateSelfSigned([DateTimeOffset]::Now, [DateTimeOffset]::Now.AddDays(1))
    }
    $signer = [pscustomobject]@{ SubjectName = $made[0].SubjectName; IssuerName = $made[1].SubjectName }
    [pscustomobject]@{ Status = $case.status; SignerCertificate = if ($case.status -ne 'NotSigned') { $signer } }
}
$secret = [System.Security.Cryptography.RSA]::Create(2048)
"""
OURS = "CN=Microsoft Corporation, O=Microsoft Corporation, L=Redmond, S=Washington, C=US"
CODE = "CN=Microsoft Code Signing PCA 2011, O=Microsoft Corporation, L=Redmond, S=Washington, C=US"
SIGNATURES = [  # status, subject, issuer, and whether that is a signature of Microsoft
    ("Valid", OURS, CODE, True),
    ("HashMismatch", OURS, CODE, False),
    ("NotTrusted", OURS, CODE, False),
    ("NotSigned", OURS, CODE, False),
    ("Valid", "CN=Microsoft Corporation, O=Evil", CODE, False),
    ("Valid", OURS, "CN=Evil CA, O=Evil", False),
    ("Valid", 'CN="Evil, O=Microsoft Corporation", O=Evil', CODE, False),
    ("Valid", 'CN="Evil\nO=Microsoft Corporation\nx"', CODE, False),
    ("Valid", "O=Microsoft Corporation Ltd", CODE, False),
    ("Valid", "O=MICROSOFT corporation", CODE, False),
    ("Valid", "OU=O=Microsoft Corporation", CODE, False),
]


def test_only_a_valid_signature_of_microsoft_is_one(tmp_path):
    setup = tmp_path / "setup.exe"
    setup.write_bytes(b"MZ")
    cases = [{"path": str(setup), "status": row[0], "subject": row[1], "issuer": row[2]} for row in SIGNATURES]
    for row, answer in zip(SIGNATURES, run_module("signature_info", cases, SIGNED), strict=True):
        told = answer["result"]["signature"]
        assert (told["by_microsoft"], told["status"]) == (row[3], row[0]), row
        assert told["sha256"] == hashlib.sha256(b"MZ").hexdigest()
        assert (told["signer"] == "") == (row[0] == "NotSigned")


def test_a_setup_that_is_not_there_is_said(tmp_path):
    (answer,) = run_module("signature_info", [{"path": str(tmp_path / "none.exe")}])
    assert "There is no file" in answer["result"]["msg"]
