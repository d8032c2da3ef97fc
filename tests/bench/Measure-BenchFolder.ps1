<#
.SYNOPSIS
    Measures the folder of a script and says how long that took: everyday work for a benchmark.
.DESCRIPTION
    Lists files, groups them by extension, formats sizes, turns the summary into JSON and back, and
    checks that both agree. It changes nothing.
.PARAMETER Rounds
    How often it does so, from 1 to 100.
#>

<#StoaAction @{
    Effect  = 'Read'
    Outputs = @{ OwnMs = 'double'; Files = 'int'; Json = 'string' }
    Timeout = '00:01:00'
} #>

[CmdletBinding()]
[OutputType([pscustomobject])]
param(
    [Parameter(Mandatory)]
    [ValidateRange(1, 100)]
    [int]$Rounds
)

$watch = [System.Diagnostics.Stopwatch]::StartNew()
$ErrorActionPreference = 'Stop'

function Format-BenchSize {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)]
        [long]$Bytes
    )

    if ($Bytes -ge 1MB) {
        return '{0:N1} MB' -f ($Bytes / 1MB)
    }
    if ($Bytes -ge 1KB) {
        return '{0:N1} KB' -f ($Bytes / 1KB)
    }
    return "$Bytes B"
}

function Get-BenchKind {
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Mandatory)]
        [AllowEmptyString()]
        [string]$Extension
    )

    switch ($Extension.ToLowerInvariant()) {
        '.ps1' { return 'script' }
        '.psd1' { return 'data' }
        '.psm1' { return 'module' }
        '.hbs' { return 'template' }
        '' { return 'none' }
        default { return 'other' }
    }
}

function Get-BenchSummary {
    [CmdletBinding()]
    [OutputType([hashtable])]
    param(
        [Parameter(Mandatory)]
        [string]$Path
    )

    $summary = [ordered]@{
        Path  = $Path
        At    = Get-Date -Format 'o'
        Files = 0
        Bytes = [long]0
        Kinds = [ordered]@{}
    }

    foreach ($file in Get-ChildItem -LiteralPath $Path -File) {
        $summary.Files++
        $summary.Bytes += $file.Length
        $kind = Get-BenchKind -Extension $file.Extension
        if ($summary.Kinds.Contains($kind)) {
            $summary.Kinds[$kind]++
        } else {
            $summary.Kinds[$kind] = 1
        }
    }

    if ($summary.Files -eq 0) {
        Write-Verbose "There is nothing in $Path."
    }

    $summary.Size = Format-BenchSize -Bytes $summary.Bytes
    return $summary
}

function Test-BenchSummary {
    [CmdletBinding()]
    [OutputType([bool])]
    param(
        [Parameter(Mandatory)]
        [System.Collections.IDictionary]$Summary,

        [Parameter(Mandatory)]
        [string]$Json
    )

    $read = ConvertFrom-Json -InputObject $Json
    if ($read.Files -ne $Summary.Files) {
        return $false
    }
    if ($read.Size -ne $Summary.Size) {
        return $false
    }
    foreach ($kind in $Summary.Kinds.Keys) {
        if ($read.Kinds.$kind -ne $Summary.Kinds[$kind]) {
            return $false
        }
    }
    return $true
}

$json = ''
$files = 0
Write-Verbose "Measuring $PSScriptRoot."

foreach ($round in 1..$Rounds) {
    Write-Verbose "Round $round of $Rounds begins."

    $summary = Get-BenchSummary -Path $PSScriptRoot
    $json = ConvertTo-Json -InputObject $summary -Depth 4 -Compress
    $files = $summary.Files

    if (-not (Test-BenchSummary -Summary $summary -Json $json)) {
        throw "Round $round read back another summary than it wrote."
    }

    Write-Verbose "Round $round found $files files of $($summary.Size)."
}

# The script's own time ends here;
# everything after this line belongs to the host.
$watch.Stop()
[pscustomobject]@{
    OwnMs = $watch.Elapsed.TotalMilliseconds
    Files = $files
    Json  = $json
}
