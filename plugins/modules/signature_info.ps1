#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        path = @{ type = 'path'; required = $true }
    }
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

function Test-MicrosoftName {
    # Whether a distinguished name is one of Microsoft's: its organization is, and no part is quoted, in which more could hide.
    param([object]$Name)

    $text = $Name.Format($false)
    $text -cnotmatch '["+;\p{C}]' -and ($text -split ', ') -ccontains 'O=Microsoft Corporation'
}

function Get-Signature {
    # What Windows says of the signature of a file, and whether Microsoft signed with a certificate of its own.
    param([string]$Path)

    $found = Get-AuthenticodeSignature -LiteralPath $Path
    $signer = $found.SignerCertificate
    $microsoft = $null -ne $signer -and (Test-MicrosoftName -Name $signer.SubjectName) -and (Test-MicrosoftName -Name $signer.IssuerName)
    @{
        path = $Path
        status = "$($found.Status)"
        signer = if ($signer) { $signer.SubjectName.Format($false) } else { '' }
        by_microsoft = "$($found.Status)" -eq 'Valid' -and $microsoft
        sha256 = (Get-FileHash -LiteralPath $Path -Algorithm SHA256).Hash.ToLower()
    }
}

$path = $module.Params.path
if (-not (Test-Path -LiteralPath $path -PathType Leaf)) {
    $module.FailJson("There is no file '$path' on $env:COMPUTERNAME.")
}
try {
    $signature = Get-Signature -Path $path
}
catch {
    $module.FailJson("Cannot read the signature of '$path' on ${env:COMPUTERNAME}: $_", $_)
}
$module.Result.signature = ConvertTo-AsrText -Value $signature
$module.ExitJson()
