//! Billing events.

use axum::{extract::State, http::Uri};
use model::Timestamp;
use serde::Deserialize;
use store::billing;
use uuid::Uuid;

use crate::{
    body::Query,
    find,
    page::{Page, Paged},
    problems::Failed,
    server::Shared,
    wire::BillingEvent,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Wanted {
    since: Option<Timestamp>,
    tenant: Option<String>,
    service: Option<String>,
    subscription: Option<Uuid>,
    after: Option<Uuid>,
    limit: Option<u32>,
}

/// Billing events, oldest first.
pub(crate) async fn list_billing_events(
    State(server): State<Shared>,
    uri: Uri,
    Query(wanted): Query<Wanted>,
) -> Result<Paged<BillingEvent>, Failed> {
    let page = Page::new(wanted.limit)?;
    if let Some(tenant) = &wanted.tenant {
        find::tenant(&server.store, tenant).await?;
    }
    let filter = billing::Filter {
        since: wanted.since,
        tenant: wanted.tenant,
        service: wanted.service,
        subscription: wanted.subscription,
        after: wanted.after,
        limit: page.fetch(),
    };
    let mut events = billing::list(&server.store, &filter).await?;
    let next = page.cut(&mut events, |event| event.id.to_string());
    Ok(Paged::new(&uri, events.into_iter().map(BillingEvent::from), next))
}
