//! Billing events.

use model::{BillingKind, Timestamp};
use serde::Serialize;
use uuid::Uuid;

/// What a completed run means for the invoice.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BillingEvent {
    /// Identity.
    pub id: Uuid,
    /// The run that completed.
    pub run_id: Uuid,
    /// The subscription.
    pub subscription_id: Uuid,
    /// Name of the customer.
    pub tenant: String,
    /// Name of the service.
    pub service: String,
    /// What happened.
    pub kind: BillingKind,
    /// When the run completed.
    pub at: Timestamp,
    /// The plan from now on; for `stop` the plan until now.
    pub plan: Option<String>,
    /// The plan's SKU.
    pub sku: Option<String>,
    /// How many, as decimal text.
    pub quantity: String,
}

impl From<model::BillingEvent> for BillingEvent {
    fn from(event: model::BillingEvent) -> Self {
        BillingEvent {
            id: event.id,
            run_id: event.run_id,
            subscription_id: event.subscription_id,
            tenant: event.tenant,
            service: event.service,
            kind: event.kind,
            at: event.at,
            plan: event.plan,
            sku: event.sku,
            quantity: event.quantity,
        }
    }
}
