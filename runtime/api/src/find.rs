//! Loading what a request names. One place, so that what the caller may not see is not there, whichever route asks.

use std::collections::HashMap;

use model::{Run, Subscription, Tenant, User};
use store::{Store, runs, services, subscriptions, tenants, users};
use uuid::Uuid;

use crate::problems::{Failed, not_found};

/// The tenant of a name.
pub(crate) async fn tenant(store: &Store, name: &str) -> Result<Tenant, Failed> {
    if let Some(tenant) = tenants::by_name(store, name).await? {
        return Ok(tenant);
    }
    let known = tenants::list(store, &tenants::Filter::default()).await?;
    Err(not_found("tenant", name, known.iter().map(|tenant| tenant.name.as_str())).into())
}

/// The user of a name in a customer.
pub(crate) async fn user(store: &Store, tenant: &Tenant, name: &str) -> Result<User, Failed> {
    if let Some(user) = users::by_name(store, tenant.id, name).await? {
        return Ok(user);
    }
    let known = users::list(store, tenant.id).await?;
    Err(not_found("user", name, known.iter().map(|user| user.name.as_str())).into())
}

/// The subscription of an id.
pub(crate) async fn subscription(store: &Store, id: &str) -> Result<Subscription, Failed> {
    let found = match id.parse() {
        Ok(id) => subscriptions::by_id(store, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| not_found("subscription", id, []).into())
}

/// The run of an id.
pub(crate) async fn run(store: &Store, id: &str) -> Result<Run, Failed> {
    let found = match id.parse() {
        Ok(id) => runs::by_id(store, id).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| not_found("run", id, []).into())
}

/// The definition of a service, of its current version.
pub(crate) async fn service(store: &Store, name: &str) -> Result<model::Service, Failed> {
    if let Some(version) = services::current(store, name).await? {
        return definition(&version);
    }
    let known = services::list(store).await?;
    Err(not_found("service", name, known.iter().map(|version| version.service.as_str())).into())
}

/// The definition that a version holds.
pub(crate) fn definition(version: &services::ServiceVersion) -> Result<model::Service, Failed> {
    serde_json::from_str(&version.definition).map_err(|error| {
        tracing::error!(%error, service = version.service, "the stored definition cannot be read");
        crate::problems::internal().into()
    })
}

/// Names of tenants and users for lists; each is looked up once.
pub(crate) struct Names<'a> {
    store: &'a Store,
    tenants: HashMap<Uuid, String>,
    users: HashMap<Uuid, String>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(store: &'a Store) -> Self {
        Names { store, tenants: HashMap::new(), users: HashMap::new() }
    }

    /// The name of a tenant.
    pub(crate) async fn tenant(&mut self, id: Uuid) -> Result<String, Failed> {
        if let Some(name) = self.tenants.get(&id) {
            return Ok(name.clone());
        }
        let name = tenants::by_id(self.store, id).await?.map(|tenant| tenant.name).unwrap_or_default();
        self.tenants.insert(id, name.clone());
        Ok(name)
    }

    /// The name of a user.
    pub(crate) async fn user(&mut self, id: Uuid) -> Result<String, Failed> {
        if let Some(name) = self.users.get(&id) {
            return Ok(name.clone());
        }
        let name = users::by_id(self.store, id).await?.map(|user| user.name).unwrap_or_default();
        self.users.insert(id, name.clone());
        Ok(name)
    }
}
