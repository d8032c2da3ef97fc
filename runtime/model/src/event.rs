//! Events for the outbox: what others must hear of.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

/// An event, written in the batch that makes it true and delivered from the outbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Identity; stable over deliveries.
    pub id: Uuid,
    /// `RunAccepted`, `Provisioned`, `ProvisionFailed`, `Changed`, ... (`packages.md`, Notifications).
    pub kind: String,
    /// The run it is about.
    pub run_id: Uuid,
    /// When it became true.
    pub at: Timestamp,
}
