//! Billing events: what a completed run means for the invoice.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Timestamp, words};

words! {
    /// What a billing event says.
    BillingKind {
        /// Billing starts.
        Start = "start",
        /// Plan or quantity changed.
        Change = "change",
        /// Suspended.
        Suspend = "suspend",
        /// Resumed.
        Resume = "resume",
        /// Billing stops.
        Stop = "stop",
        /// A finished run was undone.
        Reversal = "reversal",
    }
}

/// One line of what happened to a subscription, written only by the batch that completes a run; unique per run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BillingEvent {
    /// Identity.
    pub id: Uuid,
    /// Public id of the run that completed.
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
    /// The plan from now on (for `stop` the plan until now).
    pub plan: Option<String>,
    /// The plan's SKU.
    pub sku: Option<String>,
    /// How many; decimal text, `1` unless the plan computes it.
    pub quantity: String,
}
