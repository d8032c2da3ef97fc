//! Subscriptions: a service assigned to a customer or user.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Timestamp, run::Illegal, words};

words! {
    /// State of a subscription.
    SubscriptionState {
        /// Its provisioning has not succeeded yet.
        Pending = "pending",
        /// Real.
        Active = "active",
        /// Switched off, kept.
        Suspended = "suspended",
        /// Gone.
        Ended = "ended",
        /// What is real is not known: an undo failed.
        Broken = "broken",
    }
}

words! {
    /// What changes the state of a subscription: how a run for it ended.
    SubscriptionEvent {
        /// A provision succeeded.
        Provisioned = "provisioned",
        /// A provision failed and nothing of it is left.
        ProvisionUndone = "provision_undone",
        /// An undo failed.
        UndoFailed = "undo_failed",
        /// A change or verify succeeded.
        Changed = "changed",
        /// A suspend succeeded.
        Suspended = "suspended",
        /// A resume succeeded.
        Resumed = "resumed",
        /// A deprovision succeeded.
        Deprovisioned = "deprovisioned",
        /// A finished run was taken back, before which it was active.
        BackToActive = "back_to_active",
        /// A finished run was taken back, before which it was suspended.
        BackToSuspended = "back_to_suspended",
        /// Any other run than a provision ended without success and left the state before it.
        Unchanged = "unchanged",
    }
}

impl SubscriptionState {
    /// The one table by which a subscription's state changes.
    pub fn on(self, event: SubscriptionEvent) -> Result<SubscriptionState, Illegal> {
        use SubscriptionEvent as E;
        use SubscriptionState as S;
        Ok(match (self, event) {
            (S::Pending | S::Broken, E::Provisioned) => S::Active,
            (S::Pending | S::Active | S::Suspended | S::Broken, E::ProvisionUndone) => S::Ended,
            (_, E::UndoFailed) => S::Broken,
            (S::Active, E::Changed) => S::Active,
            (S::Suspended, E::Changed) => S::Suspended,
            (S::Active, E::Suspended) => S::Suspended,
            (S::Suspended, E::Resumed) => S::Active,
            (S::Active | S::Suspended | S::Broken, E::Deprovisioned) => S::Ended,
            (S::Active | S::Suspended | S::Ended | S::Broken, E::BackToActive) => S::Active,
            (S::Active | S::Suspended | S::Ended | S::Broken, E::BackToSuspended) => S::Suspended,
            (state, E::Unchanged) => state,
            (state, event) => return Err(Illegal { noun: "subscription", state: state.as_str(), event: event.as_str().to_owned() }),
        })
    }
}

/// A service assigned to a customer or user; what is billed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Identity.
    pub id: Uuid,
    /// The customer.
    pub tenant_id: Uuid,
    /// The user, for a user service.
    pub user_id: Option<Uuid>,
    /// The customer's subscription of a user's.
    pub parent_id: Option<Uuid>,
    /// Service name.
    pub service: String,
    /// Plan name; the one of the last good request, or of the pending one.
    pub plan: Option<String>,
    /// Instance name; empty for `Single`.
    pub instance: String,
    /// State.
    pub state: SubscriptionState,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub changed_at: Timestamp,
}
