//! Values and overrides at places, as people set and remove them.

use model::{Level, Object, Override, Problem, Property, PropertyKind, PropertyValue, TenantKind, Value};
use store::{Expect, Statement, Store, values};
use uuid::Uuid;

use crate::chain::{Chain, tenant};
use crate::edit::Edit;
use crate::{Principal, Program, Programs, refusal, resolve};

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

impl Setting {
    /// A value for every plan, not locked.
    pub fn new(service: &str, property: &str, at: At, value: Value) -> Self {
        Setting { service: service.to_owned(), property: property.to_owned(), plan: None, at, value, locked: false }
    }
}

impl At {
    /// At a tenant.
    pub fn tenant(name: &str) -> Self {
        At::Tenant(name.to_owned())
    }
}

/// Sets another value for a plan's property at a place.
///
/// # Errors
/// What is not there, not allowed at that level, or not a value of the property.
pub async fn set_override(programs: &Programs, setting: &Setting, by: &Principal) -> Result<Override, Problem> {
    let program = programs.current(&setting.service).await?;
    let property = of_plan(&program, &setting.property)?;
    let plan = plan_name(&program, setting.plan.as_deref())?;
    let place = place(programs.store(), &setting.at).await?;
    check_level(property, &property.overridable, &place)?;
    let value = Override {
        service: program.service.name.clone(),
        property: property.name.clone(),
        plan,
        level: place.level,
        place_id: place.id,
        value: accept(&program, property, setting.value.clone())?,
        locked: setting.locked,
    };
    let edit = edit(by, "override.set", (&program, property), &place, value.plan.as_deref(), Some(&value.value));
    edit.write(programs.store(), [values::set_override(&value)]).await.map_err(|error| refusal::store(&error))?;
    Ok(value)
}

/// Removes an override; false when there was none.
///
/// # Errors
/// What is not there.
pub async fn remove_override(
    programs: &Programs,
    service: &str,
    property: &str,
    plan: Option<&str>,
    at: &At,
    by: &Principal,
) -> Result<bool, Problem> {
    let program = programs.current(service).await?;
    let property = of_plan(&program, property)?;
    let plan = plan_name(&program, plan)?;
    let place = place(programs.store(), at).await?;
    let statement = values::remove_override(&program.service.name, &property.name, plan.as_deref(), place.id);
    remove(programs.store(), statement, edit(by, "override.remove", (&program, property), &place, plan.as_deref(), None)).await
}

/// Sets the value of a `Config` property at a place, or of an `Input` that is kept at a customer or user.
///
/// # Errors
/// What is not there, not allowed at that level, or not a value of the property.
pub async fn set_property(programs: &Programs, setting: &Setting, by: &Principal) -> Result<PropertyValue, Problem> {
    let program = programs.current(&setting.service).await?;
    let property = resolve::property(&program, &setting.property)?;
    let place = place(programs.store(), &setting.at).await?;
    check_level(property, &settable(property)?, &place)?;
    let value = PropertyValue {
        service: program.service.name.clone(),
        property: property.name.clone(),
        level: place.level,
        place_id: place.id,
        value: accept(&program, property, setting.value.clone())?,
        locked: setting.locked,
    };
    let edit = edit(by, "property.set", (&program, property), &place, None, Some(&value.value));
    edit.write(programs.store(), [values::set(&value)]).await.map_err(|error| refusal::store(&error))?;
    Ok(value)
}

/// Removes a property's value from a place; false when there was none.
///
/// # Errors
/// What is not there.
pub async fn remove_property(programs: &Programs, service: &str, property: &str, at: &At, by: &Principal) -> Result<bool, Problem> {
    let program = programs.current(service).await?;
    let property = resolve::property(&program, property)?;
    settable(property)?;
    let place = place(programs.store(), at).await?;
    let statement = values::remove(&program.service.name, &property.name, place.id);
    remove(programs.store(), statement, edit(by, "property.remove", (&program, property), &place, None, None)).await
}

/// Removes one row, with an audit row only if it was there.
async fn remove(store: &Store, statement: Statement, edit: Edit<'_>) -> Result<bool, Problem> {
    let statement = Statement { label: REMOVED, ..statement.expect(Expect::Exactly(1)) };
    match edit.write(store, [statement]).await {
        Ok(()) => Ok(true),
        Err(error) if error.is_guard(REMOVED) => Ok(false),
        Err(error) => Err(refusal::store(&error)),
    }
}

/// Label of the guard that there was something to remove.
const REMOVED: &str = "removed";

/// A place that is there.
struct Found {
    level: Level,
    id: Uuid,
    name: String,
}

async fn place(store: &Store, at: &At) -> Result<Found, Problem> {
    match at {
        At::Tenant(name) => {
            let tenant = tenant(store, name).await?;
            let level = match tenant.kind {
                TenantKind::Provider => Level::Provider,
                TenantKind::Reseller => Level::Reseller,
                TenantKind::Customer => Level::Customer,
            };
            Ok(Found { level, id: tenant.id, name: tenant.name })
        }
        At::User { tenant, user } => {
            let chain = Chain::of_tenant(store, tenant).await?.with_user(store, user).await?;
            let user = chain.user.expect("a chain that was given a user has it");
            Ok(Found { level: Level::User, id: user.id, name: format!("{tenant}/{}", user.name) })
        }
        At::Subscription(id) => {
            let found = store::subscriptions::by_id(store, *id).await.map_err(|error| refusal::store(&error))?;
            let found = found.ok_or_else(|| refusal::not_found("subscription", &id.to_string(), []).about("subscription"))?;
            Ok(Found { level: Level::Subscription, id: found.id, name: found.id.to_string() })
        }
    }
}

/// A plan's property: only those have overrides.
fn of_plan<'a>(program: &'a Program, name: &str) -> Result<&'a Property, Problem> {
    let property = resolve::property(program, name)?;
    if property.kind == PropertyKind::Plan { Ok(property) } else { Err(wrong_kind(property)) }
}

/// Levels at which a person may set a property's value.
fn settable(property: &Property) -> Result<Vec<Level>, Problem> {
    match property.kind {
        PropertyKind::Config => Ok(property.levels.clone()),
        PropertyKind::Input if matches!(property.level, Level::Customer | Level::User) => Ok(vec![property.level]),
        _ => Err(wrong_kind(property)),
    }
}

fn wrong_kind(property: &Property) -> Problem {
    let why = match property.kind {
        PropertyKind::Plan => "its plan gives the value, and another one is an override",
        PropertyKind::Input => "its value belongs to a subscription and is given when that is ordered or changed",
        PropertyKind::Config => "it is the service's configuration, which has values and no overrides",
        PropertyKind::Result => "provisioning writes it",
    };
    let detail = format!("`{}` is of kind {}: {why}", property.name, property.kind);
    refusal::unprocessable("wrong_kind", "Not a property of that kind", detail).about("property")
}

fn plan_name(program: &Program, name: Option<&str>) -> Result<Option<String>, Problem> {
    name.filter(|name| *name != "*").map(|name| resolve::plan(program, name).map(|plan| plan.name.clone())).transpose()
}

fn check_level(property: &Property, levels: &[Level], place: &Found) -> Result<(), Problem> {
    if levels.contains(&place.level) {
        return Ok(());
    }
    let allowed: Vec<&str> = levels.iter().map(|level| level.as_str()).collect();
    let allowed = if allowed.is_empty() { "nowhere".to_owned() } else { format!("only at the level {}", allowed.join(" or ")) };
    let detail = format!("`{}` may be set {allowed}; `{}` is of the level {}", property.name, place.name, place.level);
    Err(refusal::unprocessable("level_not_allowed", "It may not be set there", detail).about("property"))
}

fn accept(program: &Program, property: &Property, value: Value) -> Result<Value, Problem> {
    let index = program.service.properties.iter().position(|known| known.name == property.name);
    let checker = &program.checkers[index.expect("the property is one of the service's")];
    checker.check(value).map_err(|refused| {
        let problem = refusal::unprocessable(refused.code, "Not a value of the property", refused.message).about("value");
        match refused.hint {
            Some(hint) => problem.advise(hint),
            None => problem,
        }
    })
}

fn edit<'a>(
    by: &'a Principal,
    action: &'static str,
    (program, property): (&Program, &Property),
    place: &Found,
    plan: Option<&str>,
    value: Option<&Value>,
) -> Edit<'a> {
    let mut detail: Object = [("Level", Value::text(place.level.as_str())), ("Place", Value::text(&place.name))].into_iter().collect();
    if let Some(plan) = plan {
        detail.insert("Plan", Value::text(plan));
    }
    if let Some(value) = value {
        detail.insert("Value", value.clone());
    }
    Edit { by, action, object: format!("{}/{}", program.service.name, property.name), detail }
}
