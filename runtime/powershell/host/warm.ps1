# Runs in each new runspace before a script does, so that the first everyday commands of a script need not wait for what they load.
[CmdletBinding()]
param([string] $Name)

Write-Verbose "warm $Name"
Write-Warning 'warm'
$now = (Get-Date).ToUniversalTime()
$item = Get-ChildItem -LiteralPath $PSScriptRoot | Select-Object -First 1 | Where-Object { $_.Name } | ForEach-Object { $_.FullName }
$null = Test-Path -LiteralPath $item
$null = Join-Path $PSScriptRoot 'warm.ps1'
[pscustomobject]@{ At = $now.ToString('o'); Json = @{ a = 1 } | ConvertTo-Json -Compress }
