# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What every Windows host has and this computer has not: services, volumes, registry, certificates, and drives with letters. It is played from
# the estate of a simulated host, which the process holds. The functions have the names of cmdlets, and hide them for paths of Windows only.

$estate = [System.AppDomain]::CurrentDomain.GetData('AsrEstate')
$own = '^(HKLM:|Cert:|[A-Za-z]:\\|\\\\)'  # paths that are not this computer's

function Get-SimulatedEstate {
    # All that is known of the host, for the other modules here.
    $estate
}

function Save-Simulated {
    # Notes that a script changed something.
    $estate.changed = $true
}

function New-SimulatedError {
    # An error record with a text of Windows.
    param([string]$Text, [string]$Id = 'ObjectNotFound', [string]$Category = 'ObjectNotFound', [object]$On)

    [System.Management.Automation.ErrorRecord]::new([System.Exception]::new($Text), $Id, $Category, $On)
}

function New-SimulatedJob {
    # What a cmdlet does, as a job that is over, with its errors; or one that is never over.
    param([scriptblock]$What, [switch]$Never)

    if ($Never) { return Register-EngineEvent -SourceIdentifier "never $([guid]::NewGuid())" -Action { } }
    $problems = @()
    & $What -ErrorAction SilentlyContinue -ErrorVariable problems
    $problems = @($problems)
    1 | ForEach-Object -AsJob -Parallel { $using:problems | ForEach-Object { Write-Error -ErrorRecord $_ } }
}

function Get-Trouble {
    # The text of an error that the scenario has for a cmdlet on this host, or nothing.
    param([string]$Cmdlet)

    if ($estate.troubles -and $estate.troubles.Contains($Cmdlet)) { $estate.troubles[$Cmdlet] }
}

function Get-KeyName {
    # A path of the registry as the estate has it: without drive and provider.
    param([string]$Path)

    ($Path -replace '^(.*::)?(HKLM:|HKEY_LOCAL_MACHINE)\\', '').TrimEnd('\')
}

function Find-Key {
    # The name of a key that is there, in whatever case it was asked for; a key is there when one below it is.
    param([string]$Path)

    $name = Get-KeyName -Path $Path
    $estate.registry.Keys | Where-Object { $_ -eq $name -or $_ -like "$([wildcardpattern]::Escape($name))\*" } | Select-Object -First 1
}

function Assert-Registry {
    # Whoever is no administrator may not write there.
    if ($estate.registry_denied) {
        throw [System.UnauthorizedAccessException]::new('Requested registry access is not allowed.')
    }
}

function New-KeyObject {
    # A key as Get-Item shows it.
    param([string]$Path)

    $values = $estate.registry[(Get-KeyName -Path $Path)]
    $key = [pscustomobject]@{ Name = "HKEY_LOCAL_MACHINE\$(Get-KeyName -Path $Path)"; PSPath = $Path; Held = $values }
    Add-Member -InputObject $key -MemberType ScriptMethod -Name GetValue -Value {
        param($Name)
        if ($this.Held -and $this.Held.Contains($Name)) { $this.Held[$Name] } else { $null }
    }
    $key
}

function Find-File {
    # What lies at a path of the host, or nothing.
    param([string]$Path)

    $estate.files[$Path.TrimEnd('\').ToLowerInvariant()]
}

function New-FileObject {
    # A file as Get-Item shows it.
    param([string]$Path, [System.Collections.IDictionary]$File)

    [pscustomobject]@{
        FullName = $Path
        Name = ($Path -split '\\')[-1]
        PSPath = $Path
        PSIsContainer = [bool]$File.folder
        Length = [long]$File.length
        LastWriteTimeUtc = [DateTime]::UtcNow.AddDays(-$File.days).AddMinutes(-1)
        LastWriteTime = [DateTime]::Now.AddDays(-$File.days).AddMinutes(-1)
        VersionInfo = [pscustomobject]@{ FileVersion = $File.version; ProductVersion = $File.version }
    }
}

function Get-CertificateObject {
    # Certificates of the machine.
    foreach ($one in $estate.certificates) {
        [pscustomobject]@{ FriendlyName = $one.FriendlyName; Thumbprint = $one.Thumbprint; PSPath = "Cert:\LocalMachine\My\$($one.Thumbprint)" }
    }
}

function Test-Simulated {
    # Whether something is at a path of the host.
    param([string]$Path, [string]$PathType)

    if ($Path -match '^(HKLM:|.*HKEY_LOCAL_MACHINE)') { return [bool](Find-Key -Path $Path) }
    if ($Path -match '^Cert:') { return $true }
    $file = Find-File -Path $Path
    [bool]($file -and -not ($PathType -eq 'Leaf' -and $file.folder) -and -not ($PathType -eq 'Container' -and -not $file.folder))
}

function Test-Path {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Path, [string[]]$LiteralPath, [string]$PathType, [switch]$IsValid)

    foreach ($one in @($Path) + @($LiteralPath) | Where-Object { $_ }) {
        if ($one -match $own) { Test-Simulated -Path $one -PathType $PathType }
        else { Microsoft.PowerShell.Management\Test-Path @PSBoundParameters }
    }
}

function Get-Item {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Path, [string[]]$LiteralPath, [switch]$Force)

    foreach ($one in @($Path) + @($LiteralPath) | Where-Object { $_ }) {
        if ($one -notmatch $own) { Microsoft.PowerShell.Management\Get-Item @PSBoundParameters }
        elseif (-not (Test-Simulated -Path $one)) {
            $PSCmdlet.WriteError((New-SimulatedError "Cannot find path '$one' because it does not exist." 'PathNotFound' -On $one))
        }
        elseif ($one -match '^HKLM:') { New-KeyObject -Path $one }
        else { New-FileObject -Path $one -File (Find-File -Path $one) }
    }
}

function Split-Path {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string]$Path, [string]$LiteralPath, [switch]$Parent, [switch]$Leaf)

    $one = "$Path$LiteralPath"
    if ($one -notmatch $own) { return Microsoft.PowerShell.Management\Split-Path @PSBoundParameters }
    if ($Leaf) { ($one -split '\\')[-1] } else { $one -replace '\\[^\\]*$' }
}

function Get-ItemProperty {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Path, [string[]]$LiteralPath, [Parameter(Position = 1)][string[]]$Name)

    foreach ($one in @($Path) + @($LiteralPath) | Where-Object { $_ }) {
        if ($one -notmatch '^HKLM:') { Microsoft.PowerShell.Management\Get-ItemProperty @PSBoundParameters; continue }
        $values = $estate.registry[(Get-KeyName -Path $one)]
        if ($values) { [pscustomobject]$values }
        else { $PSCmdlet.WriteError((New-SimulatedError "Cannot find path '$one' because it does not exist." 'PathNotFound' -On $one)) }
    }
}

function Get-ChildItem {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Path, [string[]]$LiteralPath, [switch]$Recurse, [switch]$Force)

    foreach ($one in @($Path) + @($LiteralPath) | Where-Object { $_ }) {
        if ($one -match '^Cert:.*Shielded') { $estate.guardians | ForEach-Object { [pscustomobject]@{ Thumbprint = $_; HasPrivateKey = $true } } }
        elseif ($one -match '^Cert:') { Get-CertificateObject }
        elseif ($one -match '^HKLM:') {
            $start = "$(Get-KeyName -Path $one)\"
            $estate.registry.Keys | Where-Object { $_.StartsWith($start, 'OrdinalIgnoreCase') } | ForEach-Object { New-KeyObject -Path "HKLM:\$_" }
        }
        elseif ($one -match $own) {
            $start = "$($one.TrimEnd('\').ToLowerInvariant())\"
            $estate.files.Keys | Where-Object { $_.StartsWith($start) } | ForEach-Object { New-FileObject -Path $_ -File $estate.files[$_] }
        }
        else { Microsoft.PowerShell.Management\Get-ChildItem @PSBoundParameters }
    }
}

function New-Item {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Position = 0)][string[]]$Path, [string]$Name, [string]$ItemType, [object]$Value, [switch]$Force)

    if ("$Path" -notmatch '^HKLM:') { return Microsoft.PowerShell.Management\New-Item @PSBoundParameters }
    if ($PSCmdlet.ShouldProcess("$Path")) {
        Assert-Registry
        $estate.registry[(Get-KeyName -Path "$Path")] = @{}
        Save-Simulated
        New-KeyObject -Path "$Path"
    }
}

function Remove-Item {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Position = 0)][string[]]$Path, [string[]]$LiteralPath, [switch]$Recurse, [switch]$Force)

    foreach ($one in @($Path) + @($LiteralPath) | Where-Object { $_ }) {
        if ($one -notmatch $own) { Microsoft.PowerShell.Management\Remove-Item @PSBoundParameters; continue }
        if (-not $PSCmdlet.ShouldProcess($one)) { continue }
        if ($one -match '^HKLM:') {
            Assert-Registry
            $name = Get-KeyName -Path $one
            $gone = @($estate.registry.Keys | Where-Object { $_ -eq $name -or $_.StartsWith("$name\", 'OrdinalIgnoreCase') })
            $gone | ForEach-Object { $estate.registry.Remove($_) }
        }
        elseif ($one -match '^Cert:') {
            $estate.certificates = @($estate.certificates | Where-Object { $_.Thumbprint -ne ($one -split '\\')[-1] })
        }
        else { $estate.files.Remove($one.TrimEnd('\').ToLowerInvariant()) }
        Save-Simulated
    }
}

function New-ItemProperty {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Position = 0)][string[]]$Path, [string[]]$LiteralPath, [string]$Name, [object]$Value, [string]$PropertyType, [switch]$Force)

    $key = "$Path$LiteralPath"
    if ($PSCmdlet.ShouldProcess("$key $Name")) {
        Assert-Registry
        $held = Get-KeyName -Path $key
        if (-not $estate.registry.Contains($held)) { $estate.registry[$held] = @{} }
        $estate.registry[$held][$Name] = $Value
        Save-Simulated
    }
}

Set-Alias -Name Set-ItemProperty -Value New-ItemProperty

function Remove-ItemProperty {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Position = 0)][string[]]$Path, [string[]]$LiteralPath, [Parameter(Position = 1)][string[]]$Name)

    $key = "$Path$LiteralPath"
    $values = $estate.registry[(Get-KeyName -Path $key)]
    foreach ($one in $Name) {
        if (-not ($values -and $values.Contains($one))) {
            $PSCmdlet.WriteError((New-SimulatedError "Property $one does not exist at path $key." 'PSArgumentException' 'InvalidArgument' -On $one))
        }
        elseif ($PSCmdlet.ShouldProcess("$key $one")) {
            Assert-Registry
            $values.Remove($one)
            Save-Simulated
        }
    }
}

function Get-AuthenticodeSignature {
    [CmdletBinding()]
    param([string]$LiteralPath)

    $by = (Find-File -Path $LiteralPath).signer
    # as Windows writes it; elsewhere .NET turns the parts round
    $name = [pscustomobject]@{ Text = $by } | Add-Member -MemberType ScriptMethod -Name Format -Value { $this.Text } -PassThru
    [pscustomobject]@{
        Status = if ($by) { 'Valid' } else { 'NotSigned' }
        SignerCertificate = if ($by) { [pscustomobject]@{ SubjectName = $name; IssuerName = $name } } else { $null }
    }
}

function Get-FileHash {
    [CmdletBinding()]
    param([string]$LiteralPath, [string]$Algorithm)

    [pscustomobject]@{ Path = $LiteralPath; Algorithm = $Algorithm; Hash = (Find-File -Path $LiteralPath).sha256.ToUpperInvariant() }
}

function Get-CimInstance {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string]$ClassName, [string]$Filter, [string]$Namespace, [string]$Query, [uint32]$OperationTimeoutSec)

    $trouble = Get-Trouble -Cmdlet 'Get-CimInstance'
    if ($trouble) { $PSCmdlet.WriteError((New-SimulatedError $trouble 'HRESULT 0x80041003' 'PermissionDenied')); return }
    $mute = @{ 'root\virtualization\v2' = $estate.mute; 'root\MSCluster' = $estate.mute_cluster }
    if ($Namespace -and $mute[$Namespace]) {
        $PSCmdlet.WriteError((New-SimulatedError 'Timed out' 'HRESULT 0x80041069' 'OperationTimeout'))
        return
    }
    $wanted = [regex]::Match($Filter, "\bName = '(.*?)'").Groups[1].Value
    foreach ($one in $estate.cim[$ClassName]) {
        if (-not $wanted -or $one.Name -eq $wanted) { [pscustomobject](Copy-Simulated -Value $one) }
    }
}

function ConvertTo-HgsKeyProtector {
    # What Get-VMKeyProtector of these hosts gives: thumbprints.
    [CmdletBinding()]
    param([byte[]]$Bytes)

    $keepers = [System.Text.Encoding]::ASCII.GetString($Bytes).Split(' ') | ForEach-Object {
        [pscustomobject]@{ EncryptionCertificate = [pscustomobject]@{ Thumbprint = $_ } }
    }
    [pscustomobject]@{ Owner = @($keepers)[0]; Guardians = @($keepers) }
}

function Invoke-CimMethod {
    # InitiateShutdown alone, which asks a guest. One that does not obey lets the time pass.
    [CmdletBinding()]
    param([object]$InputObject, [string]$MethodName, [System.Collections.IDictionary]$Arguments, [uint32]$OperationTimeoutSec)

    $vm = $estate.vms | Where-Object { $_.Id -eq $InputObject.SystemName }
    $shutdown = $vm.Integration | Where-Object { $_.Component -eq '9F8233AC-BE49-4C79-8EE3-E7E1985B2077' }
    if ($MethodName -ne 'InitiateShutdown' -or $vm.State -ne 'Running' -or $shutdown.Operational -ne 'Ok') {
        return [pscustomobject]@{ ReturnValue = [uint32]32775 }
    }
    if ($vm.Obeys) {
        $vm.State = 'Off'
        $vm.Actions = @($vm.Actions | Where-Object { $_ }) + 'Shutdown'
        Save-Simulated
    }
    [pscustomobject]@{ ReturnValue = [uint32]0 }
}

function Copy-Simulated {
    # A copy whose inner tables are objects too, as WMI has them.
    param([System.Collections.IDictionary]$Value)

    $copy = [ordered]@{}
    foreach ($name in $Value.Keys) {
        $copy[$name] = if ($Value[$name] -is [System.Collections.IDictionary]) { [pscustomobject](Copy-Simulated -Value $Value[$name]) } else { $Value[$name] }
    }
    $copy
}

function Get-NetAdapter {
    [CmdletBinding()]
    param([string]$Name)

    foreach ($one in $estate.net_adapters) { [pscustomobject]$one }
}

function Find-Service {
    # A service of the estate, or an error.
    param([object]$Cmdlet, [string]$Name)

    $one = $estate.cim.Win32_Service | Where-Object { $_.Name -eq $Name }
    if ($one) { return $one }
    $Cmdlet.WriteError((New-SimulatedError "Cannot find any service with service name '$Name'." 'NoServiceFoundForGivenName' -On $Name))
}

function Get-Service {
    [CmdletBinding()]
    param([Parameter(Position = 0)][string[]]$Name)

    foreach ($one in $Name) {
        $service = Find-Service -Cmdlet $PSCmdlet -Name $one
        if ($service) { [pscustomobject]@{ Name = $service.Name; Status = $service.State; StartType = $service.StartMode } }
    }
}

function Stop-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Position = 0)][string[]]$Name, [switch]$Force)

    foreach ($one in $Name) {
        $service = Find-Service -Cmdlet $PSCmdlet -Name $one
        if ($service -and $PSCmdlet.ShouldProcess($one)) { $service.State = 'Stopped'; Save-Simulated }
    }
}

function Start-Process {
    # Only DRConfigurator.exe is ever started: what it leaves in the registry, and its exit code, are in the estate.
    [CmdletBinding()]
    param([string]$FilePath, [string[]]$ArgumentList, [switch]$Wait, [switch]$PassThru, [string]$WorkingDirectory, [switch]$NoNewWindow)

    if (-not (Test-Simulated -Path $FilePath)) {
        throw 'This command cannot be run due to the error: The system cannot find the file specified.'
    }
    foreach ($key in $estate.configurator.writes.Keys) {
        if (-not $estate.registry.Contains($key)) { $estate.registry[$key] = @{} }
        foreach ($name in $estate.configurator.writes[$key].Keys) { $estate.registry[$key][$name] = $estate.configurator.writes[$key][$name] }
        Save-Simulated
    }
    $process = [pscustomobject]@{ ExitCode = [int]$estate.configurator.exit; HasExited = $true; Id = 4711; Handle = 1 }
    Add-Member -InputObject $process -MemberType ScriptMethod -Name WaitForExit -Value { $true }
    Add-Member -InputObject $process -MemberType ScriptMethod -Name Kill -Value { }
    if ($PassThru) { $process }
}

function Assert-Agent {
    # The cmdlets of the Recovery Services agent come with it.
    if (-not $estate.agent.installed) { throw 'The Recovery Services agent is not installed.' }
}

function Get-OBMachineSetting {
    # Names of the parts beside ProxySetting are those of the parameters that set them.
    [CmdletBinding()]
    param()

    Assert-Agent
    $proxy, $throttle = $estate.agent.proxy, $estate.agent.throttle
    $days = @(if ($throttle) { $throttle.work_days | ForEach-Object { [DayOfWeek]$_ } })
    [pscustomobject]@{
        ProxySetting = [pscustomobject]@{
            Enabled = $null -ne $proxy
            ProxyServer = if ($proxy) { $proxy.address } else { '' }
            ProxyPort = if ($proxy) { [int]$proxy.port } else { 0 }
        }
        ThrottlingSetting = [pscustomobject]@{
            Enabled = $null -ne $throttle
            WorkDay = [DayOfWeek[]]$days
            StartWorkHour = if ($throttle) { [TimeSpan]::Parse($throttle.work_start) } else { [TimeSpan]::Zero }
            EndWorkHour = if ($throttle) { [TimeSpan]::Parse($throttle.work_end) } else { [TimeSpan]::Zero }
            WorkHourBandwidth = if ($throttle) { [uint32]$throttle.work_hour_bandwidth } else { [uint32]0 }
            NonWorkHourBandwidth = if ($throttle) { [uint32]$throttle.non_work_hour_bandwidth } else { [uint32]0 }
        }
    }
}

function Set-OBMachineSetting {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [switch]$NoProxy, [string]$ProxyServer, [int]$ProxyPort, [switch]$NoThrottle, [DayOfWeek[]]$WorkDay,
        [TimeSpan]$StartWorkHour, [TimeSpan]$EndWorkHour, [uint32]$WorkHourBandwidth, [uint32]$NonWorkHourBandwidth
    )

    Assert-Agent
    if (-not $PSCmdlet.ShouldProcess('this server')) { return }
    if ($NoProxy) { $estate.agent.proxy = $null }
    if ($ProxyServer) { $estate.agent.proxy = @{ address = $ProxyServer; port = $ProxyPort } }
    if ($NoThrottle) { $estate.agent.throttle = $null }
    if ($WorkDay) {
        $estate.agent.throttle = @{
            work_days = @($WorkDay | Sort-Object | ForEach-Object { "$_" })
            work_start = $StartWorkHour.ToString('hh\:mm')
            work_end = $EndWorkHour.ToString('hh\:mm')
            work_hour_bandwidth = [long]$WorkHourBandwidth
            non_work_hour_bandwidth = [long]$NonWorkHourBandwidth
        }
    }
    Save-Simulated
    'Server properties updated successfully.'
}

Export-ModuleMember -Function * -Alias *
