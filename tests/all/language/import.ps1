# What Import-PowerShellDataFile makes of files: a path a line in, one line of text for each out.
param([string]$In, [string]$Out)
function Show($Value) {
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [psobject]) { $Value = $Value.PSObject.BaseObject }
    if ($Value -is [array]) { return '[' + (($Value | ForEach-Object { Show $_ }) -join ' ') + ']' }
    if ($Value -is [System.Collections.IDictionary]) {
        $keys = [string[]]$Value.Keys
        [array]::Sort($keys, [System.StringComparer]::Ordinal)
        return '{' + (($keys | ForEach-Object { $_ + '=' + (Show $Value[$_]) }) -join ' ') + '}'
    }
    if ($Value -is [scriptblock]) { return 'block' }
    if ($Value -is [double]) { return 'f' + $Value.ToString('R', [cultureinfo]::InvariantCulture) }
    if ($Value -is [decimal]) { return 'd' + $Value.ToString([cultureinfo]::InvariantCulture) }
    if ($Value -is [int]) { return "i$Value" }
    if ($Value -is [long]) { return "l$Value" }
    if ($Value -is [string]) { return 's' + [System.Convert]::ToHexString([System.Text.Encoding]::UTF8.GetBytes($Value)) }
    "$Value"
}
$lines = foreach ($path in [System.IO.File]::ReadLines($In)) {
    try { Show (Import-PowerShellDataFile -LiteralPath $path -SkipLimitCheck -ErrorAction Stop) } catch { 'refused ' + $_.FullyQualifiedErrorId }
}
[System.IO.File]::WriteAllLines($Out, [string[]]$lines)
