//! Values and overrides at places, as people set and remove them.

use model::{Override, Problem, PropertyValue, Value};
use uuid::Uuid;

use crate::{Principal, Programs};

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// At a tenant, by name; for the provider this is the service's configuration.
    Tenant(String),
    /// At a user of a customer.
    User {
        /// Name of the customer.
        tenant: String,
        /// Name of the user.
        user: String,
    },
    /// At one subscription.
    Subscription(Uuid),
}

/// A value to set. For an override `plan` may limit it to one plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Service name.
    pub service: String,
    /// Property name.
    pub property: String,
    /// Plan an override is limited to; none means every plan.
    pub plan: Option<String>,
    /// The place.
    pub at: At,
    /// The value as it came in; it is converted by the declared type.
    pub value: Value,
    /// Wins over lower places.
    pub locked: bool,
}

/// Sets another value for a plan's property at a place.
///
/// # Errors
/// What is not there, not allowed at that level, or not a value of the property.
#[expect(clippy::todo, reason = "the interface lands before its body")]
pub async fn set_override(_programs: &Programs, _setting: &Setting, _by: &Principal) -> Result<Override, Problem> {
    todo!()
}

/// Removes an override; false when there was none.
///
/// # Errors
/// What is not there.
#[expect(clippy::todo, reason = "the interface lands before its body")]
pub async fn remove_override(
    _programs: &Programs,
    _service: &str,
    _property: &str,
    _plan: Option<&str>,
    _at: &At,
    _by: &Principal,
) -> Result<bool, Problem> {
    todo!()
}

/// Sets the value of a `Config`, `Input` or `Result` property at a place.
///
/// # Errors
/// What is not there, not allowed at that level, or not a value of the property.
#[expect(clippy::todo, reason = "the interface lands before its body")]
pub async fn set_property(_programs: &Programs, _setting: &Setting, _by: &Principal) -> Result<PropertyValue, Problem> {
    todo!()
}

/// Removes a property's value from a place; false when there was none.
///
/// # Errors
/// What is not there.
#[expect(clippy::todo, reason = "the interface lands before its body")]
pub async fn remove_property(_programs: &Programs, _service: &str, _property: &str, _at: &At, _by: &Principal) -> Result<bool, Problem> {
    todo!()
}
