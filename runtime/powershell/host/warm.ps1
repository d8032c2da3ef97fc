# Runs a few times in a new host before anybody uses it, so that what the engine compiles on first use is compiled.
[CmdletBinding()]
param([string] $Name)

Write-Verbose "warm $Name"
Write-Warning 'warm'
$now = (Get-Date).ToUniversalTime()
$item = Get-ChildItem -LiteralPath $PSScriptRoot | Select-Object -First 1
$item = $item | Where-Object { $_.Name } | ForEach-Object { $_.FullName }
$null = Test-Path -LiteralPath $item
$null = Join-Path $PSScriptRoot 'warm.ps1'
[pscustomobject]@{ At = $now.ToString('o'); Json = @{ a = 1 } | ConvertTo-Json -Compress }
