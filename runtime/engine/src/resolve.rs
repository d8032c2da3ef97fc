//! Effective values: what the places of a chain hold, the plan, the defaults, and `model::resolve` for each property.

use model::{Problem, Resolved};

use crate::Programs;

/// Whose values are asked for, outside any request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// Service name.
    pub service: String,
    /// Name of the tenant, of any kind.
    pub tenant: String,
    /// Name of a user of it.
    pub user: Option<String>,
    /// Plan name.
    pub plan: Option<String>,
    /// Only this property.
    pub property: Option<String>,
}

/// The effective values of a service's properties at a place, with the trail of each.
///
/// # Errors
/// What is not there, or a default that cannot be evaluated.
#[expect(clippy::todo, reason = "the interface lands before its body")]
pub async fn resolve(_programs: &Programs, _whose: &Whose) -> Result<Vec<Resolved>, Problem> {
    todo!()
}
