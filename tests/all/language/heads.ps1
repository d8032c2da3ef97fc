# What PowerShell's own parser says of scripts: a path a line in, one line of text for each out.
param([string]$In, [string]$Out)
$lines = foreach ($path in [System.IO.File]::ReadLines($In)) {
    $tokens = $errors = $null
    $ast = [System.Management.Automation.Language.Parser]::ParseFile($path, [ref]$tokens, [ref]$errors)
    $parameters = foreach ($parameter in $ast.ParamBlock.Parameters) {
        $type = $parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.Language.TypeConstraintAst] } | Select-Object -First 1
        $named = $parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.Language.AttributeAst] }
        $mandatory = $named.NamedArguments | Where-Object { $_.ArgumentName -eq 'Mandatory' -and ($_.ExpressionOmitted -or $_.Argument.Extent.Text -eq '$true') }
        $parameter.Name.VariablePath.UserPath + ':' + $type.TypeName.FullName + ':' + [bool]$mandatory + ':' + $parameter.DefaultValue.Extent.Text
    }
    ($parameters -join '|') -replace "`r?`n", '~'
}
[System.IO.File]::WriteAllLines($Out, [string[]]$lines)
