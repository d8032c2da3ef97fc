//! Values of properties and overrides of plans' values, at places of the tree.

use axum::{Json, extract::State, http::StatusCode};
use engine::{At, Setting};
use model::Level;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    body::{Input, Query},
    caller::Caller,
    find::{self, Names},
    json::{Given, Refusal},
    problems::Failed,
    server::{Server, Shared},
    wire::{List, Override, PropertyValue, Spot},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    service: String,
    tenant: Option<String>,
    user: Option<String>,
    subscription: Option<Uuid>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewValue {
    service: String,
    property: String,
    tenant: Option<String>,
    user: Option<String>,
    subscription: Option<Uuid>,
    value: Given,
    #[serde(default)]
    locked: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewOverride {
    service: String,
    property: String,
    plan: Option<String>,
    tenant: Option<String>,
    user: Option<String>,
    subscription: Option<Uuid>,
    value: Given,
    #[serde(default)]
    locked: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OldValue {
    service: String,
    property: String,
    tenant: Option<String>,
    user: Option<String>,
    subscription: Option<Uuid>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OldOverride {
    service: String,
    property: String,
    plan: Option<String>,
    tenant: Option<String>,
    user: Option<String>,
    subscription: Option<Uuid>,
}

/// The values that are set for a service, everywhere or at one place.
pub(crate) async fn list_property_values(
    State(server): State<Shared>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<List<PropertyValue>>, Failed> {
    let service = find::service(&server.store, &wanted.service).await?;
    let place = filter(&server, &wanted).await?;
    let mut names = Names::new(&server.store);
    let mut items = Vec::new();
    for value in store::values::list(&server.store, &service.name, place).await? {
        let spot = spot(&server, value.level, value.place_id, &mut names).await?;
        items.push(PropertyValue::at(value, spot));
    }
    Ok(Json(items.into_iter().collect()))
}

/// Sets the value of a property at a place.
pub(crate) async fn set_property_value(
    State(server): State<Shared>,
    caller: Caller,
    input: Input<NewValue>,
) -> Result<Json<PropertyValue>, Failed> {
    let new = input.body;
    let at = at(&server, new.tenant, new.user, new.subscription).await?;
    let setting = Setting { service: new.service, property: new.property, plan: None, at, value: new.value.0, locked: new.locked };
    let value = engine::set_property(server.engine.programs(), &setting, &caller.principal).await?;
    let spot = spot(&server, value.level, value.place_id, &mut Names::new(&server.store)).await?;
    Ok(Json(PropertyValue::at(value, spot)))
}

/// Removes the value of a property from a place; again is not an error.
pub(crate) async fn remove_property_value(
    State(server): State<Shared>,
    caller: Caller,
    Query(old): Query<OldValue>,
) -> Result<StatusCode, Failed> {
    let at = at(&server, old.tenant, old.user, old.subscription).await?;
    engine::remove_property(server.engine.programs(), &old.service, &old.property, &at, &caller.principal).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The overrides that are set for a service, everywhere or at one place.
pub(crate) async fn list_overrides(State(server): State<Shared>, Query(wanted): Query<Wanted>) -> Result<Json<List<Override>>, Failed> {
    let service = find::service(&server.store, &wanted.service).await?;
    let place = filter(&server, &wanted).await?;
    let mut names = Names::new(&server.store);
    let mut items = Vec::new();
    for value in store::values::overrides(&server.store, &service.name, place).await? {
        let spot = spot(&server, value.level, value.place_id, &mut names).await?;
        items.push(Override::at(value, spot));
    }
    Ok(Json(items.into_iter().collect()))
}

/// Sets another value than the plan's at a place, for one plan or for every plan.
pub(crate) async fn set_override(
    State(server): State<Shared>,
    caller: Caller,
    input: Input<NewOverride>,
) -> Result<Json<Override>, Failed> {
    let new = input.body;
    let at = at(&server, new.tenant, new.user, new.subscription).await?;
    let setting = Setting { service: new.service, property: new.property, plan: new.plan, at, value: new.value.0, locked: new.locked };
    let value = engine::set_override(server.engine.programs(), &setting, &caller.principal).await?;
    let spot = spot(&server, value.level, value.place_id, &mut Names::new(&server.store)).await?;
    Ok(Json(Override::at(value, spot)))
}

/// Removes an override from a place; again is not an error.
pub(crate) async fn remove_override(
    State(server): State<Shared>,
    caller: Caller,
    Query(old): Query<OldOverride>,
) -> Result<StatusCode, Failed> {
    let at = at(&server, old.tenant, old.user, old.subscription).await?;
    engine::remove_override(server.engine.programs(), &old.service, &old.property, old.plan.as_deref(), &at, &caller.principal).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The place that a request names; none is the provider, where a service's configuration stands.
async fn at(server: &Server, tenant: Option<String>, user: Option<String>, subscription: Option<Uuid>) -> Result<At, Failed> {
    match (tenant, user, subscription) {
        (None, None, Some(id)) => Ok(At::Subscription(id)),
        (Some(tenant), Some(user), None) => Ok(At::User { tenant, user }),
        (Some(tenant), None, None) => Ok(At::Tenant(tenant)),
        (None, None, None) => {
            let provider = store::tenants::provider(&server.store).await?;
            let provider = provider.ok_or_else(|| crate::problems::not_found("tenant", "provider", []))?;
            Ok(At::Tenant(provider.name))
        }
        (None, Some(_), _) => Err(Refusal::new("missing_field", "a user is named together with its `tenant`").within("tenant").into()),
        (Some(_), _, Some(_)) => {
            let detail = "a place is a tenant, a tenant's user or a subscription: name one";
            Err(Refusal::new("invalid_value", detail).within("subscription").into())
        }
    }
}

async fn filter(server: &Server, wanted: &Wanted) -> Result<Option<Uuid>, Failed> {
    if let Some(id) = wanted.subscription {
        return Ok(Some(id));
    }
    let Some(name) = &wanted.tenant else { return Ok(None) };
    let tenant = find::tenant(&server.store, name).await?;
    match &wanted.user {
        Some(user) => Ok(Some(find::user(&server.store, &tenant, user).await?.id)),
        None => Ok(Some(tenant.id)),
    }
}

async fn spot(server: &Server, level: Level, id: Uuid, names: &mut Names<'_>) -> Result<Spot, Failed> {
    match level {
        Level::Subscription => Ok(Spot { tenant: None, user: None, subscription: Some(id) }),
        Level::User => {
            let user = store::users::by_id(&server.store, id).await?;
            let Some(user) = user else { return Ok(Spot { tenant: None, user: None, subscription: None }) };
            Ok(Spot { tenant: Some(names.tenant(user.tenant_id).await?), user: Some(user.name), subscription: None })
        }
        _ => Ok(Spot { tenant: Some(names.tenant(id).await?), user: None, subscription: None }),
    }
}
