//! Subscriptions.

use model::{Subscription, SubscriptionState, Timestamp};
use rusqlite::params_from_iter;
use uuid::Uuid;

use crate::{
    Error, Parameter, Statement, Store,
    batch::Bind,
    row::{optional_uuid, time, uuid, word},
};

/// Label of the guard that a customer or user has one live subscription of a service and instance.
pub const ALREADY_SUBSCRIBED: &str = "already_subscribed";
/// Label of the guard that a subscription is in the state its change starts from.
pub const SUBSCRIPTION_STATE: &str = "subscription_state";

/// Label of the guard that no user has a live subscription that hangs on a customer's.
pub const HAS_DEPENDENTS: &str = "has_dependents";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT subscription.id, subscription.tenant, subscription.user_, subscription.parent, subscription.service, subscription.plan, \
             subscription.instance, subscription.state, subscription.created_at, subscription.changed_at FROM subscription ",
            $rest
        )
    };
}

/// A new subscription, unless a live one of the same customer or user, service and instance is there ([`ALREADY_SUBSCRIBED`]).
pub fn insert(subscription: &Subscription) -> Statement {
    let sql = "INSERT INTO subscription (id, tenant, user_, parent, service, plan, instance, state, created_at, changed_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) \
               ON CONFLICT (tenant, coalesce(user_, x''), service, instance) WHERE state <> 'ended' DO NOTHING";
    Statement::new(ALREADY_SUBSCRIBED, sql)
        .bind(subscription.id)
        .bind(subscription.tenant_id)
        .bind(subscription.user_id)
        .bind(subscription.parent_id)
        .bind(&subscription.service)
        .bind(subscription.plan.as_ref())
        .bind(&subscription.instance)
        .bind(subscription.state.as_str())
        .bind(subscription.created_at)
        .bind(subscription.changed_at)
}

/// Changes the state from one to another ([`SUBSCRIPTION_STATE`]); a plan, if given, becomes the subscription's.
pub fn set_state(id: Uuid, from: SubscriptionState, to: SubscriptionState, plan: Option<&String>, at: Timestamp) -> Statement {
    let sql = "UPDATE subscription SET state = ?3, plan = coalesce(?4, plan), changed_at = CASE WHEN ?2 = ?3 THEN changed_at ELSE ?5 END \
               WHERE id = ?1 AND state = ?2";
    Statement::new(SUBSCRIPTION_STATE, sql).bind(id).bind(from.as_str()).bind(to.as_str()).bind(plan).bind(at)
}

/// Requires that a subscription is in a state ([`SUBSCRIPTION_STATE`]) and changes nothing.
pub fn require_state(id: Uuid, state: SubscriptionState) -> Statement {
    let sql = "SELECT 1 FROM subscription WHERE id = ?1 AND state = ?2";
    Statement::new(SUBSCRIPTION_STATE, sql).bind(id).bind(state.as_str())
}

/// Requires that no live subscription hangs on this one ([`HAS_DEPENDENTS`]) and changes nothing.
pub fn require_no_dependents(id: Uuid) -> Statement {
    let sql = "SELECT 1 FROM subscription WHERE id = ?1 \
               AND NOT EXISTS (SELECT 1 FROM subscription AS child WHERE child.parent = ?1 AND child.state <> 'ended')";
    Statement::new(HAS_DEPENDENTS, sql).bind(id)
}

/// The subscription of an id.
pub async fn by_id(store: &Store, id: Uuid) -> Result<Option<Subscription>, Error> {
    Ok(all(store, "subscription by id", select!("WHERE id = ?1"), vec![id.bind()]).await?.pop())
}

/// Subscriptions of users that hang on a customer's.
pub async fn children(store: &Store, parent: Uuid) -> Result<Vec<Subscription>, Error> {
    let sql = select!("WHERE parent IS NOT NULL AND parent = ?1 ORDER BY created_at, id");
    all(store, "children of a subscription", sql, vec![parent.bind()]).await
}

/// Whose subscription of what is looked for; a customer's, or a user's if one is named.
#[derive(Clone, Debug)]
pub struct Key {
    /// The customer.
    pub tenant: Uuid,
    /// The user.
    pub user: Option<Uuid>,
    /// Service name.
    pub service: String,
    /// Instance name; empty for a service that is on or off.
    pub instance: String,
}

/// The one subscription of a customer or user, service and instance that has not ended.
pub async fn live(store: &Store, key: Key) -> Result<Option<Subscription>, Error> {
    let sql =
        select!("WHERE tenant = ?1 AND coalesce(user_, x'') = coalesce(?2, x'') AND service = ?3 AND instance = ?4 AND state <> 'ended'");
    let values = vec![key.tenant.bind(), key.user.bind(), key.service.bind(), key.instance.bind()];
    Ok(all(store, "live subscription", sql, values).await?.pop())
}

/// Which subscriptions a list shows. What is none does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The customer.
    pub tenant: Option<Uuid>,
    /// The user.
    pub user: Option<Uuid>,
    /// Service name.
    pub service: Option<String>,
    /// Instance name.
    pub instance: Option<String>,
    /// State.
    pub state: Option<SubscriptionState>,
    /// Only those that have not ended.
    pub live: bool,
    /// Only those of customers, not of users.
    pub of_customer: bool,
    /// Only those ordered before the one with this id.
    pub before: Option<Uuid>,
    /// At most this many; 100 if none.
    pub limit: Option<u32>,
}

/// Subscriptions, newest first.
pub async fn list(store: &Store, filter: &Filter) -> Result<Vec<Subscription>, Error> {
    let mut sql = select!("WHERE 1 = 1").to_owned();
    let mut values = Vec::new();
    let mut narrow = |condition: &str, value: Option<Parameter>| {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND {condition} ?{}", values.len()));
        }
    };
    narrow("tenant =", filter.tenant.map(Bind::bind));
    narrow("user_ =", filter.user.map(Bind::bind));
    narrow("service =", filter.service.as_ref().map(Bind::bind));
    narrow("instance =", filter.instance.as_ref().map(Bind::bind));
    narrow("state =", filter.state.map(|state| state.as_str().bind()));
    narrow("id <", filter.before.map(Bind::bind));
    if filter.live {
        sql.push_str(" AND state <> 'ended'");
    }
    if filter.of_customer {
        sql.push_str(" AND user_ IS NULL");
    }
    values.push(filter.limit.unwrap_or(100).bind());
    // Ids are UUIDs of version 7: their order is that of ordering.
    sql.push_str(&format!(" ORDER BY id DESC LIMIT ?{}", values.len()));
    all(store, "list of subscriptions", sql, values).await
}

async fn all(store: &Store, label: &'static str, sql: impl Into<String>, values: Vec<Parameter>) -> Result<Vec<Subscription>, Error> {
    let sql = sql.into();
    store.read(label, move |connection| connection.prepare_cached(&sql)?.query_map(params_from_iter(values), from_row)?.collect()).await
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Subscription> {
    Ok(Subscription {
        id: uuid(row, 0)?,
        tenant_id: uuid(row, 1)?,
        user_id: optional_uuid(row, 2)?,
        parent_id: optional_uuid(row, 3)?,
        service: row.get(4)?,
        plan: row.get(5)?,
        instance: row.get(6)?,
        state: word(row, 7, SubscriptionState::parse)?,
        created_at: time(row, 8)?,
        changed_at: time(row, 9)?,
    })
}
