# Takes the account away. A failure here does not undo what is gone already: the run waits for a person (`OnError = 'Attention'` is what is
# usual for this verb), who retries it once the cause is mended.
@{
    Rules = @(
        @{
            Name   = 'account'
            Phase  = 'Main'
            Action = 'Remove-BackupAccount'
            With   = @{
                AccountId = { $Property.AccountId }         # what provisioning kept
                VaultPath = { $Property.VaultPath }
            }
        }
        @{
            Name   = 'unregister'
            Phase  = 'Main'
            Action = 'file.delete'                          # nothing there is as good as deleted
            With   = @{ Path = { "$($Property.VaultPath)/index/$($Property.Username).json" } }
        }
    )
}
