<#StoaAction @{ Effect = 'Read' } #>
param([Parameter(Mandatory)][string]$Domain)
