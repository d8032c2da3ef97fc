# Takes the account away. A failure here does not undo what is gone already: the run waits for a person (`OnError = 'Attention'` is what is
# usual for this verb), who retries it once the cause is mended.
@{
    Rules = @(
        @{
            Name   = 'account'
            Phase  = 'Main'
            Action = 'file.delete'                          # moved to a holding folder beside it; nothing there is as good as deleted
            With   = @{ Path = { "$($Property.VaultPath)/accounts/$($Property.Username)" }; Recurse = $true }
        }
        @{
            Name   = 'unregister'
            Phase  = 'Main'
            Action = 'file.delete'
            With   = @{ Path = { "$($Property.VaultPath)/index/$($Property.Username).json" } }
        }
    )
}
