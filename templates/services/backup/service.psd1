# Backup: an account in a vault, with a monthly allowance.
#
# Copy this folder to begin a service of your own: give it another Name, then change properties, plans and processes.
# `stoa package check FOLDER` says everything that is wrong with it, with file, line and column.
@{
    Format      = 1
    Name        = 'backup'                      # the id: lower case, digits and dashes
    Version     = '1.0.0'
    DisplayName = 'Backup'
    Description = 'Off-site backup with a monthly allowance.'
    For         = 'Customer'                    # 'User' would give it to single users of a customer
    Instances   = 'Single'                      # a customer has it or has it not; 'Multiple' would give each one a name

    Properties  = @(
        # Config: how the provider runs the service. A customer may have a vault of its own, so the value may be set at three levels.
        # Hidden: below the provider nobody sees it.
        @{
            Name     = 'VaultPath'
            Kind     = 'Config'
            Type     = 'string'
            Label    = 'Folder of the vault'
            Levels   = 'Service', 'Reseller', 'Customer'
            Hidden   = $true
            Required = $true
            Pattern  = '(/[^/]+)+'              # absolute, and no slash at its end; a pattern covers the whole text
        }

        # Plan: each plan gives a value. Overridable: where a customer may get another value than its plan's.
        @{ Name = 'BandwidthGB'; Kind = 'Plan'; Type = 'int'; Label = 'Bandwidth (GB a month)'; Min = 1; Unlimited = $true }
        @{ Name = 'SupportLevel'; Kind = 'Plan'; Type = 'string'; Label = 'Support'; Values = 'BusinessHours', '24x7' }
        @{
            Name        = 'StorageTB'
            Kind        = 'Plan'
            Type        = 'int'
            Label       = 'Storage (TB)'
            Min         = 1
            Max         = 500
            Required    = $true                 # so each plan must set it
            Overridable = 'Reseller', 'Customer'
        }

        # Input: asked when the service is ordered. Level: where the value is kept, and so who may change it later.
        @{
            Name          = 'Username'
            Kind          = 'Input'
            Type          = 'string'
            Label         = 'User name'
            Level         = 'Customer'
            Required      = $true
            Pattern       = '[a-z][a-z0-9-]{2,30}'
            ReadOnlyAfter = 'Provision'         # folders in the vault have this name
        }
        @{
            Name     = 'AdminEmailAddress'
            Kind     = 'Input'
            Type     = 'email'
            Label    = 'Address of the administrator'
            Level    = 'Customer'
            Required = $true
            Default  = { $Customer.Email }      # a block is an expression; it may use other properties too
        }
        @{
            Name          = 'ContractYears'
            Kind          = 'Input'
            Type          = 'int'
            Label         = 'Contract (years)'
            Level         = 'Customer'
            Values        = 1, 2, 3
            Default       = 1
            ReadOnlyAfter = 'Provision'
        }

        # Result: written by provisioning, read by people and by later requests.
        @{ Name = 'AccountId'; Kind = 'Result'; Type = 'string'; Label = 'Account' }
        @{ Name = 'UsedGB'; Kind = 'Result'; Type = 'decimal'; Label = 'Used (GB)' }
    )

    Plans       = @(
        @{ Name = 'Standard'; Sku = 'BU001'; Set = @{ BandwidthGB = 100; SupportLevel = 'BusinessHours'; StorageTB = 1 } }
        @{ Name = 'Extra'; Sku = 'BU010'; Set = @{ BandwidthGB = 1000; SupportLevel = 'BusinessHours'; StorageTB = 10 } }
        @{ Name = 'Premium'; Sku = 'IA003'; Set = @{ BandwidthGB = $null; SupportLevel = '24x7'; StorageTB = 20 } }
    )

    # Asked before a request is accepted: where a condition is true, the request is refused with the message.
    Validate    = @(
        @{
            When    = { $Plan.StorageTB -gt 100 -and $Property.ContractYears -lt 2 }
            Code    = 'BK010'
            Message = 'More than 100 TB needs a contract of two years.'
        }
    )

    # Every service has the permissions backup.view and backup.<verb>.<customer|user>; these are its own.
    Permissions = @{
        'backup.restore' = 'May start a restore'
    }
    Roles       = @{
        'Backup operator' = @{ Permissions = 'backup.view', 'backup.restore' }
    }

    # Codes that its scripts log with, and what the person who must act does.
    Codes       = @{
        BK001 = @{
            Level     = 'Error'
            Message   = 'The vault cannot be written.'
            Direction = 'Look whether the folder VaultPath is there and may be written, then retry the run.'
        }
    }
}
