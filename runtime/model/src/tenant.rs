//! The tree of tenants, their users, and what is set at each place.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Object, Timestamp, Value, words};

words! {
    /// What a node of the tree is.
    TenantKind {
        /// The root; there is one.
        Provider = "Provider",
        /// Sells on; any depth.
        Reseller = "Reseller",
        /// Uses services.
        Customer = "Customer",
    }
}

words! {
    /// Where a value may be set. The order is from general to specific.
    Level {
        /// The provider's service configuration (files also say `Service`).
        Provider = "Provider",
        /// A reseller.
        Reseller = "Reseller",
        /// A customer.
        Customer = "Customer",
        /// A user.
        User = "User",
        /// One subscription.
        Subscription = "Subscription",
    }
}

/// A node of the tree: provider > reseller (any depth) > customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// Identity.
    pub id: Uuid,
    /// Name, unique in the installation: lower case, digits, dash.
    pub name: String,
    /// Kind.
    pub kind: TenantKind,
    /// The node above; none for the provider.
    pub parent_id: Option<Uuid>,
    /// What people see.
    pub display_name: String,
    /// Address for notifications.
    pub email: Option<String>,
    /// Two letters (ISO 3166).
    pub country: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// tz database name.
    pub time_zone: Option<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: Object,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A person of a customer to whom user services are given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Identity.
    pub id: Uuid,
    /// The customer.
    pub tenant_id: Uuid,
    /// Name, unique in the customer.
    pub name: String,
    /// User principal name.
    pub upn: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// What people see.
    pub display_name: String,
    /// Address.
    pub email: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// May use services.
    pub enabled: bool,
    /// Free words.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: Object,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Another value for a plan's property at one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Override {
    /// Service name.
    pub service: String,
    /// Property name.
    pub property: String,
    /// Plan name; none means every plan (`*`).
    pub plan: Option<String>,
    /// Level of the place.
    pub level: Level,
    /// Id of the tenant, user or subscription.
    pub place_id: Uuid,
    /// The value.
    pub value: Value,
    /// Wins over lower ones.
    pub locked: bool,
}

/// A value of a `Config`, `Input` or `Result` property at one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PropertyValue {
    /// Service name.
    pub service: String,
    /// Property name.
    pub property: String,
    /// Level of the place.
    pub level: Level,
    /// Id of the tenant, user or subscription.
    pub place_id: Uuid,
    /// The value.
    pub value: Value,
    /// Wins over lower ones.
    pub locked: bool,
}
