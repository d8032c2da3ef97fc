<#
.SYNOPSIS
    Makes an account in the backup vault.
.DESCRIPTION
    An account is the folder accounts/<UserName> of the vault with the files credentials (readable by its owner only; holds a hash, never the
    password) and quota.json. It is put together beside its place and moved there whole: what is there is complete, and a failure leaves
    nothing behind.
.PARAMETER UserName
    Name of the account and of its folder.
.PARAMETER QuotaGB
    What the account may hold, in GB.
.PARAMETER Contact
    Address of the person who answers for the account.
.PARAMETER VaultPath
    Folder of the vault. It must be there.
.EXAMPLE
    ./New-BackupAccount.ps1 -UserName contoso -QuotaGB 1024 -Contact it@contoso.example -VaultPath /srv/vault
#>

<#StoaAction @{
    Effect  = 'VerifyFirst'
    Verify  = 'Test-BackupAccount'
    Undo    = 'Remove-BackupAccount'
    Outputs = @{ AccountId = 'string' }
    DryRun  = 'WhatIf'
    Timeout = '00:02:00'
} #>

[CmdletBinding(SupportsShouldProcess)]
[OutputType([pscustomobject])]
param(
    [Parameter(Mandatory)]
    [ValidatePattern('^[a-z][a-z0-9-]{2,30}$')]
    [string] $UserName,

    [Parameter(Mandatory)]
    [ValidateRange(1, 1048576)]
    [int] $QuotaGB,

    [string] $Contact,

    [Parameter(Mandatory)]
    [string] $VaultPath
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

# Writes a file that did not exist, with its mode from the first moment on.
function Write-NewFile {
    param([string] $Path, [string] $Text, [System.IO.UnixFileMode] $Mode)
    $options = [System.IO.FileStreamOptions]::new()
    $options.Mode = [System.IO.FileMode]::CreateNew
    $options.Access = [System.IO.FileAccess]::Write
    $options.UnixCreateMode = $Mode
    $writer = [System.IO.StreamWriter]::new($Path, [System.Text.UTF8Encoding]::new($false), $options)
    try {
        $writer.Write($Text)
    } finally {
        $writer.Dispose()
    }
}

$accounts = [System.IO.Path]::Combine($VaultPath, 'accounts')
$account = [System.IO.Path]::Combine($accounts, $UserName)
$folderMode = [System.IO.UnixFileMode] 'UserRead, UserWrite, UserExecute, GroupRead, GroupExecute'

if (-not [System.IO.Directory]::Exists($VaultPath)) {
    Stop-StoaStep -NotDone -Code BK001 -Message "The vault $VaultPath is not there."
}
if ([System.IO.Path]::Exists($account)) {
    Stop-StoaStep -NotDone -Code account_exists -Message "The vault has an account $UserName already."
}
if (-not $PSCmdlet.ShouldProcess($account, 'Make the backup account')) {
    return
}

# What a killed run left beside the accounts goes first; nothing else has such a name.
$draft = [System.IO.Path]::Combine($accounts, ".$UserName.new")
try {
    $null = [System.IO.Directory]::CreateDirectory($accounts, $folderMode)
    if ([System.IO.Directory]::Exists($draft)) {
        [System.IO.Directory]::Delete($draft, $true)
    }
    $null = [System.IO.Directory]::CreateDirectory($draft, $folderMode)
} catch {
    Stop-StoaStep -NotDone -Code BK001 -Message "The vault $VaultPath cannot be written: $($_.Exception.GetBaseException().Message)"
}

try {
    $password = [System.Convert]::ToBase64String([System.Security.Cryptography.RandomNumberGenerator]::GetBytes(24))
    $salt = [System.Security.Cryptography.RandomNumberGenerator]::GetBytes(16)
    $iterations = 100000
    $sha256 = [System.Security.Cryptography.HashAlgorithmName]::SHA256
    $hash = [System.Security.Cryptography.Rfc2898DeriveBytes]::Pbkdf2($password, $salt, $iterations, $sha256, 32)
    $credentials = [ordered]@{
        userName = $UserName
        contact  = $Contact
        method   = "pbkdf2-sha256-$iterations"
        salt     = [System.Convert]::ToBase64String($salt)
        hash     = [System.Convert]::ToBase64String($hash)
    }
    $splatCredentials = @{
        Path = [System.IO.Path]::Combine($draft, 'credentials')
        Text = ConvertTo-Json $credentials
        Mode = 'UserRead, UserWrite'
    }
    Write-NewFile @splatCredentials
    $splatQuota = @{
        Path = [System.IO.Path]::Combine($draft, 'quota.json')
        Text = ConvertTo-Json ([ordered]@{ quotaGB = $QuotaGB }) -Compress
        Mode = 'UserRead, UserWrite, GroupRead'
    }
    Write-NewFile @splatQuota
    [System.IO.Directory]::Move($draft, $account)
} catch {
    Write-Verbose "Taking back what was made of the account $UserName."
    if ([System.IO.Directory]::Exists($draft)) {
        [System.IO.Directory]::Delete($draft, $true)
    }
    throw
}

Write-Information "The account $UserName may hold $QuotaGB GB."
[pscustomobject]@{ AccountId = "acct-$UserName" }
