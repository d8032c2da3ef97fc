//! Subscriptions: each change is a request, answered with its run as soon as it is durable.

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use engine::{Accepted, Ask, IdempotencyKey};
use model::{SubscriptionState, Verb};
use serde::Deserialize;
use store::subscriptions;
use uuid::Uuid;

use crate::{
    body::{Input, Query},
    caller::Caller,
    find::{self, Names},
    json::GivenObject,
    page::{Page, Paged},
    problems::Failed,
    routes::PREFIX,
    server::{Server, Shared},
    wire::{Run, Subscription},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Wanted {
    tenant: Option<String>,
    user: Option<String>,
    service: Option<String>,
    state: Option<SubscriptionState>,
    after: Option<Uuid>,
    limit: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    tenant: String,
    user: Option<String>,
    service: String,
    plan: Option<String>,
    instance: Option<String>,
    #[serde(default)]
    properties: GivenObject,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    plan: Option<String>,
    #[serde(default)]
    properties: GivenObject,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    reason: Option<String>,
}

/// A request that is durable: 202 with its run, or the stored answer to an earlier one with the same key.
pub(crate) struct Taken(Accepted);

impl IntoResponse for Taken {
    fn into_response(self) -> Response {
        let place = format!("{PREFIX}/runs/{}", self.0.run.id);
        let mut response = (StatusCode::ACCEPTED, Json(Run::from(self.0.run))).into_response();
        if let Ok(place) = HeaderValue::from_str(&place) {
            response.headers_mut().insert(header::LOCATION, place);
        }
        if self.0.replayed {
            response.headers_mut().insert("idempotent-replay", HeaderValue::from_static("true"));
        }
        response
    }
}

/// Subscriptions, newest first.
pub(crate) async fn list_subscriptions(
    State(server): State<Shared>,
    uri: Uri,
    Query(wanted): Query<Wanted>,
) -> Result<Paged<Subscription>, Failed> {
    let page = Page::new(wanted.limit)?;
    let filter = filter(&server, &wanted, page).await?;
    let mut found = subscriptions::list(&server.store, &filter).await?;
    let next = page.cut(&mut found, |subscription| subscription.id.to_string());
    let mut names = Names::new(&server.store);
    let mut items = Vec::with_capacity(found.len());
    for subscription in found {
        items.push(shown(subscription, &mut names).await?);
    }
    Ok(Paged::new(&uri, items, next))
}

/// One subscription.
pub(crate) async fn get_subscription(State(server): State<Shared>, Path(id): Path<String>) -> Result<Json<Subscription>, Failed> {
    let subscription = find::subscription(&server.store, &id).await?;
    Ok(Json(shown(subscription, &mut Names::new(&server.store)).await?))
}

/// Orders a service for a customer or user.
pub(crate) async fn create_subscription(State(server): State<Shared>, caller: Caller, input: Input<Order>) -> Result<Taken, Failed> {
    let order = input.body;
    let ask = Ask {
        verb: Verb::Provision,
        subscription: None,
        tenant: order.tenant,
        user: order.user,
        service: order.service,
        plan: order.plan,
        instance: order.instance,
        properties: order.properties.0,
        reason: order.reason,
    };
    Ok(Taken(server.engine.accept(ask, &caller.principal, input.key).await?))
}

/// Changes plan or properties.
pub(crate) async fn change_subscription(
    State(server): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    input: Input<Change>,
) -> Result<Taken, Failed> {
    let subscription = find::subscription(&server.store, &id).await?;
    let change = input.body;
    let ask = Ask { plan: change.plan, properties: change.properties.0, reason: change.reason, ..Ask::of(Verb::Change, subscription.id) };
    Ok(Taken(server.engine.accept(ask, &caller.principal, input.key).await?))
}

/// Takes a subscription away.
pub(crate) async fn remove_subscription(
    State(server): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    input: Input<Reason>,
) -> Result<Taken, Failed> {
    ask(&server, caller, Verb::Deprovision, &id, input.body.reason, input.key).await
}

/// Switches a subscription off and keeps it.
pub(crate) async fn suspend_subscription(
    State(server): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    input: Input<Reason>,
) -> Result<Taken, Failed> {
    ask(&server, caller, Verb::Suspend, &id, input.body.reason, input.key).await
}

/// Switches a suspended subscription on again.
pub(crate) async fn resume_subscription(
    State(server): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    input: Input<Reason>,
) -> Result<Taken, Failed> {
    ask(&server, caller, Verb::Resume, &id, input.body.reason, input.key).await
}

/// Compares a subscription with the world.
pub(crate) async fn verify_subscription(
    State(server): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
    input: Input<Reason>,
) -> Result<Taken, Failed> {
    ask(&server, caller, Verb::Verify, &id, input.body.reason, input.key).await
}

async fn ask(
    server: &Server,
    caller: Caller,
    verb: Verb,
    id: &str,
    reason: Option<String>,
    key: Option<IdempotencyKey>,
) -> Result<Taken, Failed> {
    let subscription = find::subscription(&server.store, id).await?;
    let ask = Ask { reason, ..Ask::of(verb, subscription.id) };
    Ok(Taken(server.engine.accept(ask, &caller.principal, key).await?))
}

async fn filter(server: &Server, wanted: &Wanted, page: Page) -> Result<subscriptions::Filter, Failed> {
    let tenant = match &wanted.tenant {
        Some(name) => Some(find::tenant(&server.store, name).await?),
        None => None,
    };
    let user = match (&tenant, &wanted.user) {
        (Some(tenant), Some(name)) => Some(find::user(&server.store, tenant, name).await?.id),
        (None, Some(_)) => {
            return Err(crate::json::Refusal::new("missing_field", "a user is named together with its `tenant`").within("tenant").into());
        }
        (_, None) => None,
    };
    Ok(subscriptions::Filter {
        tenant: tenant.map(|tenant| tenant.id),
        user,
        service: wanted.service.clone(),
        state: wanted.state,
        before: wanted.after,
        limit: page.fetch(),
        ..subscriptions::Filter::default()
    })
}

async fn shown(subscription: model::Subscription, names: &mut Names<'_>) -> Result<Subscription, Failed> {
    let tenant = names.tenant(subscription.tenant_id).await?;
    let user = match subscription.user_id {
        Some(id) => Some(names.user(id).await?),
        None => None,
    };
    Ok(Subscription::of(subscription, &tenant, user))
}
