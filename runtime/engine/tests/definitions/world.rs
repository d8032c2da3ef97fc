//! Packages as text and a small tree of tenants, for the tests of this folder.

use std::sync::Arc;

use actions::Registry;
use engine::{Ask, At, NewTenant, Prepared, Principal, Program, Programs, Setting, create_tenant, import, prepare, set_property};
use model::{Problem, Tenant, TenantKind, Timestamp, Value};
use package::Files;
use store::Store;
use tempfile::TempDir;

/// The backup service of the design, with its vault's place in place of its address.
pub const SERVICE: &str = r#"@{
    Format      = 1
    Name        = 'backup'
    Version     = '1.2.0'
    DisplayName = 'Backup'
    Description = 'Off-site backup with a monthly allowance.'
    For         = 'Customer'
    Instances   = 'Single'
    Properties  = @(
        @{ Name = 'VaultPath';         Kind = 'Config'; Type = 'string'; Levels = 'Service','Reseller','Customer'; Hidden = $true; Required = $true }
        @{ Name = 'BandwidthGB';       Kind = 'Plan';   Type = 'int';    Unlimited = $true }
        @{ Name = 'StorageTB';         Kind = 'Plan';   Type = 'int';    Min = 1; Max = 500; Overridable = 'Reseller','Customer' }
        @{ Name = 'Username';          Kind = 'Input';  Type = 'string'; Level = 'Customer'; Required = $true; Pattern = '^[a-z][a-z0-9-]{2,30}$' }
        @{ Name = 'AdminEmailAddress'; Kind = 'Input';  Type = 'email';  Level = 'Customer'; Required = $true; Default = { $Customer.Email } }
        @{ Name = 'ContractYears';     Kind = 'Input';  Type = 'int';    Values = 1, 2, 3; Default = 1; ReadOnlyAfter = 'Provision' }
        @{ Name = 'LeaveReason';       Kind = 'Input';  Type = 'string'; AskOn = 'deprovision' }
        @{ Name = 'AccountId';         Kind = 'Result'; Type = 'string' }
        @{ Name = 'UsedGB';            Kind = 'Result'; Type = 'decimal' }
    )
    Plans = @(
        @{ Name = 'Standard'; Sku = 'BU001'; Set = @{ BandwidthGB = 100;  StorageTB = 1 } }
        @{ Name = 'Premium';  Sku = 'IA003'; Set = @{ BandwidthGB = $null; StorageTB = 20 }; Quantity = { $Property.ContractYears } }
        @{ Name = 'Old';      Sku = 'OL001'; Set = @{ BandwidthGB = 1; StorageTB = 1 }; Retired = $true }
    )
    Validate = @(
        @{ When = { $Plan.StorageTB -gt 100 -and $Property.ContractYears -lt 2 }; Code = 'BK010'; Message = 'More than 100 TB needs two years.' }
    )
}
"#;

/// A script action of the package with a typed face and an undo.
pub const NEW_ACCOUNT: &str = r#"<#
.SYNOPSIS
    Makes an account.
#>

<#StoaAction @{
    Effect  = 'VerifyFirst'
    Verify  = 'Test-Account'
    Undo    = 'Remove-Account'
    Outputs = @{ AccountId = 'string'; CreatedAt = 'datetime' }
    Timeout = '00:02:00'
} #>

[CmdletBinding()]
param(
    [Parameter(Mandatory)][ValidatePattern('^[a-z]')][string]$UserName,
    [Parameter(Mandatory)][ValidateRange(1, 100000)][int]$QuotaGB,
    [string]$Contact,
    [string[]]$Tags,
    [ValidateSet('Low', 'High')][string]$Priority
)
"#;

const TEST_ACCOUNT: &str = r#"<#StoaAction @{ Effect = 'Read' } #>
param([Parameter(Mandatory)][string]$UserName)
"#;

const REMOVE_ACCOUNT: &str = r#"<#StoaAction @{ Effect = 'Idempotent' } #>
param([Parameter(Mandatory)][string]$AccountId, [string]$UserName)
"#;

/// A script that says nothing of itself, so that it must never run twice.
const SEND_LETTER: &str = "param([Parameter(Mandatory)][string]$To)\n";

/// A package with these rules as its provision, `{` and `}` of the hashtable left out.
pub fn package(rules: &str) -> Files {
    files(SERVICE, &[("processes/provision.psd1", &process(rules))])
}

/// A package of this definition and these further files, with the script actions of the tests.
pub fn files(service: &str, more: &[(&str, &str)]) -> Files {
    let scripts =
        [("New-Account", NEW_ACCOUNT), ("Test-Account", TEST_ACCOUNT), ("Remove-Account", REMOVE_ACCOUNT), ("Send-Letter", SEND_LETTER)];
    let scripts = scripts.map(|(name, text)| (format!("actions/{name}.ps1"), text.as_bytes().to_vec()));
    let more = more.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    std::iter::once(("service.psd1".to_owned(), service.as_bytes().to_vec())).chain(scripts).chain(more).collect()
}

/// A process file; its first rule begins on line 2.
pub fn process(rules: &str) -> String {
    format!("@{{ Rules = @(\n{rules}\n) }}\n")
}

/// The program of a package, which must be right.
pub fn program(files: &Files) -> Program {
    let folder = std::path::Path::new("/nowhere");
    let (_, program) = engine::check(files, &Files::default(), &Registry::standard(), folder).unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("the package is not right:\n{}", lines.join("\n"))
    });
    program
}

/// Provider `acme`, reseller `north`, customers `contoso` and `fabrikam`; the service is imported and configured.
pub struct World {
    pub programs: Programs,
    pub folder: TempDir,
}

pub const NOW: Timestamp = Timestamp(1_000_000);

pub fn me() -> Principal {
    Principal::new("tester")
}

impl World {
    /// The tree, and nothing else.
    pub async fn empty() -> World {
        let folder = TempDir::new().unwrap();
        let store = Store::open(folder.path(), Arc::new(|| NOW)).unwrap();
        let programs = Programs::new(store, Registry::standard(), folder.path());
        let world = World { programs, folder };
        world.tenant("acme", TenantKind::Provider, None).await;
        world.tenant("north", TenantKind::Reseller, Some("acme")).await;
        world.tenant("contoso", TenantKind::Customer, Some("north")).await;
        world.tenant("fabrikam", TenantKind::Customer, Some("acme")).await;
        world
    }

    /// The tree with the service and its vault.
    pub async fn new() -> World {
        let world = World::empty().await;
        world.import(&package("")).await;
        let vault = Setting::new("backup", "VaultPath", At::tenant("acme"), Value::text("/vault"));
        set_property(&world.programs, &vault, &me()).await.unwrap();
        world
    }

    pub fn store(&self) -> &Store {
        self.programs.store()
    }

    pub async fn import(&self, files: &Files) -> engine::Imported {
        import(&self.programs, files, &Files::default(), &me()).await.unwrap_or_else(|problem| panic!("{problem:#?}"))
    }

    pub async fn tenant(&self, name: &str, kind: TenantKind, parent: Option<&str>) -> Tenant {
        let new = NewTenant { email: Some(format!("it@{name}.example")), ..NewTenant::new(name, kind, parent) };
        create_tenant(self.store(), &new, &me()).await.unwrap()
    }

    pub async fn prepare(&self, ask: &Ask) -> Result<Prepared, Problem> {
        prepare(&self.programs, ask, &me()).await
    }

    /// An order of the service that nothing is wrong with.
    pub fn order(&self, tenant: &str, plan: &str) -> Ask {
        Ask { properties: [("Username", Value::text(tenant))].into_iter().collect(), ..Ask::provision(tenant, "backup", plan) }
    }

    /// Writes what an accepted ask writes and ends its run well, without running anything.
    pub async fn complete(&self, prepared: &Prepared) {
        let (snapshot, subscription) = (&prepared.snapshot, &prepared.subscription);
        let request = model::Request {
            id: snapshot.request.id,
            subscription_id: subscription.id,
            verb: snapshot.request.verb,
            requested_by: snapshot.request.requested_by.clone(),
            requested_at: NOW,
            reason: None,
            program_hash: prepared.program.hash.clone(),
            snapshot: serde_json::to_string(snapshot).unwrap(),
        };
        let run = model::Run {
            key: 0,
            id: uuid::Uuid::now_v7(),
            request_id: request.id,
            subscription_id: subscription.id,
            verb: request.verb,
            service: subscription.service.clone(),
            service_version: snapshot.service.version.clone(),
            plan: snapshot.plan.as_ref().map(|plan| plan.name.clone()),
            tenant: snapshot.customer.tenant.name.clone(),
            user: snapshot.user.as_ref().map(|user| user.name.clone()),
            instance: subscription.instance.clone(),
            state: model::RunState::Succeeded,
            reason: None,
            epoch: 1,
            owner: None,
            cancelled: false,
            program_hash: prepared.program.hash.clone(),
            created_at: NOW,
            started_at: Some(NOW),
            ended_at: Some(NOW),
            recorded_at: NOW,
        };
        let mut batch = store::Batch::new();
        if prepared.is_new {
            batch.push(store::subscriptions::insert(&model::Subscription {
                state: model::SubscriptionState::Active,
                ..subscription.clone()
            }));
        }
        batch.push(store::requests::insert(&request));
        batch.push(store::runs::insert(&run));
        batch.extend(snapshot.keep.iter().map(store::values::set));
        self.store().write(batch).await.unwrap();
    }
}
