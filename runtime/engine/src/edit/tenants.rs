//! New tenants and users.

use model::{Object, Problem, Tenant, TenantKind, User};
use store::{Store, tenants::TENANT_NAME, users::USER_NAME};
use uuid::Uuid;

use super::{Edit, email, failed, invalid, name, tenant};
use crate::Principal;

/// A tenant to make.
#[derive(Clone, Debug, PartialEq)]
pub struct NewTenant {
    /// Its name, unique in the installation.
    pub name: String,
    /// Reseller or customer.
    pub kind: TenantKind,
    /// Name of the node above; none means the provider.
    pub parent: Option<String>,
    /// What people see; its name without one.
    pub display_name: Option<String>,
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
}

impl NewTenant {
    /// A tenant of which no more is known than its name, kind and the node above.
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
    /// Its name, unique in the customer.
    pub name: String,
    /// User principal name.
    pub upn: Option<String>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// What people see; its name without one.
    pub display_name: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// Free words.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: Object,
}

/// Makes the root of the tree; there is one.
pub async fn create_provider(store: &Store, provider: &str, by: &Principal) -> Result<Tenant, Problem> {
    write_tenant(store, NewTenant::new(provider, TenantKind::Provider, None), None, by).await
}

/// Makes a reseller or customer below a node that may have some.
pub async fn create_tenant(store: &Store, new: NewTenant, by: &Principal) -> Result<Tenant, Problem> {
    if new.kind == TenantKind::Provider {
        return Err(invalid("kind", "There is one provider, and it is there already: a new tenant is a Reseller or a Customer."));
    }
    let parent = match &new.parent {
        Some(parent) => tenant(store, parent, "parent").await?,
        None => provider(store).await?,
    };
    if parent.kind == TenantKind::Customer {
        return Err(invalid("parent", format!("`{}` is a customer; tenants are below the provider or a reseller.", parent.name)));
    }
    write_tenant(store, new, Some(parent.id), by).await
}

/// Makes a user of a customer.
pub async fn create_user(store: &Store, new: NewUser, by: &Principal) -> Result<User, Problem> {
    name(&new.name, "._@")?;
    email(new.email.as_ref())?;
    let customer = tenant(store, &new.tenant, "tenant").await?;
    if customer.kind != TenantKind::Customer {
        return Err(invalid("tenant", format!("`{}` is not a customer; only customers have users.", customer.name)));
    }
    let user = User {
        id: Uuid::now_v7(),
        tenant_id: customer.id,
        display_name: new.display_name.unwrap_or_else(|| new.name.clone()),
        name: new.name,
        upn: new.upn,
        first_name: new.first_name,
        last_name: new.last_name,
        email: new.email,
        language: new.language,
        enabled: true,
        tags: new.tags,
        custom: new.custom,
        created_at: store.now(),
    };
    let edit = Edit { by, action: "user.create", object: format!("{}/{}", customer.name, user.name), detail: Object::new() };
    match edit.write(store, [store::users::insert(&user)]).await {
        Ok(()) => Ok(user),
        Err(error) if error.is_guard(USER_NAME) => Err(taken("user", &user.name)),
        Err(error) => Err(failed(&error)),
    }
}

async fn provider(store: &Store) -> Result<Tenant, Problem> {
    let provider = store::tenants::provider(store).await.map_err(|error| failed(&error))?;
    provider.ok_or_else(|| {
        Problem::new("not_initialised", "There is no provider yet", 409, "The installation has no provider.").advise("Run `stoa init`.")
    })
}

async fn write_tenant(store: &Store, new: NewTenant, parent: Option<Uuid>, by: &Principal) -> Result<Tenant, Problem> {
    name(&new.name, "")?;
    email(new.email.as_ref())?;
    if new.country.as_ref().is_some_and(|country| country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase())) {
        return Err(invalid("country", "A country is two capital letters (ISO 3166)."));
    }
    let tenant = Tenant {
        id: Uuid::now_v7(),
        kind: new.kind,
        parent_id: parent,
        display_name: new.display_name.unwrap_or_else(|| new.name.clone()),
        name: new.name,
        email: new.email,
        country: new.country,
        language: new.language,
        time_zone: new.time_zone,
        tags: new.tags,
        custom: new.custom,
        created_at: store.now(),
    };
    let detail = [("Kind", model::Value::text(tenant.kind.as_str()))].into_iter().collect();
    let edit = Edit { by, action: "tenant.create", object: tenant.name.clone(), detail };
    match edit.write(store, [store::tenants::insert(&tenant)]).await {
        Ok(()) => Ok(tenant),
        Err(error) if error.is_guard(TENANT_NAME) => Err(taken("tenant", &tenant.name)),
        Err(error) => Err(failed(&error)),
    }
}

fn taken(kind: &str, name: &str) -> Problem {
    Problem::new("already_exists", "It is there already", 409, format!("There is a {kind} `{name}` already.")).about("name")
}
