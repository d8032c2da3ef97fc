# The second half of the module inside each script's runspace (it continues session.psm1): the commands that scripts
# call.

# An error that ends the step with a code. It can be caught as any other; what counts is what reaches the top of the
# script.
function New-StepError {
    param([byte] $Outcome, [string] $Code, [string] $Message, [string] $Action)
    $stop = @{ Outcome = $Outcome; Code = $Code; Message = $Message; Action = $Action }
    [System.Management.Automation.ErrorRecord]::new(
        [System.InvalidOperationException]::new($Message), 'StoaStep', 'OperationStopped', $stop)
}

# Asks the server and waits for its answer; in short turns, so that the script can be stopped meanwhile.
function Invoke-Ask {
    param([string] $Op, $Argument)
    $counts.Ask++
    Send-Frame $kindAsk @($counts.Ask, $Op, (ConvertTo-Wire $Argument))
    $answer = $null
    do {
        $taken = $Channel.Answers.TryTake([ref] $answer, 100)
    } until ($taken -and $answer.Id -eq $counts.Ask)
    if (-not $answer.Ok) {
        throw (New-StepError $ended.Unclear $answer.Code $answer.Message $answer.Action)
    }
    , $answer.Value
}

# A null for an optional parameter is left out; for a mandatory one it is an error unless the parameter says that it
# takes null, because PowerShell would make 0 or '' of it.
function Resolve-Null {
    param([string] $Script, [hashtable] $Parameter)
    $command = $ExecutionContext.InvokeCommand.GetCommand($Script, 'ExternalScript')
    foreach ($name in @($Parameter.Keys)) {
        if ($null -ne $Parameter[$name] -or -not $command.Parameters.ContainsKey($name)) { continue }
        $attributes = $command.Parameters[$name].Attributes
        $mandatory = @($attributes).Where({
                $_ -is [System.Management.Automation.ParameterAttribute] -and $_.Mandatory
            })
        $nullable = @($attributes).Where({ $_ -is [System.Management.Automation.AllowNullAttribute] })
        if (-not $mandatory) {
            $Parameter.Remove($name)
        } elseif (-not $nullable) {
            throw (New-StepError $ended.NotDone 'parameter_null' "the mandatory parameter $name has no value" '')
        }
    }
}

function Write-StoaLog {
    <#
    .SYNOPSIS
        Writes a record to the run's log.
    .DESCRIPTION
        With a code the record is shown together with the code's direction. Write-Debug, Write-Verbose,
        Write-Information, Write-Warning and Write-Error write to the same log, without code and data.
    .EXAMPLE
        Write-StoaLog -Level Warning -Code BK004 -Message 'The API refused the token.' -Data @{ Account = 'acct-1' }
    #>
    [CmdletBinding()]
    param(
        [ValidateSet('Debug', 'Verbose', 'Information', 'Warning', 'Error')]
        [string] $Level = 'Information',

        [ValidatePattern('^[A-Za-z][A-Za-z0-9_]*$')]
        [string] $Code,

        [Parameter(Mandatory, Position = 0)]
        [AllowEmptyString()]
        [string] $Message,

        [System.Collections.IDictionary] $Data
    )
    Send-Log $Level $Code $Message (Get-Source) $Data
}

function Set-StoaResult {
    <#
    .SYNOPSIS
        Gives results, which become values of the service's result properties.
    .EXAMPLE
        Set-StoaResult @{ UsedGB = 12.5 }
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)]
        [System.Collections.IDictionary] $Result
    )
    $null = Invoke-Ask 'result' $Result
}

function Stop-StoaStep {
    <#
    .SYNOPSIS
        Ends the step as failed.
    .DESCRIPTION
        With -NotDone the script vouches that it changed nothing, so that the step may safely be tried again.
        Without, nobody assumes so.
    .EXAMPLE
        Stop-StoaStep -NotDone -Code BK001 -Message 'The vault is not there.'
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)]
        [string] $Message,

        [ValidatePattern('^[A-Za-z][A-Za-z0-9_]*$')]
        [string] $Code,

        [switch] $NotDone,

        [string] $RecommendedAction
    )
    $outcome = if ($NotDone) { $ended.NotDone } else { $ended.Unclear }
    if (-not $Code) { $Code = if ($NotDone) { 'not_done' } else { 'script_error' } }
    $PSCmdlet.ThrowTerminatingError((New-StepError $outcome $Code $Message $RecommendedAction))
}

function Get-StoaSecret {
    <#
    .SYNOPSIS
        Pulls a secret the step names. The use is on record before the value is handed over.
    .EXAMPLE
        $token = Get-StoaSecret backup-api -AsPlainText
    #>
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)]
        [string] $Name,

        [switch] $AsPlainText
    )
    $plain = Invoke-Ask 'secret' @{ name = $Name }
    if ($AsPlainText) { return $plain }
    $secure = [securestring]::new()
    foreach ($character in ([string] $plain).ToCharArray()) { $secure.AppendChar($character) }
    $secure.MakeReadOnly()
    $secure
}

function Test-StoaPermission {
    <#
    .SYNOPSIS
        Tells whether a principal, by default who asked for the run, has a permission.
    .EXAMPLE
        if (-not (Test-StoaPermission 'backup.restore')) { Stop-StoaStep -NotDone 'Not permitted.' }
    #>
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory, Position = 0)]
        [string] $Permission,

        [string] $Principal
    )
    $question = [ordered]@{ permission = $Permission }
    if ($Principal) { $question.principal = $Principal }
    [bool] (Invoke-Ask 'permission' $question)
}
