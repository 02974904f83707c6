# Copyright: (c) 2026, the asr.hyperv contributors
# GNU General Public License v3.0+ (see https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# One warm PowerShell for many hosts. A line of JSON comes in: env, folder, estate, files, and in base64 the script of the client's own
# -EncodedCommand and the payload that it sent. A line of base64 goes out, behind @@: JSON with what the payload wrote, and the estate.

$bin = New-Item -ItemType Directory -Path ([System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), "asr-execute-$PID"))
# from ansible-core 2.21 on the wrapper looks for a program of this name
$null = New-Item -ItemType SymbolicLink -Path "$bin/powershell" -Target ([System.Environment]::ProcessPath)
$env:PATH = "${bin}:$env:PATH"
$usual = [System.Environment]::GetEnvironmentVariables()
$utf8 = [System.Text.UTF8Encoding]::new()

function Set-Surrounding {
    # Environment and folder of one host; nothing is left of the host before.
    param([System.Collections.IDictionary]$Job)

    foreach ($name in @([System.Environment]::GetEnvironmentVariables().Keys)) {
        if (-not $usual.ContainsKey($name)) {
            [System.Environment]::SetEnvironmentVariable($name, $null)
        }
    }
    foreach ($one in @($usual.GetEnumerator()) + @($Job.env.GetEnumerator())) {
        [System.Environment]::SetEnvironmentVariable($one.Key, $one.Value)
    }
    # from ansible-core 2.21 on PowerShell's own modules are not found by themselves
    $env:PSModulePath = "$env:PSModulePath$([System.IO.Path]::PathSeparator)$PSHOME/Modules"
    # .NET takes C:\x for a file of that very name in the current folder
    [System.Environment]::CurrentDirectory = $Job.folder
    Set-Location -LiteralPath $Job.folder
    foreach ($file in $Job.files.GetEnumerator()) {
        [System.IO.File]::WriteAllBytes([System.IO.Path]::Combine($Job.folder, $file.Key), [Convert]::FromBase64String($file.Value))
    }
}

while ($null -ne ($line = [Console]::In.ReadLine())) {
    $job = ConvertFrom-Json -InputObject $line -AsHashtable
    Set-Surrounding -Job $job
    [System.AppDomain]::CurrentDomain.SetData('AsrEstate', $job.estate)
    $failure = ''
    $out = try {
        $text = $utf8.GetString([Convert]::FromBase64String($job.payload))
        $script = [scriptblock]::Create([System.Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($job.command)))
        $text.TrimEnd("`n").Split("`n") | & $script
    }
    catch {
        $failure = "$_`n$($_.ScriptStackTrace)"
    }
    # Ansible's wrapper leaves its runspace to the end of the process, which does not come here
    foreach ($space in @(Get-Runspace | Where-Object { $_.Id -ne [runspace]::DefaultRunspace.Id })) {
        $space.Dispose()
    }
    foreach ($name in $job.files.Keys) {
        [System.IO.File]::Delete([System.IO.Path]::Combine($job.folder, $name))
    }
    $answer = ConvertTo-Json -Compress -Depth 20 -InputObject @{
        stdout = @($out) -join "`n"
        failure = $failure
        estate = if ($job.estate.changed) { $job.estate } else { $null }
    }
    [Console]::Out.WriteLine('@@' + [Convert]::ToBase64String($utf8.GetBytes($answer)))
    [Console]::Out.Flush()
}
Remove-Item -LiteralPath $bin -Recurse
