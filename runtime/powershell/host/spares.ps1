# The thread that makes spare runspaces and disposes of used ones, so that neither is on a run's way. An order is a
# used spare, or a number for one of the first.
param($State, $Wire, $Spares, [string] $Folder)

$ErrorActionPreference = 'Stop'
$session = [scriptblock]::Create(
    [System.IO.File]::ReadAllText("$Folder/session.psm1") + [System.IO.File]::ReadAllText("$Folder/commands.psm1"))
$invoke = [System.IO.File]::ReadAllText("$Folder/invoke.ps1")
$types = [System.Management.Automation.Runspaces.TypeTable]::LoadDefaultTypeFiles()
$generation = -1
# Taken once: a script may move the process while a runspace is made.
$location = [System.Management.Automation.WildcardPattern]::Escape([System.Environment]::CurrentDirectory)
$public = 'Write-StoaLog', 'Set-StoaResult', 'Stop-StoaStep', 'Get-StoaSecret', 'Test-StoaPermission'

# The text is short because the engine keeps what it has parsed of short texts only.
$prepare = @'
param($Session, $Channel, $Public, $Location)
$null = $ExecutionContext.SessionState.Path.SetLocation($Location)
$PSStyle.OutputRendering = 'PlainText'
$module = New-Module -Name Stoa.Session -ScriptBlock $Session -ArgumentList $Channel
Import-Module $module -Global -Function $Public
$functions = $module.ExportedFunctions
@{
    Receive     = $functions['Receive-Item']
    Complete    = $functions['Complete-Script']
    Fail        = $functions['Complete-Failure']
    ResolveNull = $functions['Resolve-Null']
}
'@

function New-Spare {
    $runspace = [runspacefactory]::CreateRunspace($State)
    # The thread that prepares a runspace is there when its script starts.
    $runspace.ThreadOptions = 'ReuseThread'
    $runspace.Open()
    $channel = @{
        Wire    = $Wire
        Run     = [uint32] 0
        Ended   = $true
        Answers = [System.Collections.Concurrent.BlockingCollection[hashtable]]::new()
    }
    $first = [powershell]::Create()
    $first.Runspace = $runspace
    $null = $first.AddScript($prepare, $true).AddArgument($session).AddArgument($channel).AddArgument($public)
    $job = $first.AddArgument($location).Invoke()[0]
    $first.Dispose()
    $shell = [powershell]::Create()
    $shell.Runspace = $runspace
    $null = $shell.AddScript($invoke, $true).AddArgument($job)
    $channel.Types = $runspace.InitialSessionState.Types.Count
    $channel.Variables = $runspace.SessionStateProxy.PSVariable
    $channel.Spare = @{ Runspace = $runspace; Shell = $shell; Job = $job; Channel = $channel; Generation = $generation }
    $channel.Spare
}

foreach ($used in $Wire.Orders.GetConsumingEnumerable()) {
    # All runspaces of a host have the same types: what the engine learns about members it learns for one table of
    # types, and to learn it anew costs a script about 1 ms for each place that names a member. A script that changed
    # types ends a generation.
    if ($generation -ne $Wire.Generation) {
        $generation = $Wire.Generation
        $State.Types.Clear()
        $State.Types.Add([System.Management.Automation.Runspaces.SessionStateTypeEntry]::new($types.Clone($true)))
    }
    $spare = New-Spare
    $spare.Channel.Ended = $false
    $Spares.Add($spare)
    if ($used -isnot [int]) {
        $used.Shell.Dispose()
        $used.Runspace.Dispose()
    }
}
