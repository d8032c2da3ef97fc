# Another plan, an override or another value: what the vault says follows.
@{
    Rules = @(
        @{
            Name   = 'names'
            Phase  = 'Pre'
            Action = 'data.compute'
            With   = @{
                IndexFile     = { "$($Property.VaultPath)/index/$($Property.Username).json" }
                AccountFolder = { "$($Property.VaultPath)/accounts/$($Property.Username)" }
            }
        }

        # $Changed has the names of what differs from the last good request. Where the condition is false, the rule is skipped.
        @{
            Name   = 'quota'
            Phase  = 'Main'
            When   = { $Changed -contains 'StorageTB' }
            Action = 'file.write'
            With   = @{
                Path    = { "$($Step.names.AccountFolder)/quota.json" }
                Content = { '{{"quotaGB":{0}}}' -f ($Plan.StorageTB * 1024) }
                Mode    = '0640'
            }
        }
        @{
            Name   = 'register'
            Phase  = 'Main'
            Action = 'file.write'
            With   = @{
                Path    = { $Step.names.IndexFile }
                Content = { '{{"account":"{0}","customer":"{1}","plan":"{2}"}}' -f $Property.Username, $Customer.Name, $Plan.Name }
                Mode    = '0640'
            }
        }
        @{
            Name   = 'readme'
            Phase  = 'Main'
            Action = 'file.render'
            With   = @{
                Path     = { "$($Step.names.AccountFolder)/README.txt" }
                Template = 'files/readme.txt.hbs'
                Mode     = '0640'
                Data     = @{
                    Customer  = { $Customer.DisplayName }
                    Username  = { $Property.Username }
                    Plan      = { $Plan.Name }
                    StorageTB = { $Plan.StorageTB }
                    Bandwidth = { $null -eq $Plan.BandwidthGB ? 'unlimited' : "$($Plan.BandwidthGB) GB a month" }
                    Support   = { $Plan.SupportLevel }
                    Contact   = { $Property.AdminEmailAddress }
                }
            }
        }
    )
}
