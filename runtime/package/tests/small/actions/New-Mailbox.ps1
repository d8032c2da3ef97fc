<#
.SYNOPSIS
    Makes a mailbox.
#>

<#StoaAction @{
    Effect  = 'VerifyFirst'
    Verify  = 'Test-Mailbox'
    Undo    = 'Remove-Mailbox'
    Outputs = @{ MailboxId = 'string' }
    DryRun  = 'WhatIf'
    Timeout = '00:02:00'
} #>

[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)][ValidatePattern('^[a-z]')][string]$Domain,
    [ValidateSet('1', '2')][int]$Level,
    [ValidateRange(1, 10)][decimal]$Size,
    [Nullable[datetime]]$Until,
    [string[]]$Tags,
    [hashtable]$Extra,
    [switch]$Force
)
'made'
