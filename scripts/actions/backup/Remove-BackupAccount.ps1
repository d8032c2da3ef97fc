<#
.SYNOPSIS
    Takes an account out of the backup vault.
.DESCRIPTION
    Removes the account's own files and its folder. An account that is not there is as good as removed. A folder that holds anything else is
    not touched: it may be a customer's data.
.PARAMETER AccountId
    The account's id, as New-BackupAccount answered it.
.PARAMETER VaultPath
    Folder of the vault.
.EXAMPLE
    ./Remove-BackupAccount.ps1 -AccountId acct-contoso -VaultPath /srv/vault
#>

<#StoaAction @{
    Effect  = 'Idempotent'
    DryRun  = 'WhatIf'
    Timeout = '00:02:00'
} #>

[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)]
    [ValidatePattern('^acct-[a-z][a-z0-9-]{2,30}$')]
    [string] $AccountId,

    [Parameter(Mandatory)]
    [string] $VaultPath
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$userName = $AccountId.Substring('acct-'.Length)
$account = [System.IO.Path]::Combine($VaultPath, 'accounts', $userName)
$own = 'credentials', 'quota.json', 'README.txt'
# Where the file actions of a change keep the versions before it.
$held = '.stoa-held'

if (-not [System.IO.Directory]::Exists($account)) {
    Write-Verbose "The vault has no account $userName."
    return
}
$others = @([System.IO.Directory]::GetFileSystemEntries($account)).Where({ [System.IO.Path]::GetFileName($_) -cnotin @($own; $held) })
if ($others) {
    $splatStop = @{
        Code              = 'account_in_use'
        Message           = "The folder of the account $userName holds $($others.Count) entries that are not the account's own."
        RecommendedAction = "Move what is still needed out of $account, then retry."
    }
    Stop-StoaStep -NotDone @splatStop
}
if (-not $PSCmdlet.ShouldProcess($account, 'Remove the backup account')) {
    return
}
foreach ($name in $own) {
    [System.IO.File]::Delete([System.IO.Path]::Combine($account, $name))
}
$heldFolder = [System.IO.Path]::Combine($account, $held)
if ([System.IO.Directory]::Exists($heldFolder)) {
    [System.IO.Directory]::Delete($heldFolder, $true)
}
[System.IO.Directory]::Delete($account)
Write-Information "The account $userName is gone."
