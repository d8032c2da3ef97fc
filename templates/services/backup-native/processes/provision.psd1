# Gives a customer its account.
#
# Rules run in the order of their phases, Pre, Main, Post, and in each in the order of this file. When one fails, what was done is
# undone in reverse: each action here brings its own undo, so no rule needs to name one.
@{
    Rules = @(
        # Pre: work out what later rules need. What this action is given becomes $Step.names.<...>.
        @{
            Name   = 'names'
            Phase  = 'Pre'
            Action = 'data.compute'
            With   = @{
                IndexFolder   = { "$($Property.VaultPath)/index" }
                IndexFile     = { "$($Property.VaultPath)/index/$($Property.Username).json" }
                AccountFolder = { "$($Property.VaultPath)/accounts/$($Property.Username)" }
            }
        }

        # Main: act. First the vault's index, in which the account is looked up.
        @{
            Name   = 'index-folder'
            Phase  = 'Main'
            Action = 'file.directory.create'                # makes what is missing; its undo removes only what it made
            With   = @{ Path = { $Step.names.IndexFolder }; Mode = '0750' }
        }
        @{
            Name   = 'register'
            Phase  = 'Main'
            Action = 'file.write'                           # whole or not at all; its undo puts back what was there
            With   = @{
                Path    = { $Step.names.IndexFile }
                Content = { '{{"account":"{0}","customer":"{1}","plan":"{2}"}}' -f $Property.Username, $Customer.Name, $Plan.Name }
                Mode    = '0640'
            }
        }

        # Then the account itself: a folder, who may enter, how much may be stored.
        @{
            Name   = 'account-folder'
            Phase  = 'Main'
            Action = 'file.directory.create'
            With   = @{ Path = { $Step.names.AccountFolder }; Mode = '0750' }
        }
        @{
            Name   = 'password'
            Phase  = 'Main'
            Action = 'data.password.generate'               # gives the hash only: the password itself is never an output
            With   = @{ Length = 24 }
        }
        @{
            Name   = 'credentials'
            Phase  = 'Main'
            Action = 'file.write'
            With   = @{
                Path    = { "$($Step.names.AccountFolder)/credentials" }
                Content = { "$($Property.Username):$($Step.password.Hash)`n" }
                Mode    = '0600'
            }
        }
        @{
            Name   = 'quota'
            Phase  = 'Main'
            Action = 'file.write'
            With   = @{
                Path    = { "$($Step.names.AccountFolder)/quota.json" }
                Content = { '{{"quotaGB":{0}}}' -f ($Plan.StorageTB * 1024) }       # $Plan has overrides applied
                Mode    = '0640'
            }
        }
        @{
            Name   = 'readme'
            Phase  = 'Main'
            Action = 'file.render'                          # a template of this package
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

        # Post: keep what people and later requests need.
        @{
            Name   = 'keep-id'
            Phase  = 'Post'
            Action = 'property.set'
            With   = @{ AccountId = { "acct-$($Property.Username)" } }
        }
    )
}
