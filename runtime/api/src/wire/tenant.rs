//! Tenants and their users.

use model::{TenantKind, Timestamp};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

/// A node of the tree.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// Identity.
    pub id: Uuid,
    /// Name, unique in the installation; what addresses it.
    pub name: String,
    /// Kind.
    pub kind: TenantKind,
    /// Name of the node above; none for the provider.
    pub parent: Option<String>,
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
    pub custom: Json,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A person of a customer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Identity.
    pub id: Uuid,
    /// Name of the customer.
    pub tenant: String,
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
    /// Whether the person may use services.
    pub enabled: bool,
    /// Free words.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: Json,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Tenant {
    /// A tenant below the node named `parent`.
    pub fn below(tenant: model::Tenant, parent: Option<String>) -> Self {
        Tenant {
            id: tenant.id,
            name: tenant.name,
            kind: tenant.kind,
            parent,
            display_name: tenant.display_name,
            email: tenant.email,
            country: tenant.country,
            language: tenant.language,
            time_zone: tenant.time_zone,
            tags: tenant.tags,
            custom: tenant.custom.to_wire(),
            created_at: tenant.created_at,
        }
    }
}

impl User {
    /// A user of the customer named `tenant`.
    pub fn of(user: model::User, tenant: &str) -> Self {
        User {
            id: user.id,
            tenant: tenant.to_owned(),
            name: user.name,
            upn: user.upn,
            first_name: user.first_name,
            last_name: user.last_name,
            display_name: user.display_name,
            email: user.email,
            language: user.language,
            enabled: user.enabled,
            tags: user.tags,
            custom: user.custom.to_wire(),
            created_at: user.created_at,
        }
    }
}
