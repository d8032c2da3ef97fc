//! The tree of tenants.

use axum::{
    Json,
    extract::{Path, State},
    http::{StatusCode, Uri},
};
use engine::NewTenant;
use model::TenantKind;
use serde::Deserialize;
use store::tenants;

use crate::{
    body::{Input, Query},
    caller::Caller,
    find::{self, Names},
    json::GivenObject,
    page::{Page, Paged},
    problems::Failed,
    server::Shared,
    wire::Tenant,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    parent: Option<String>,
    kind: Option<TenantKind>,
    after: Option<String>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct New {
    name: String,
    kind: TenantKind,
    parent: Option<String>,
    display_name: Option<String>,
    email: Option<String>,
    country: Option<String>,
    language: Option<String>,
    time_zone: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    custom: GivenObject,
}

/// Tenants by name.
pub(crate) async fn list_tenants(State(server): State<Shared>, uri: Uri, Query(wanted): Query<Wanted>) -> Result<Paged<Tenant>, Failed> {
    let page = Page::new(wanted.limit)?;
    let parent = match &wanted.parent {
        Some(name) => Some(find::tenant(&server.store, name).await?.id),
        None => None,
    };
    let filter = tenants::Filter { parent, kind: wanted.kind, after: wanted.after, limit: page.fetch() };
    let mut found = tenants::list(&server.store, &filter).await?;
    let next = page.cut(&mut found, |tenant| tenant.name.clone());
    let mut names = Names::new(&server.store);
    let mut items = Vec::with_capacity(found.len());
    for tenant in found {
        items.push(shown(tenant, &mut names).await?);
    }
    Ok(Paged::new(&uri, items, next))
}

/// One tenant.
pub(crate) async fn get_tenant(State(server): State<Shared>, Path(name): Path<String>) -> Result<Json<Tenant>, Failed> {
    let tenant = find::tenant(&server.store, &name).await?;
    Ok(Json(shown(tenant, &mut Names::new(&server.store)).await?))
}

/// Makes a reseller or customer; below the provider unless `parent` says otherwise.
pub(crate) async fn create_tenant(
    State(server): State<Shared>,
    caller: Caller,
    input: Input<New>,
) -> Result<(StatusCode, Json<Tenant>), Failed> {
    let new = input.body;
    let parent = match new.parent {
        Some(parent) => Some(parent),
        None => tenants::provider(&server.store).await?.map(|provider| provider.name),
    };
    let new = NewTenant {
        name: new.name,
        kind: new.kind,
        parent,
        display_name: new.display_name,
        email: new.email,
        country: new.country,
        language: new.language,
        time_zone: new.time_zone,
        tags: new.tags,
        custom: new.custom.0,
    };
    let tenant = engine::create_tenant(&server.store, &new, &caller.principal).await?;
    Ok((StatusCode::CREATED, Json(Tenant::below(tenant, new.parent))))
}

async fn shown(tenant: model::Tenant, names: &mut Names<'_>) -> Result<Tenant, Failed> {
    let parent = match tenant.parent_id {
        Some(id) => Some(names.tenant(id).await?),
        None => None,
    };
    Ok(Tenant::below(tenant, parent))
}
