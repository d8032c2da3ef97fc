<#
The far end of a PowerShell host: runs one script at a time and speaks frames over a Unix socket.

Nothing here knows what a run is. The main thread reads frames; a script runs in a runspace of its own, made
beforehand by a third thread, used once and thrown away. Frame: u32 length of the body, u8 kind, u32 run, body;
numbers little-endian.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$PSStyle.OutputRendering = 'PlainText'

# The handshake comes over standard input, which is closed to scripts from here on.
$socketPath = [Console]::In.ReadLine()
$nonce = [Console]::In.ReadLine()
$spareCount = [int][Console]::In.ReadLine()
$env:PSModulePath = [Console]::In.ReadLine()
[Console]::SetIn([System.IO.TextReader]::Null)

$socket = [System.Net.Sockets.Socket]::new('Unix', 'Stream', 'Unspecified')
$socket.Connect([System.Net.Sockets.UnixDomainSocketEndPoint]::new($socketPath))
$reader = [System.IO.BinaryReader]::new([System.Net.Sockets.NetworkStream]::new($socket))

# What all threads write with, one at a time: a frame is put together in Memory and goes out in one call.
$memory = [System.IO.MemoryStream]::new(65536)
$wire = @{
    Lock       = [object]::new()
    Socket     = $socket
    Memory     = $memory
    Generation = 0
    Orders     = [System.Collections.Concurrent.BlockingCollection[object]]::new()
    Writer     = [System.IO.BinaryWriter]::new($memory, [System.Text.UTF8Encoding]::new($false))
}

$session = [System.IO.File]::ReadAllText("$PSScriptRoot/session.psm1")
$main = @{ Wire = $wire; Run = [uint32] 0 }
$module = New-Module -Name StoaHost -ScriptBlock ([scriptblock]::Create($session)) -ArgumentList $main
$writeReady, $writeProgress, $expand = & $module { Get-Command Write-ReadyFrame, Write-ProgressFrame, Expand-Value }
$completeStopped = & $module { Get-Command Complete-Stopped }

# Everything a new runspace has. Cmdlets are named one by one because importing their modules would cost each runspace
# far more.
function New-SessionState {
    $state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
    $everyday = 'Microsoft.PowerShell.Utility', 'Microsoft.PowerShell.Management', 'Microsoft.PowerShell.Security'
    Import-Module $everyday
    foreach ($cmdlet in Get-Command -CommandType Cmdlet -Module $everyday) {
        $entry = [System.Management.Automation.Runspaces.SessionStateCmdletEntry]::new(
            $cmdlet.Name, $cmdlet.ImplementingType, $cmdlet.HelpFile)
        $state.Commands.Add($entry)
    }
    $preferences = @{
        ErrorActionPreference = 'Stop'
        VerbosePreference     = 'Continue'
        DebugPreference       = 'Continue'
        InformationPreference = 'Continue'
        ConfirmPreference     = 'None'
    }
    foreach ($name in $preferences.Keys) {
        $entry = [System.Management.Automation.Runspaces.SessionStateVariableEntry]::new($name, $preferences[$name], '')
        $state.Variables.Add($entry)
    }
    $state
}

$spares = [System.Collections.Concurrent.BlockingCollection[object]]::new()
$maker = [powershell]::Create([initialsessionstate]::CreateDefault2())
$null = $maker.AddCommand("$PSScriptRoot/spares.ps1").AddArgument((New-SessionState)).AddArgument($wire)
$null = $maker.AddArgument($spares).AddArgument($PSScriptRoot).BeginInvoke()
foreach ($i in 1..$spareCount) { $wire.Orders.Add($i) }

# What belongs to the process and not to a runspace, put back before each run.
$environment = [System.Environment]::GetEnvironmentVariables()
$folder = [System.Environment]::CurrentDirectory
$proxy = [System.Net.Http.HttpClient]::DefaultProxy

# `$null` would become an empty text.
$nullString = [System.Management.Automation.Language.NullString]::Value

function Reset-Process {
    $now = [System.Environment]::GetEnvironmentVariables()
    foreach ($name in $now.Keys) {
        if (-not $environment.ContainsKey($name)) {
            [System.Environment]::SetEnvironmentVariable($name, $nullString)
        }
    }
    foreach ($name in $environment.Keys) {
        if ($now[$name] -cne $environment[$name]) {
            [System.Environment]::SetEnvironmentVariable($name, $environment[$name])
        }
    }
    [System.Environment]::CurrentDirectory = $folder
    [System.Net.Http.HttpClient]::DefaultProxy = $proxy
    [cultureinfo]::DefaultThreadCurrentCulture = $null
    [cultureinfo]::DefaultThreadCurrentUICulture = $null
}

# The server is gone: so are this process, its group and what the script started.
function Stop-Host {
    try {
        [System.Diagnostics.Process]::Start('/bin/kill', [string[]] ('-9', '--', "-$PID")).WaitForExit()
    } finally {
        [System.Environment]::Exit(1)
    }
}

function Start-Script {
    param([uint32] $Run, [byte[]] $Body)
    $document = [System.Text.Encoding]::UTF8.GetString($Body)
    $ask = & $expand ([System.Management.Automation.PSSerializer]::Deserialize($document))
    Reset-Process
    while (($spare = $spares.Take()).Generation -ne $wire.Generation) { $wire.Orders.Add($spare) }
    $parameters = [hashtable]::new([System.StringComparer]::OrdinalIgnoreCase)
    foreach ($entry in $ask.Parameters.GetEnumerator()) { $parameters[$entry.Key] = $entry.Value }
    $spare.Job.Script = $ask.Script
    $spare.Job.Parameters = $parameters
    $spare.Channel.Run = $main.Run = $Run
    $main.Ended = $false
    $variables = $spare.Channel.Variables
    $readOnly = [System.Management.Automation.ScopedItemOptions]::ReadOnly
    foreach ($entry in $ask.Variables.GetEnumerator()) {
        $variables.Set([psvariable]::new($entry.Key, $entry.Value, $readOnly))
    }
    if ($ask.WhatIf) { $variables.Set('WhatIfPreference', $true) }
    $null = $spare.Shell.BeginInvoke()
    $spare
}

function Stop-Script {
    param($Active)
    $stopping = $Active.Shell.BeginStop($null, $null)
    while (-not $stopping.AsyncWaitHandle.WaitOne(100)) {
        if ($socket.Poll(0, 'SelectRead') -and $socket.Available -eq 0) { Stop-Host }
    }
    if (-not $Active.Channel.Ended) {
        & $completeStopped
        $Active.Channel.Ended = $true
        $wire.Orders.Add($Active)
    }
}

function Read-Answer {
    param([byte[]] $Body)
    $fields = [System.IO.BinaryReader]::new([System.IO.MemoryStream]::new($Body))
    $answer = @{ Id = $fields.ReadUInt32(); Ok = $fields.ReadBoolean() }
    if ($answer.Ok) {
        $answer.Value = & $expand ([System.Management.Automation.PSSerializer]::Deserialize($fields.ReadString()))
    } else {
        $answer.Code, $answer.Message, $answer.Action = $fields.ReadString(), $fields.ReadString(), $fields.ReadString()
    }
    $answer
}

function Send-Progress {
    param($Active)
    foreach ($record in $Active.Shell.Streams.Progress.ReadAll()) { & $writeProgress $record }
}

$active = $null
$spares.Add($spares.Take())
& $writeReady $nonce
try {
    while ($true) {
        # Progress does not come with the other streams: it is looked at now and then while a script runs.
        while ($active -and -not $active.Channel.Ended -and -not $socket.Poll(200000, 'SelectRead')) {
            Send-Progress $active
        }
        $length = $reader.ReadUInt32()
        $kind = $reader.ReadByte()
        $run = $reader.ReadUInt32()
        $body = $reader.ReadBytes($length)
        switch ($kind) {
            1 { $active = Start-Script $run $body }
            2 { if ($active -and $run -eq $active.Channel.Run -and -not $active.Channel.Ended) { Stop-Script $active } }
            3 { if ($active -and $run -eq $active.Channel.Run) { $active.Channel.Answers.Add((Read-Answer $body)) } }
        }
    }
} catch [System.IO.EndOfStreamException], [System.IO.IOException] {
    # The server is gone.
} catch {
    [Console]::Error.WriteLine("the host fails: $_ $($_.ScriptStackTrace)")
} finally {
    Stop-Host
}
