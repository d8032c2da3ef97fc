//! Values of properties and overrides of plans' values, set at a place of the tree.

use model::{Level, Object, Override, Problem, Property, PropertyKind, PropertyValue, Service, TenantKind, Value};
use store::{Store, values};
use uuid::Uuid;

use super::{Edit, failed, invalid, missing, service, tenant};
use crate::Principal;

/// A place of the tree, as people name it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spot {
    /// Name of the tenant; none means the provider, unless a subscription is named.
    pub tenant: Option<String>,
    /// Name of a user of that tenant.
    pub user: Option<String>,
    /// A subscription instead.
    pub subscription: Option<Uuid>,
}

impl Spot {
    /// The place that a tenant is.
    pub fn tenant(name: &str) -> Self {
        Spot { tenant: Some(name.to_owned()), ..Spot::default() }
    }
}

/// A value to set for a property of a service at a place; the value as it came in.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Service name.
    pub service: String,
    /// Property name.
    pub property: String,
    /// For an override: the plan it is limited to.
    pub plan: Option<String>,
    /// Where.
    pub spot: Spot,
    /// The value; converted by the property's type.
    pub value: Value,
    /// Wins over lower ones.
    pub locked: bool,
}

impl Setting {
    /// A value for every plan, not locked.
    pub fn new(service: &str, property: &str, spot: Spot, value: Value) -> Self {
        Setting { service: service.to_owned(), property: property.to_owned(), plan: None, spot, value, locked: false }
    }
}

/// Sets the value of a `Config` property, or of an `Input` that is kept at a customer or user.
pub async fn set_property(store: &Store, setting: Setting, by: &Principal) -> Result<PropertyValue, Problem> {
    let service = service(store, &setting.service).await?;
    let property = property(&service, &setting.property)?;
    let place = place(store, &setting.spot).await?;
    let levels = match property.kind {
        PropertyKind::Config => property.levels.clone(),
        PropertyKind::Input if matches!(property.level, Level::Customer | Level::User) => vec![property.level],
        kind => return Err(wrong_kind(property, kind)),
    };
    allowed(property, &levels, place.level)?;
    let value = PropertyValue {
        service: service.name.clone(),
        property: property.name.clone(),
        level: place.level,
        place_id: place.id,
        value: checked(property, setting.value)?,
        locked: setting.locked,
    };
    let edit = edit(by, "property.set", &service, property, &place, Some(&value.value));
    edit.write(store, [values::set(&value)]).await.map_err(|error| failed(&error))?;
    Ok(value)
}

/// Removes the value of a property from a place; that there was one does not matter.
pub async fn remove_property(store: &Store, service_name: &str, property_name: &str, spot: &Spot, by: &Principal) -> Result<(), Problem> {
    let service = service(store, service_name).await?;
    let property = property(&service, property_name)?;
    let place = place(store, spot).await?;
    let edit = edit(by, "property.remove", &service, property, &place, None);
    edit.write(store, [values::remove(&service.name, &property.name, place.id)]).await.map_err(|error| failed(&error))
}

/// Sets another value for a plan's property at a place, for one plan or all.
pub async fn set_override(store: &Store, setting: Setting, by: &Principal) -> Result<Override, Problem> {
    let service = service(store, &setting.service).await?;
    let property = property(&service, &setting.property)?;
    if property.kind != PropertyKind::Plan {
        return Err(wrong_kind(property, property.kind));
    }
    let plan = plan(&service, setting.plan.as_deref())?;
    let place = place(store, &setting.spot).await?;
    allowed(property, &property.overridable, place.level)?;
    let value = Override {
        service: service.name.clone(),
        property: property.name.clone(),
        plan,
        level: place.level,
        place_id: place.id,
        value: checked(property, setting.value)?,
        locked: setting.locked,
    };
    let edit = edit(by, "override.set", &service, property, &place, Some(&value.value));
    edit.write(store, [values::set_override(&value)]).await.map_err(|error| failed(&error))?;
    Ok(value)
}

/// Removes an override from a place; `setting.value` does not matter, nor whether there was one.
pub async fn remove_override(store: &Store, setting: &Setting, by: &Principal) -> Result<(), Problem> {
    let service = service(store, &setting.service).await?;
    let property = property(&service, &setting.property)?;
    let plan = plan(&service, setting.plan.as_deref())?;
    let place = place(store, &setting.spot).await?;
    let edit = edit(by, "override.remove", &service, property, &place, None);
    let statement = values::remove_override(&service.name, &property.name, plan.as_deref(), place.id);
    edit.write(store, [statement]).await.map_err(|error| failed(&error))
}

/// A place that is there.
struct Found {
    level: Level,
    id: Uuid,
    name: String,
}

async fn place(store: &Store, spot: &Spot) -> Result<Found, Problem> {
    if let Some(id) = spot.subscription {
        if spot.tenant.is_some() || spot.user.is_some() {
            return Err(invalid("subscription", "A place is a tenant, a tenant's user or a subscription: name one."));
        }
        let found = store::subscriptions::by_id(store, id).await.map_err(|error| failed(&error))?;
        let found = found.ok_or_else(|| missing("subscription", &id.to_string(), []).about("subscription"))?;
        return Ok(Found { level: Level::Subscription, id: found.id, name: id.to_string() });
    }
    let Some(name) = &spot.tenant else {
        let provider = store::tenants::provider(store).await.map_err(|error| failed(&error))?;
        let provider = provider.ok_or_else(|| missing("tenant", "provider", []))?;
        return Ok(Found { level: Level::Provider, id: provider.id, name: provider.name });
    };
    let tenant = tenant(store, name, "tenant").await?;
    let Some(user) = &spot.user else {
        let level = match tenant.kind {
            TenantKind::Provider => Level::Provider,
            TenantKind::Reseller => Level::Reseller,
            TenantKind::Customer => Level::Customer,
        };
        return Ok(Found { level, id: tenant.id, name: tenant.name });
    };
    let found = store::users::by_name(store, tenant.id, user).await.map_err(|error| failed(&error))?;
    let found = found.ok_or_else(|| missing("user", user, []).about("user"))?;
    Ok(Found { level: Level::User, id: found.id, name: format!("{}/{}", tenant.name, found.name) })
}

fn property<'a>(service: &'a Service, name: &str) -> Result<&'a Property, Problem> {
    let known = service.properties.iter().map(|property| property.name.as_str());
    service.property(name).ok_or_else(|| missing(&format!("property of {}", service.name), name, known).about("property"))
}

fn plan(service: &Service, name: Option<&str>) -> Result<Option<String>, Problem> {
    let Some(name) = name.filter(|name| *name != "*") else { return Ok(None) };
    let known = service.plans.iter().map(|plan| plan.name.as_str());
    match service.plan(name) {
        Some(plan) => Ok(Some(plan.name.clone())),
        None => Err(missing(&format!("plan of {}", service.name), name, known).about("plan")),
    }
}

fn allowed(property: &Property, levels: &[Level], level: Level) -> Result<(), Problem> {
    if levels.contains(&level) {
        return Ok(());
    }
    let at: Vec<&str> = levels.iter().map(|level| level.as_str()).collect();
    let at = if at.is_empty() { "nowhere".to_owned() } else { format!("at {}", at.join(", ")) };
    let detail = format!("`{}` may be set {at}, not at {level}.", property.name);
    Err(Problem::new("level_not_allowed", "It may not be set there", 422, detail).about("property"))
}

fn wrong_kind(property: &Property, kind: PropertyKind) -> Problem {
    let detail = match kind {
        PropertyKind::Plan => "its plan gives the value; another one is an override",
        PropertyKind::Input => "its value belongs to a subscription and is given when that is ordered or changed",
        PropertyKind::Config => "it is the service's configuration, which has values and no overrides",
        PropertyKind::Result => "provisioning writes it",
    };
    Problem::new("wrong_kind", "The property is not of that kind", 422, format!("`{}` is of kind {kind}: {detail}.", property.name))
        .about("property")
}

fn checked(property: &Property, value: Value) -> Result<Value, Problem> {
    if value.is_null() && !property.unlimited {
        return Err(invalid("value", format!("`{}` cannot be null: only a property with `Unlimited` can.", property.name)));
    }
    property.data_type.convert(value).map_err(|mismatch| invalid("value", format!("{mismatch}.")))
}

fn edit<'a>(
    by: &'a Principal,
    action: &'static str,
    service: &Service,
    property: &Property,
    place: &Found,
    value: Option<&Value>,
) -> Edit<'a> {
    let mut detail = Object::new();
    detail.insert("Place", Value::text(format!("{} {}", place.level, place.name)));
    if let Some(value) = value {
        detail.insert("Value", value.clone());
    }
    Edit { by, action, object: format!("{}/{}", service.name, property.name), detail }
}
