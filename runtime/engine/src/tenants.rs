//! The tree of tenants and their users, as people change it.

use model::{DataType, Object, Problem, Scalar, Tenant, TenantKind, User, Value};
use store::{Store, tenants::TENANT_NAME, users::USER_NAME};
use uuid::Uuid;

use crate::{Principal, chain::tenant, edit::Edit, refusal};

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
    /// Free words.
    pub tags: Vec<String>,
    /// Custom fields.
    pub custom: Object,
}

impl NewUser {
    /// A user with nothing but a name.
    pub fn new(tenant: &str, name: &str) -> Self {
        NewUser {
            tenant: tenant.to_owned(),
            name: name.to_owned(),
            upn: None,
            first_name: None,
            last_name: None,
            display_name: None,
            email: None,
            language: None,
            tags: Vec::new(),
            custom: Object::new(),
        }
    }
}

/// Makes a tenant. The provider is one too: the only one without a node above it.
///
/// # Errors
/// `tenant_exists`, `tenant_not_found` for its parent, or what is not right about it.
pub async fn create_tenant(store: &Store, new: &NewTenant, by: &Principal) -> Result<Tenant, Problem> {
    check_name(&new.name, "")?;
    check_address(new.email.as_ref())?;
    if new.country.as_ref().is_some_and(|country| country.len() != 2 || !country.bytes().all(|byte| byte.is_ascii_uppercase())) {
        return Err(wrong("country", "a country is two capital letters (ISO 3166)"));
    }
    let parent = parent(store, new).await?;
    let tenant = Tenant {
        id: Uuid::now_v7(),
        name: new.name.clone(),
        kind: new.kind,
        parent_id: parent.map(|parent| parent.id),
        display_name: new.display_name.clone().unwrap_or_else(|| new.name.clone()),
        email: new.email.clone(),
        country: new.country.clone(),
        language: new.language.clone(),
        time_zone: new.time_zone.clone(),
        tags: new.tags.clone(),
        custom: new.custom.clone(),
        created_at: store.now(),
    };
    let detail = [("Kind", Value::text(tenant.kind.as_str()))].into_iter().collect();
    let edit = Edit { by, action: "tenant.create", object: tenant.name.clone(), detail };
    match edit.write(store, [store::tenants::insert(&tenant)]).await {
        Ok(()) => Ok(tenant),
        Err(error) if error.is_guard(TENANT_NAME) => Err(taken(store, &tenant).await),
        Err(error) => Err(refusal::store(&error)),
    }
}

/// Makes a user of a customer.
///
/// # Errors
/// `user_exists`, `tenant_not_found`, or what is not right about it.
pub async fn create_user(store: &Store, new: &NewUser, by: &Principal) -> Result<User, Problem> {
    check_name(&new.name, "._@")?;
    check_address(new.email.as_ref())?;
    let customer = tenant(store, &new.tenant).await?;
    if customer.kind != TenantKind::Customer {
        return Err(wrong("tenant", format!("`{}` is not a customer; only customers have users", customer.name)));
    }
    let user = User {
        id: Uuid::now_v7(),
        tenant_id: customer.id,
        name: new.name.clone(),
        upn: new.upn.clone(),
        first_name: new.first_name.clone(),
        last_name: new.last_name.clone(),
        display_name: new.display_name.clone().unwrap_or_else(|| new.name.clone()),
        email: new.email.clone(),
        language: new.language.clone(),
        enabled: true,
        tags: new.tags.clone(),
        custom: new.custom.clone(),
        created_at: store.now(),
    };
    let edit = Edit { by, action: "user.create", object: format!("{}/{}", customer.name, user.name), detail: Object::new() };
    match edit.write(store, [store::users::insert(&user)]).await {
        Ok(()) => Ok(user),
        Err(error) if error.is_guard(USER_NAME) => {
            let detail = format!("`{}` has a user `{}` already", customer.name, user.name);
            Err(refusal::conflict("user_exists", "It is there already", detail).about("name"))
        }
        Err(error) => Err(refusal::store(&error)),
    }
}

/// The node above a new tenant: a customer has none below it, and only the provider has none above.
async fn parent(store: &Store, new: &NewTenant) -> Result<Option<Tenant>, Problem> {
    if new.kind == TenantKind::Provider {
        return match &new.parent {
            Some(_) => Err(wrong("parent", "the provider is the root of the tree and has no parent")),
            None => Ok(None),
        };
    }
    let parent = match &new.parent {
        Some(name) => tenant(store, name).await.map_err(|problem| problem.about("parent"))?,
        None => provider(store).await?,
    };
    if parent.kind == TenantKind::Customer {
        return Err(wrong("parent", format!("`{}` is a customer; tenants are below the provider or a reseller", parent.name)));
    }
    Ok(Some(parent))
}

/// The root of the tree.
pub(crate) async fn provider(store: &Store) -> Result<Tenant, Problem> {
    let provider = store::tenants::provider(store).await.map_err(|error| refusal::store(&error))?;
    provider.ok_or_else(|| {
        let problem = refusal::conflict("not_initialised", "There is no provider yet", "the installation has no provider");
        problem.advise("run `stoa init`")
    })
}

/// Why the store refused a new tenant: its name is taken, or it would be a second provider.
async fn taken(store: &Store, tenant: &Tenant) -> Problem {
    let detail = match store::tenants::provider(store).await {
        Ok(Some(provider)) if tenant.kind == TenantKind::Provider => {
            format!("the installation has its provider already: `{}`", provider.name)
        }
        _ => format!("there is a tenant `{}` already", tenant.name),
    };
    refusal::conflict("tenant_exists", "It is there already", detail).about("name")
}

/// An address, if one is given, is one.
fn check_address(address: Option<&String>) -> Result<(), Problem> {
    match address.map(|address| DataType::one(Scalar::Email).convert(Value::text(address.as_str()))) {
        Some(Err(mismatch)) => Err(wrong("email", mismatch.to_string())),
        _ => Ok(()),
    }
}

/// Names that address things are lower case letters, digits and dashes, and begin with a letter or digit.
fn check_name(text: &str, others: &str) -> Result<(), Problem> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || others.contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
    if begins && text.len() <= 63 && text.chars().all(fits) {
        return Ok(());
    }
    let also = if others.is_empty() { String::new() } else { format!(" and any of `{others}`") };
    Err(wrong(
        "name",
        format!("`{text}` is not a name: 1 to 63 lower case letters, digits and dashes{also}, beginning with a letter or digit"),
    ))
}

fn wrong(field: &str, detail: impl Into<String>) -> Problem {
    refusal::unprocessable("invalid_value", "The request is not right", detail).about(field)
}
