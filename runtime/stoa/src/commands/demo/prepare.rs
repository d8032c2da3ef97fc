//! What must be there before anything is ordered: tenants, packages, the vault's place, one override.

use std::fs;

use anyhow::Context;
use engine::{At, NewTenant, Setting};
use model::{TenantKind, Value};

use super::{PROVIDER, Stage, text};
use crate::{
    embedded,
    failure::{Exit, Failure},
};

const SERVICES: [&str; 2] = ["backup", "backup-native"];
/// Name and what people see.
const CUSTOMERS: [(&str, &str); 3] = [("contoso", "Contoso"), ("fabrikam", "Fabrikam"), ("adventure", "Adventure Works")];

pub(super) async fn all(stage: &Stage<'_>) -> Result<(), Failure> {
    provider(stage).await?;
    tenant(stage, NewTenant { display_name: Some("North".to_owned()), ..NewTenant::new("north", TenantKind::Reseller, Some(PROVIDER)) })
        .await?;
    for (name, display_name) in CUSTOMERS {
        let new = NewTenant::new(name, TenantKind::Customer, Some("north"));
        let email = Some(format!("it@{name}.example"));
        tenant(stage, NewTenant { display_name: Some(display_name.to_owned()), email, ..new }).await?;
    }
    vaults(stage)?;
    for service in SERVICES {
        // One that is there may have been edited since; the demo takes nothing back.
        if store::services::current(stage.engine.store(), service).await?.is_none() {
            stage.engine.import_package(&embedded::starter(service), &stage.by).await?;
        }
        value(stage, service, PROVIDER, text(&stage.vault)?).await?;
        value(stage, service, "adventure", text(&stage.blocked)?).await?;
        storage(stage, service).await?;
    }
    Ok(())
}

async fn provider(stage: &Stage<'_>) -> Result<(), Failure> {
    let provider = store::tenants::provider(stage.engine.store()).await?;
    match provider {
        Some(provider) if provider.name == PROVIDER => Ok(()),
        _ => Err(Failure::new(Exit::Refused, "not_a_demo", "the data folder is an installation that is not a demo")
            .advise("name another folder with --data")),
    }
}

async fn tenant(stage: &Stage<'_>, new: NewTenant) -> Result<(), Failure> {
    if store::tenants::by_name(stage.engine.store(), &new.name).await?.is_none() {
        engine::create_tenant(stage.engine.store(), &new, &stage.by).await?;
    }
    Ok(())
}

/// The vault, and one in which `accounts` is a plain file: what needs a folder of that name fails, for a superuser too.
fn vaults(stage: &Stage<'_>) -> Result<(), Failure> {
    for folder in [&stage.vault, &stage.blocked] {
        fs::create_dir_all(folder).with_context(|| format!("failed to make {}", folder.display()))?;
    }
    let file = stage.blocked.join("accounts");
    if !file.exists() {
        fs::write(&file, "This file is in the way on purpose: a vault has a folder here.\n")
            .with_context(|| format!("failed to write {}", file.display()))?;
    }
    Ok(())
}

async fn value(stage: &Stage<'_>, service: &str, tenant: &str, path: &str) -> Result<(), Failure> {
    let place = place(stage, tenant).await?;
    let values = store::values::list(stage.engine.store(), service, Some(place)).await?;
    if values.iter().any(|value| value.property == "VaultPath" && value.value.as_text() == Some(path)) {
        return Ok(());
    }
    engine::set_property(stage.engine.programs(), &setting(service, "VaultPath", tenant, Value::text(path)), &stage.by).await?;
    Ok(())
}

async fn storage(stage: &Stage<'_>, service: &str) -> Result<(), Failure> {
    let place = place(stage, "contoso").await?;
    let overrides = store::values::overrides(stage.engine.store(), service, Some(place)).await?;
    if overrides.iter().any(|value| value.property == "StorageTB") {
        return Ok(());
    }
    engine::set_override(stage.engine.programs(), &setting(service, "StorageTB", "contoso", Value::Int(30)), &stage.by).await?;
    Ok(())
}

async fn place(stage: &Stage<'_>, tenant: &str) -> Result<uuid::Uuid, Failure> {
    let tenant = store::tenants::by_name(stage.engine.store(), tenant).await?;
    Ok(tenant.context("a tenant of the demo is gone")?.id)
}

fn setting(service: &str, property: &str, tenant: &str, value: Value) -> Setting {
    Setting {
        service: service.to_owned(),
        property: property.to_owned(),
        plan: None,
        at: At::Tenant(tenant.to_owned()),
        value,
        locked: false,
    }
}
