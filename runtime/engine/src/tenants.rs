//! The tree of tenants and their users, as people change it.

use model::{Object, Problem, Tenant, TenantKind, User};
use store::Store;

use crate::Principal;

/// A tenant to make.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTenant {
    /// Name, unique in the installation: lower case, digits, dash.
    pub name: String,
    /// Kind.
    pub kind: TenantKind,
    /// Name of the node above; none for the provider.
    pub parent: Option<String>,
    /// What people see; the name if none.
    pub display_name: Option<String>,
    /// Address for notifications.
    pub email: Option<String>,
    /// Two letters.
    pub country: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// tz database name.
    pub time_zone: Option<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: Object,
}

impl NewTenant {
    /// A tenant with nothing but a name and its place.
    pub fn new(name: &str, kind: TenantKind, parent: Option<&str>) -> Self {
        NewTenant {
            name: name.to_owned(),
            kind,
            parent: parent.map(str::to_owned),
            display_name: None,
            email: None,
            country: None,
            language: None,
            time_zone: None,
            tags: Vec::new(),
            custom: Object::new(),
        }
    }
}

/// A user to make.
#[derive(Clone, Debug, PartialEq)]
pub struct NewUser {
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
    /// What people see; the name if none.
    pub display_name: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
}

/// Makes a tenant.
///
/// # Errors
/// `tenant_exists`, `tenant_not_found` for its parent, or what is not right about it.
#[expect(clippy::todo, reason = "the interface lands before its body")]
pub async fn create_tenant(_store: &Store, _new: &NewTenant, _by: &Principal) -> Result<Tenant, Problem> {
    todo!()
}

/// Makes a user of a customer.
///
/// # Errors
/// `user_exists`, `tenant_not_found`, or what is not right about it.
#[expect(clippy::todo, reason = "the interface lands before its body")]
pub async fn create_user(_store: &Store, _new: &NewUser, _by: &Principal) -> Result<User, Problem> {
    todo!()
}
