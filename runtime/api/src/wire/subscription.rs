//! Subscriptions.

use model::{SubscriptionState, Timestamp};
use serde::Serialize;
use uuid::Uuid;

/// A service assigned to a customer or user.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Subscription {
    /// Identity.
    pub id: Uuid,
    /// Name of the customer.
    pub tenant: String,
    /// Name of the user, for a user service.
    pub user: Option<String>,
    /// The customer's subscription of a user's.
    pub parent_id: Option<Uuid>,
    /// Service name.
    pub service: String,
    /// Plan of the last good request, or of the pending one.
    pub plan: Option<String>,
    /// Instance name; none for a service that is on or off.
    pub instance: Option<String>,
    /// State.
    pub state: SubscriptionState,
    /// When it was ordered.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub changed_at: Timestamp,
}

impl Subscription {
    /// A subscription of the customer named `tenant`, or of its user.
    pub fn of(subscription: model::Subscription, tenant: &str, user: Option<String>) -> Self {
        Subscription {
            id: subscription.id,
            tenant: tenant.to_owned(),
            user,
            parent_id: subscription.parent_id,
            service: subscription.service,
            plan: subscription.plan,
            instance: Some(subscription.instance).filter(|instance| !instance.is_empty()),
            state: subscription.state,
            created_at: subscription.created_at,
            changed_at: subscription.changed_at,
        }
    }
}
