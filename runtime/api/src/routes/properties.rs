//! Which value is in force, and why.

use std::collections::HashMap;

use axum::{Json, extract::State};
use engine::Whose;
use serde::Deserialize;

use crate::{
    body::Query,
    find,
    problems::Failed,
    server::Shared,
    wire::{List, Resolved},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    service: String,
    tenant: String,
    user: Option<String>,
    plan: Option<String>,
    property: Option<String>,
}

/// The effective values of a service at a place, each with its trail.
pub(crate) async fn resolve_properties(State(server): State<Shared>, Query(wanted): Query<Wanted>) -> Result<Json<List<Resolved>>, Failed> {
    let whose = Whose { service: wanted.service, tenant: wanted.tenant, user: wanted.user, plan: wanted.plan, property: wanted.property };
    let resolved = server.engine.resolve(&whose).await?;
    let service = find::service(&server.store, &whose.service).await?;
    let types: HashMap<&str, model::DataType> =
        service.properties.iter().map(|property| (property.name.as_str(), property.data_type)).collect();
    let typed = |resolved: model::Resolved| types.get(resolved.property.as_str()).map(|found| Resolved::new(resolved, *found));
    Ok(Json(resolved.into_iter().filter_map(typed).collect()))
}
