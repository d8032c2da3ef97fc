//! The places that decide about one customer, user or subscription, from the most specific to the provider.

use model::{Level, Place, Problem, Subscription, Tenant, TenantKind, User};
use store::Store;
use uuid::Uuid;

use crate::{refusal, snapshot::TenantFacts};

/// Whose values are looked for: a tenant with those above it, perhaps a user, perhaps a subscription.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) provider: TenantFacts,
    /// The nearest first.
    pub(crate) resellers: Vec<TenantFacts>,
    pub(crate) customer: Option<TenantFacts>,
    pub(crate) user: Option<User>,
    pub(crate) subscription: Option<Subscription>,
    /// The customer's subscription, for a user's.
    pub(crate) parent: Option<Subscription>,
}

/// A place of the chain and what is held there under its id.
#[derive(Clone, Debug)]
pub(crate) struct Stand {
    pub(crate) place: Place,
    pub(crate) id: Uuid,
    /// The customer's subscription in a user's chain: only results count there.
    pub(crate) is_parent: bool,
}

impl Chain {
    /// The chain of a tenant of any kind.
    pub(crate) async fn of_tenant(store: &Store, name: &str) -> Result<Chain, Problem> {
        let tenants = store::tenants::chain_of(store, name).await.map_err(|error| refusal::store(&error))?;
        if tenants.is_empty() {
            // The one who asks learns which name is nearest.
            let tenant = tenant(store, name).await?;
            return Chain::above(store, tenant.id).await;
        }
        Chain::from(tenants).ok_or_else(|| refusal::not_found("tenant", name, []))
    }

    /// The chain of a tenant that is known to be there.
    pub(crate) async fn above(store: &Store, tenant: Uuid) -> Result<Chain, Problem> {
        let tenants = store::tenants::chain(store, tenant).await.map_err(|error| refusal::store(&error))?;
        Chain::from(tenants).ok_or_else(|| refusal::not_found("tenant", &tenant.to_string(), []))
    }

    /// The chain of tenants that the store gave, from the lowest to the provider.
    fn from(tenants: Vec<Tenant>) -> Option<Chain> {
        let path = |place: usize| tenants[place..].iter().rev().map(|tenant| tenant.name.as_str()).collect::<Vec<_>>().join("/");
        let mut facts: Vec<TenantFacts> =
            tenants.iter().enumerate().map(|(place, tenant)| TenantFacts { tenant: tenant.clone(), path: path(place) }).collect();
        let provider = facts.pop().filter(|last| last.tenant.kind == TenantKind::Provider)?;
        let is_customer = facts.first().is_some_and(|first| first.tenant.kind == TenantKind::Customer);
        let customer = is_customer.then(|| facts.remove(0));
        Some(Chain { provider, resellers: facts, customer, user: None, subscription: None, parent: None })
    }

    /// With a user of the customer.
    pub(crate) async fn with_user(mut self, store: &Store, name: &str) -> Result<Chain, Problem> {
        let Some(customer) = &self.customer else {
            let detail = format!("`{}` is not a customer; only customers have users", self.lowest().name);
            return Err(refusal::unprocessable("not_a_customer", "Not a customer", detail).about("user"));
        };
        let tenant = customer.tenant.id;
        let found = store::users::by_name(store, tenant, name).await.map_err(|error| refusal::store(&error))?;
        if found.is_none() {
            let known = store::users::list(store, tenant).await.map_err(|error| refusal::store(&error))?;
            return Err(refusal::not_found("user", name, known.iter().map(|user| user.name.as_str())).about("user"));
        }
        self.user = found;
        Ok(self)
    }

    /// The tenant it starts from.
    pub(crate) fn lowest(&self) -> &Tenant {
        &self.customer.as_ref().or(self.resellers.first()).unwrap_or(&self.provider).tenant
    }

    /// The places, from the most specific to the provider.
    pub(crate) fn stands(&self) -> Vec<Stand> {
        let stand =
            |level: Level, name: &str, id: Uuid, is_parent: bool| Stand { place: Place { level, name: name.to_owned() }, id, is_parent };
        let of_subscription = |subscription: &Subscription, is_parent: bool| {
            let name = if subscription.instance.is_empty() { &subscription.service } else { &subscription.instance };
            stand(Level::Subscription, name, subscription.id, is_parent)
        };
        let tenant = |level: Level, facts: &TenantFacts| stand(level, &facts.tenant.name, facts.tenant.id, false);
        let mut stands: Vec<Stand> = self.subscription.iter().map(|subscription| of_subscription(subscription, false)).collect();
        stands.extend(self.user.iter().map(|user| stand(Level::User, &user.name, user.id, false)));
        stands.extend(self.parent.iter().map(|parent| of_subscription(parent, true)));
        stands.extend(self.customer.iter().map(|customer| tenant(Level::Customer, customer)));
        stands.extend(self.resellers.iter().map(|reseller| tenant(Level::Reseller, reseller)));
        stands.push(tenant(Level::Provider, &self.provider));
        stands
    }
}

/// The tenant of that name, of any kind.
pub(crate) async fn tenant(store: &Store, name: &str) -> Result<Tenant, Problem> {
    if let Some(tenant) = store::tenants::by_name(store, name).await.map_err(|error| refusal::store(&error))? {
        return Ok(tenant);
    }
    let every = store::tenants::Filter { limit: Some(10_000), ..Default::default() };
    let known = store::tenants::list(store, &every).await.map_err(|error| refusal::store(&error))?;
    Err(refusal::not_found("tenant", name, known.iter().map(|tenant| tenant.name.as_str())).about("tenant"))
}
