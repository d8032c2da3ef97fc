# What PowerShell answers to expressions: a JSON string a line in, a vector a line out. Invariant culture, zone UTC.
param([string]$In, [string]$Out, [string]$Context)
[System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]::InvariantCulture
[System.Threading.Thread]::CurrentThread.CurrentUICulture = [cultureinfo]::InvariantCulture
$invariant = [cultureinfo]::InvariantCulture

function Quote([string]$Text) { ConvertTo-Json -InputObject $Text -Compress }

function Write-Vector($Value, [int]$Depth) {
    if ($null -eq $Value) { return '{"t":null,"v":null}' }
    if ($Value -is [psobject]) { $Value = $Value.PSObject.BaseObject }
    if ($Depth -gt 6) { return '{"t":"deep","v":null}' }
    if ($Value -is [array]) {
        $items = foreach ($item in $Value) { Write-Vector $item ($Depth + 1) }
        return '{"t":"array","v":[' + ($items -join ',') + ']}'
    }
    if ($Value -is [System.Collections.IDictionary]) {
        $members = foreach ($key in $Value.Keys) { (Quote $key) + ':' + (Write-Vector $Value[$key] ($Depth + 1)) }
        return '{"t":"hashtable","v":{' + ($members -join ',') + '}}'
    }
    if ($Value -is [bool]) { return '{"t":"System.Boolean","v":' + ($Value ? 'true' : 'false') + '}' }
    $text = if ($Value -is [double]) { $Value.ToString('R', $invariant) }
    elseif ($Value -is [datetime]) { $Value.ToString('o', $invariant) }
    elseif ($Value -is [decimal] -or $Value -is [bigint]) { $Value.ToString($invariant) }
    else { $Value.ToString() }
    '{"t":' + (Quote $Value.GetType().FullName) + ',"v":' + (Quote $text) + '}'
}

foreach ($variable in (ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($Context)) -AsHashtable -DateKind String).GetEnumerator()) {
    $members = @{}
    foreach ($member in $variable.Value.GetEnumerator()) {
        $value = $member.Value
        if ($value -is [System.Collections.IDictionary]) {
            $value = switch ($value['$type']) { 'System.Decimal' { [decimal]$value['value'] } 'System.DateTime' { [datetime]$value['value'] } }
        }
        elseif ($value -is [long]) { $value = [int]$value }
        $members[$member.Key] = $value
    }
    Set-Variable -Name $variable.Key -Value $members
}

$writer = [System.IO.StreamWriter]::new($Out)
foreach ($line in [System.IO.File]::ReadLines($In)) {
    $start = '{"e":' + $line + ','
    $text = ConvertFrom-Json -InputObject $line
    try { $block = [scriptblock]::Create($text) }
    catch { $writer.WriteLine($start + '"error":"parse:"}'); continue }
    try {
        $ErrorActionPreference = 'Stop'
        $result = & $block 2>$null
        $writer.WriteLine($start + (Write-Vector $result 0).Substring(1))
    }
    catch { $writer.WriteLine($start + '"error":' + (Quote $_.FullyQualifiedErrorId) + '}') }
}
$writer.Close()
