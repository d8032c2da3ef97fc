# The module inside each script's runspace: the commands a script may use, and what sends its streams to the server.
# The host's main thread has a copy for its own frames. Commands are called as .NET methods where a script might have
# redefined a cmdlet.
param($Channel)

$wire = $Channel.Wire
$kindReady, $kindOutput, $kindLog, $kindProgress, $kindAsk, $kindEnd = 16, 17, 18, 19, 20, 21
$ended = @{ Done = [byte]0; NotDone = [byte]1; Unclear = [byte]2 }
$levels = @{ Debug = [byte]0; Verbose = [byte]1; Information = [byte]2; Warning = [byte]3; Error = [byte]4 }
$limits = @{ Output = 5MB; LogLines = 10000; Message = 64KB }
$counts = @{ Output = 0; LogLines = 0; Ask = [uint32]0 }

# Sends one frame. A frame after the run's END is dropped: nobody waits for it.
function Send-Frame {
    param([byte] $Kind, [object[]] $Field)
    $memory = $wire.Memory
    $writer = $wire.Writer
    [System.Threading.Monitor]::Enter($wire.Lock)
    try {
        if ($Channel.Ended) { return }
        $memory.SetLength(0)
        $writer.Write([uint32] 0)
        $writer.Write($Kind)
        $writer.Write([uint32] $Channel.Run)
        foreach ($one in $Field) { $writer.Write($one) }
        $length = [int] $memory.Length
        $memory.Position = 0
        $writer.Write([uint32] ($length - 9))
        $null = $wire.Socket.Send($memory.GetBuffer(), 0, $length, [System.Net.Sockets.SocketFlags]::None)
        if ($Kind -eq $kindEnd) {
            $Channel.Ended = $true
            if ($Channel.Spare) { $wire.Orders.Add($Channel.Spare) }
        }
    } finally {
        [System.Threading.Monitor]::Exit($wire.Lock)
    }
}

function Write-ReadyFrame {
    param([string] $Nonce)
    Send-Frame $kindReady @($Nonce, $PSVersionTable.PSVersion.ToString())
}

function Write-ProgressFrame {
    param($Record)
    $completed = $Record.RecordType -eq [System.Management.Automation.ProgressRecordType]::Completed
    $text = [string] $Record.Activity, [string] $Record.StatusDescription
    Send-Frame $kindProgress @($text[0], $text[1], [int] $Record.PercentComplete, $completed)
}

# CLIXML of a value: four levels of plain data, of a .NET object only its own properties.
function ConvertTo-Wire {
    param($Value)
    $plain = $Value -is [System.Management.Automation.PSCustomObject] -or $Value -is [System.Collections.ICollection]
    $depth = if ($plain) { 4 } else { 1 }
    try {
        [System.Management.Automation.PSSerializer]::Serialize($Value, $depth)
    } catch [System.ArgumentException], [System.Xml.XmlException] {
        # U+FFFE and U+FFFF cannot stand in XML, and the serializer does not escape them.
        Send-Log Warning 'text_replaced' 'characters that cannot be sent were replaced' $null $null
        [System.Management.Automation.PSSerializer]::Serialize((Repair-Text $Value $depth), $depth)
    }
}

function Repair-Text {
    param($Value, [int] $Depth)
    if ($Value -is [string]) {
        return $Value -replace '[\uFFFE\uFFFF]', [string] [char] 0xFFFD
    }
    if ($Depth -le 0) {
        return Repair-Text ([string] $Value) 0
    }
    if ($Value -is [System.Collections.IDictionary]) {
        $copy = [ordered]@{}
        foreach ($key in $Value.Keys) { $copy[(Repair-Text ([string] $key) 0)] = Repair-Text $Value[$key] ($Depth - 1) }
        return $copy
    }
    if ($Value -is [System.Collections.IEnumerable]) {
        return , @(foreach ($one in $Value) { Repair-Text $one ($Depth - 1) })
    }
    if ($Value -is [System.Management.Automation.PSCustomObject]) {
        $copy = [ordered]@{}
        foreach ($property in $Value.PSObject.Properties) {
            $copy[(Repair-Text $property.Name 0)] = Repair-Text $property.Value ($Depth - 1)
        }
        return $copy
    }
    $Value
}

# What came over the wire, as scripts see it: arrays for lists and ordered hashtables for objects. An object crosses
# as a queue of names and values in turn, because the dictionary of CLIXML comes back without its order.
function Expand-Value {
    param($Value)
    if ($Value -is [System.Collections.Queue]) {
        $flat = $Value.ToArray()
        $table = [ordered]@{}
        for ($i = 0; $i -lt $flat.Length; $i += 2) {
            $one = $flat[$i + 1]
            if ($one -is [System.Collections.ICollection]) { $one = Expand-Value $one }
            $table.Add($flat[$i], $one)
        }
        return $table
    }
    if ($Value -is [System.Collections.ArrayList]) {
        $array = [object[]]::new($Value.Count)
        for ($i = 0; $i -lt $array.Length; $i++) {
            $one = $Value[$i]
            if ($one -is [System.Collections.ICollection]) { $one = Expand-Value $one }
            $array[$i] = $one
        }
        return , $array
    }
    , $Value
}

function Send-Log {
    param([string] $Level, [string] $Code, [string] $Message, [string] $Source, $Data)
    $counts.LogLines++
    if ($counts.LogLines -gt $limits.LogLines) {
        if ($counts.LogLines -gt $limits.LogLines + 1) { return }
        $Level, $Code, $Source, $Data = 'Warning', 'log_cut', '', $null
        $Message = 'the script wrote too many log records; the rest is left out'
    }
    if ($Message.Length -gt $limits.Message) { $Message = $Message.Substring(0, $limits.Message) + ' ...' }
    $body = ''
    if ($null -ne $Data) { $body = ConvertTo-Wire $Data }
    if ($body.Length -gt $limits.Message) { $body = '' }
    Send-Frame $kindLog @($levels[$Level], $Code, $Message, $Source, $body)
}

# File and line of the script statement that is running now. Records of Write-Verbose and the like name where the
# script was called instead.
function Get-Source {
    foreach ($frame in [runspace]::DefaultRunspace.Debugger.GetCallStack()) {
        if ($frame.ScriptName) {
            return [System.IO.Path]::GetFileName($frame.ScriptName) + ':' + $frame.ScriptLineNumber
        }
    }
}

# An error names its place in its invocation, or, where a cmdlet borrowed the script's, in the stack it was raised on.
function Get-ErrorSource {
    param($Record)
    $at = $Record.InvocationInfo
    if ($null -ne $at -and $at.ScriptName) {
        [System.IO.Path]::GetFileName($at.ScriptName) + ':' + $at.ScriptLineNumber
    } elseif ($Record.ScriptStackTrace -match '(?m)[/\\]([^/\\\n]+): line (\d+)\s*$') {
        $Matches[1] + ':' + $Matches[2]
    }
}

function Send-ErrorLog {
    param($Record, [string] $Code)
    $data = [ordered]@{ errorId = $Record.FullyQualifiedErrorId; category = [string] $Record.CategoryInfo.Category }
    if ($Record.ScriptStackTrace) { $data.stack = $Record.ScriptStackTrace }
    Send-Log Error $Code $Record.ToString() (Get-ErrorSource $Record) $data
}

# The end of the script's pipeline: every object of every stream, in order, on the script's own thread. It must not
# throw into the script.
function Receive-Item {
    process {
        $item = $_
        if ($null -eq $item) { return }
        if ($item -is [System.Management.Automation.InformationalRecord]) {
            $level = if ($item -is [System.Management.Automation.VerboseRecord]) { 'Verbose' }
            elseif ($item -is [System.Management.Automation.WarningRecord]) { 'Warning' }
            else { 'Debug' }
            Send-Log $level '' $item.Message (Get-Source) $null
        } elseif ($item -is [System.Management.Automation.InformationRecord]) {
            Send-Log Information '' ([string] $item.MessageData) (Get-Source) $null
        } elseif ($item -is [System.Management.Automation.ErrorRecord]) {
            Send-ErrorLog $item ''
        } else {
            Send-Output $item
        }
    }
}

function Send-Output {
    param($Item)
    try {
        $body = ConvertTo-Wire $Item
    } catch [System.Management.Automation.PipelineStoppedException] {
        throw
    } catch {
        Send-Log Warning 'output_unreadable' "an output of type $($Item.GetType()) cannot be sent: $_" '' $null
        return
    }
    $cut = $counts.Output -gt $limits.Output
    $counts.Output += $body.Length
    if ($counts.Output -le $limits.Output) {
        Send-Frame $kindOutput @($body)
    } elseif (-not $cut) {
        $counts.Output = $limits.Output + 1
        Send-Log Warning 'output_cut' 'the output is too large; the rest is left out' '' $null
    }
}

function Send-End {
    param([byte] $Outcome, [string] $Code, [string] $Message, [string] $Action)
    if ($Channel.Spare -and $Channel.Spare.Runspace.InitialSessionState.Types.Count -ne $Channel.Types) {
        $wire.Generation++
    }
    Send-Frame $kindEnd @($Outcome, $Code, $Message, $Action)
}

function Complete-Script {
    param([bool] $Success, $ExitCode)
    if ($Success -or -not $ExitCode) {
        Send-End $ended.Done '' '' ''
    } else {
        Send-End $ended.Unclear 'exit_code' "the script ended with exit code $ExitCode" ''
    }
}

function Complete-Failure {
    param($Record, [string] $Script)
    $stop = $Record.TargetObject
    if ($Record.FullyQualifiedErrorId -like 'StoaStep*' -and $stop -is [hashtable]) {
        Send-ErrorLog $Record $stop.Code
        Send-End $stop.Outcome $stop.Code $stop.Message $stop.Action
        return
    }
    Send-ErrorLog $Record ''
    $cause = $Record.Exception
    $code = if ($cause -is [System.Management.Automation.ParseException]) {
        if ($cause.Errors -and $cause.Errors[0].Extent.File -eq $Script) { 'script_unreadable' }
    } elseif ($Record.InvocationInfo.ScriptName) {
        # Inside the script.
    } elseif ($cause -is [System.Management.Automation.ParameterBindingException]) {
        'parameter_refused'
    } elseif ($cause -is [System.Management.Automation.CommandNotFoundException]) {
        'script_missing'
    }
    # At the call itself its first line never ran.
    if ($code) {
        Send-End $ended.NotDone $code $Record.ToString() ''
    } else {
        Send-End $ended.Unclear 'script_error' $Record.ToString() ''
    }
}

function Complete-Stopped {
    Send-End $ended.Unclear 'stopped' 'the script was stopped' ''
}
