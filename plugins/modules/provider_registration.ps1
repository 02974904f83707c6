#!powershell

# Copyright (c) 2026, the asr.hyperv project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

#AnsibleRequires -CSharpUtil Ansible.Basic
#AnsibleRequires -PowerShell ..module_utils._SiteRecovery
#AnsibleRequires -PowerShell ..module_utils._Windows

Set-StrictMode -Version Latest

$spec = @{
    options = @{
        state = @{ type = 'str'; choices = 'registered', 'unregistered'; default = 'registered' }
        key_file = @{ type = 'path' }
        friendly_name = @{ type = 'str' }
        proxy_address = @{ type = 'str' }
        proxy_port = @{ type = 'int' }
        timeout = @{ type = 'int'; default = 900 }
    }
    required_together = @(, @('proxy_address', 'proxy_port'))
    supports_check_mode = $true
}
$module = [Ansible.Basic.AnsibleModule]::Create($args, $spec)

$keyDays = 5  # the vault makes it with a certificate that is good for 120 hours

function Read-KeyFile {
    # Vault and site that a vault key file is for. What else is in it is secret and stays there, in errors too.
    param([string]$Path)

    if (-not (Test-Path -LiteralPath $Path -PathType Leaf)) {
        $module.FailJson("There is no vault key file '$Path' on $env:COMPUTERNAME. Download it from the vault and copy it there.")
    }
    try {
        $key = New-Object -TypeName System.Xml.XmlDocument
        $key.Load($Path)
        $vault = $key.SelectSingleNode("//*[local-name() = 'ResourceName']").InnerText
        $site = $key.SelectSingleNode("//*[local-name() = 'SiteName']").InnerText
    }
    catch {
        $module.FailJson("'$Path' on $env:COMPUTERNAME is not a vault key file of a Hyper-V site. Download it again.")
    }
    @{ vault_name = $vault; site_name = $site }
}

function Assert-FreshKey {
    # Fails the task for a key file that is too old to register with, by the clock and the copy of this host.
    param([string]$Path)

    $days = ([DateTime]::UtcNow - (Get-Item -LiteralPath $Path).LastWriteTimeUtc).TotalDays
    if ($days -gt $keyDays) {
        $module.FailJson(
            "The vault key file '$Path' on $env:COMPUTERNAME is $([Math]::Floor($days)) days old, and good for $keyDays only. " +
            "Download a new one from the vault and copy it there."
        )
    }
}

function Assert-SameVault {
    # Fails the task when the host belongs to another vault or site; says so when the registry does not tell.
    param([hashtable]$Provider, [hashtable]$Key)

    if (-not $Provider.vault_name) {
        $module.Warn(
            "$env:COMPUTERNAME is registered, but its registry does not tell to which vault. " +
            "Look for $($Provider.dra_id) among the providers of the vault '$($Key.vault_name)'."
        )
    }
    foreach ($name in 'vault_name', 'site_name') {
        if ($Provider[$name] -and $Provider[$name] -ne $Key[$name]) {
            $module.FailJson(
                "$env:COMPUTERNAME is registered to the vault '$($Provider.vault_name)', site '$($Provider.site_name)', " +
                "and the key file is for the vault '$($Key.vault_name)', site '$($Key.site_name)'. " +
                "Unregister it first if its VMs may lose their protection."
            )
        }
    }
}

function Assert-Argument {
    # Fails the task on a value that DRConfigurator would take for another of its options, or that cannot be what it stands for.
    $rules = @{
        friendly_name = '^[^/\p{C}"][^\p{C}"]*$'
        key_file = '^[^/\p{C}"][^\p{C}"]*$'
        proxy_address = '^[^/\p{C}"\s][^\p{C}"\s]*$'
    }
    foreach ($option in $rules.Keys) {
        $value = $module.Params[$option]
        if ($value -and $value -cnotmatch $rules[$option]) {
            $module.FailJson(
                "${option}: '$(ConvertTo-AsrText -Value $value)' is not allowed. It must not begin with a slash, and have no quotes, " +
                "no control characters and, in proxy_address, no blanks."
            )
        }
    }
}

function Register-Provider {
    # Lets DRConfigurator register this host, within the time that it has. Returns its exit code. It runs in its own folder, as Microsoft's
    # script does it.
    $configurator = Get-AsrPlace -Name Configurator
    $name = if ($module.Params.friendly_name) { $module.Params.friendly_name } else { $env:COMPUTERNAME }
    $arguments = @('/r', '/Friendlyname', (ConvertTo-AsrArgument -Text $name))
    $arguments += '/Credentials', (ConvertTo-AsrArgument -Text $module.Params.key_file)
    if ($module.Params.proxy_address) {
        $arguments += '/proxyAddress', (ConvertTo-AsrArgument -Text $module.Params.proxy_address)
        $arguments += '/proxyport', "$($module.Params.proxy_port)"
    }
    if ($module.CheckMode) {
        return 0
    }
    $process = Start-Process -FilePath $configurator -ArgumentList $arguments -WorkingDirectory (Split-Path -Path $configurator -Parent) -PassThru
    if (-not (Wait-AsrProcess -Process $process -Seconds $module.Params.timeout)) {
        throw "DRConfigurator did not end within $($module.Params.timeout) seconds (timeout) and was stopped. It may have asked something " +
            "that nobody could answer. The log is in $env:ProgramData\ASRLogs"
    }
    $process.ExitCode
}

function Unregister-Provider {
    # Forgets the vault, in the steps that Microsoft documents for a host: registry and certificates. Each is done when it is still to be
    # done, so that what was broken off can be finished.
    param([hashtable]$Left)

    $key = Get-AsrPlace -Name SiteRecoveryKey
    if ((Get-AsrService -Name dra).state -eq 'started') {
        Stop-Service -Name dra -WhatIf:$module.CheckMode
    }
    foreach ($part in $Left.keys) {
        Remove-Item -LiteralPath "$key\$part" -Recurse -WhatIf:$module.CheckMode
    }
    foreach ($value in $Left.values) {
        Remove-ItemProperty -LiteralPath $key -Name $value -WhatIf:$module.CheckMode
    }
    foreach ($certificate in $Left.certificates) {
        Remove-Item -LiteralPath $certificate.PSPath -WhatIf:$module.CheckMode
    }
}

Assert-Argument
$provider = Get-AsrProvider
$wanted = $module.Params.state -eq 'registered'
$key = $null
if ($wanted -and -not $provider.installed) {
    $module.FailJson("The Site Recovery provider is not installed on $env:COMPUTERNAME. Install AzureSiteRecoveryProvider.exe first.")
}
if ($wanted -and -not $provider.registered -and -not $module.Params.key_file) {
    $module.FailJson("state is registered but all of the following are missing: key_file")
}
# A host that is registered needs no key file: it may have been deleted since, as it should be.
$hasKey = $module.Params.key_file -and (-not $provider.registered -or (Test-Path -LiteralPath $module.Params.key_file -PathType Leaf))
if ($wanted -and $hasKey) {
    $key = Read-KeyFile -Path $module.Params.key_file
}
if ($key -and $provider.registered) {
    Assert-SameVault -Provider $provider -Key $key
}
elseif ($key) {
    Assert-FreshKey -Path $module.Params.key_file
}
$left = Get-AsrRegistrationLeft
$changed = if ($wanted) { -not $provider.registered } else { $left.count -gt 0 }
$module.Diff.before = @{ registered = $provider.registered; vault_name = $provider.vault_name; site_name = $provider.site_name }
$module.Diff.after = $module.Diff.before

if ($changed) {
    $after = if ($key) { $key } else { @{ vault_name = $null; site_name = $null } }
    $module.Diff.after = @{ registered = $wanted; vault_name = $after.vault_name; site_name = $after.site_name }
    if (-not $wanted) { $module.Diff.before.left = $left.words }
    $exitCode = 0
    try {
        if ($wanted) { $exitCode = Register-Provider } else { Unregister-Provider -Left $left }
    }
    catch {
        $module.FailJson("Cannot make $env:COMPUTERNAME $($module.Params.state): $_", $_)
    }
    if ($exitCode -ne 0) {
        $module.FailJson(
            "DRConfigurator could not register $env:COMPUTERNAME (exit code $exitCode). " +
            "A key file is good for a few days only: download a new one. The log is in $env:ProgramData\ASRLogs."
        )
    }
    $module.Result.changed = $true
}
if ($changed -and $wanted -and -not $module.CheckMode -and -not (Get-AsrProvider).registered) {
    $module.FailJson(
        "DRConfigurator ended well, but $env:COMPUTERNAME is not registered: its registry has no DraID or no key Registration below " +
        "'$(Get-AsrPlace -Name SiteRecoveryKey)'. The log is in $env:ProgramData\ASRLogs."
    )
}
if ($changed -and -not $module.CheckMode) {
    $is = Get-AsrProvider  # as it can be read, not as it was meant
    $module.Diff.after = @{ registered = $is.registered; vault_name = $is.vault_name; site_name = $is.site_name }
}
$module.Result.provider = @{ installed = $provider.installed; version = $provider.version } + $module.Diff.after
$module.ExitJson()
