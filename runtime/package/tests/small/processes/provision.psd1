@{
    Rules = @(
        @{
            Name    = 'box'
            Phase   = 'Main'
            When    = { $Plan.SizeGB -gt 1 }
            Action  = 'New-Mailbox'
            With    = @{ Domain = { $Property.Domain }; Tags = 'a', { $Plan.Class }; Extra = @{ Size = { $Plan.SizeGB }; Kind = 'x' } }
            Out     = @{ Id = 'MailboxId'; Long = { $Output.MailboxId } }
            Undo    = @{ Action = 'Remove-Mailbox'; With = @{ MailboxId = { $Output.MailboxId } }; Always = $true }
            Retry   = @{ Count = 3; Delay = '00:00:05'; Backoff = 2 }
            Timeout = '00:02:00'
            OnError = 'Continue'
            Effect  = 'Once'
        }
        @{ Name = 'keep'; Phase = 'Post'; Action = 'property.set'; With = @{ MailboxId = { $Step.box.Id } }; Undo = $null; Required = $false }
    )
}
