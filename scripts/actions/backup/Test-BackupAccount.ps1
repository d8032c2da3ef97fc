<#
.SYNOPSIS
    Tells whether the backup vault has an account as New-BackupAccount makes it.
.DESCRIPTION
    Answers one object with the account's id when the account is complete and has this quota, and nothing when it is not there or differs.
.PARAMETER UserName
    Name of the account and of its folder.
.PARAMETER QuotaGB
    What the account may hold, in GB.
.PARAMETER VaultPath
    Folder of the vault.
.EXAMPLE
    ./Test-BackupAccount.ps1 -UserName contoso -QuotaGB 1024 -VaultPath /srv/vault
#>

<#StoaAction @{
    Effect  = 'Read'
    Outputs = @{ AccountId = 'string' }
    Timeout = '00:01:00'
} #>

[CmdletBinding()]
[OutputType([pscustomobject])]
param(
    [Parameter(Mandatory)]
    [ValidatePattern('^[a-z][a-z0-9-]{2,30}$')]
    [string] $UserName,

    [Parameter(Mandatory)]
    [ValidateRange(1, 1048576)]
    [int] $QuotaGB,

    [Parameter(Mandatory)]
    [string] $VaultPath
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$account = [System.IO.Path]::Combine($VaultPath, 'accounts', $UserName)
$credentials = [System.IO.Path]::Combine($account, 'credentials')
$quota = [System.IO.Path]::Combine($account, 'quota.json')

if (-not ([System.IO.File]::Exists($credentials) -and [System.IO.File]::Exists($quota))) {
    Write-Verbose "The vault has no account $UserName."
    return
}
$held = [System.IO.File]::ReadAllText($quota) | ConvertFrom-Json
if ($held.quotaGB -ne $QuotaGB) {
    Write-Verbose "The account $UserName may hold $($held.quotaGB) GB, not $QuotaGB."
    return
}
[pscustomobject]@{ AccountId = "acct-$UserName" }
