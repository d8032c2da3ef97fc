<#StoaAction @{ Effect = 'Idempotent' } #>
param([Parameter(Mandatory)][string]$MailboxId)
