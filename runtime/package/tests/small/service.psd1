@{
    Format      = 1
    Name        = 'mail'
    Version     = '1.2.0'
    DisplayName = 'Mail'
    Description = 'Mailboxes.'
    Properties  = @(
        @{ Name = 'Server'; Kind = 'Config'; Type = 'hostname'; Levels = 'Service', 'Reseller'; Required = $true }
        @{ Name = 'SizeGB'; Kind = 'Plan'; Type = 'int'; Min = 1; Max = 100; Required = $true; Overridable = 'Customer' }
        @{ Name = 'Class'; Kind = 'Plan'; Type = 'string'; Values = 'Gold', 'Silver'; Default = 'Silver' }
        @{ Name = 'Seats'; Kind = 'Plan'; Type = 'int'; Unlimited = $true }
        @{ Name = 'Domain'; Kind = 'Input'; Type = 'domain'; Required = $true; Level = 'Customer' }
        @{ Name = 'Alias'; Kind = 'Input'; Type = 'string'; Pattern = '[a-z]+'; Min = 2; Max = 8 }
        @{ Name = 'Rules'; Kind = 'Input'; Type = 'object[]'; Schema = @{ Name = 'From'; Type = 'email'; Required = $true } }
        @{ Name = 'MailboxId'; Kind = 'Result'; Type = 'string' }
    )
    Plans       = @(
        @{ Name = 'Basic'; Sku = 'M1'; Set = @{ SizeGB = 5; Seats = $null } }
        @{ Name = 'Plus'; Sku = 'M2'; Set = @{ SizeGB = 50; Class = 'Gold' }; Quantity = { $Property.Seats } }
    )
    Validate    = @{ When = { $Plan.SizeGB -gt 90 }; Code = 'MA001'; Message = 'Too large.' }
    Permissions = @{ 'mail.read' = 'May read' }
    Roles       = @{ 'Mail operator' = @{ Permissions = 'mail.view', 'mail.read' } }
    Codes       = @{ MA002 = @{ Level = 'Error'; Message = 'No.'; Direction = 'Look.' } }
}
