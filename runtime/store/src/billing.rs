//! Billing events: one for each run that completed, written by the batch that completes it.

use model::{BillingEvent, BillingKind, Timestamp};
use rusqlite::params_from_iter;
use uuid::Uuid;

use crate::{
    Error, Parameter, Statement, Store,
    batch::Bind,
    row::{time, uuid, word},
};

/// Label of the guard that a run is billed once.
pub const BILLED_ONCE: &str = "billed_once";

/// The billing event of a run, unless it has one of its kind ([`BILLED_ONCE`]); only a reversal may stand beside another event.
pub fn insert(event: &BillingEvent) -> Statement {
    let sql = "INSERT INTO billing_event (id, run, subscription, tenant, service, kind, at, plan, sku, quantity) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING";
    Statement::new(BILLED_ONCE, sql)
        .bind(event.id)
        .bind(event.run_id)
        .bind(event.subscription_id)
        .bind(&event.tenant)
        .bind(&event.service)
        .bind(event.kind.as_str())
        .bind(event.at)
        .bind(event.plan.as_ref())
        .bind(event.sku.as_ref())
        .bind(&event.quantity)
}

/// Which events a list shows. What is none does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only events at or after this time.
    pub since: Option<Timestamp>,
    /// Name of the customer.
    pub tenant: Option<String>,
    /// Service name.
    pub service: Option<String>,
    /// Subscription.
    pub subscription: Option<Uuid>,
    /// Only events after the one with this id, for the next page.
    pub after: Option<Uuid>,
    /// At most this many; 1000 if none.
    pub limit: Option<u32>,
}

/// Billing events, oldest first.
pub async fn list(store: &Store, filter: &Filter) -> Result<Vec<BillingEvent>, Error> {
    let mut sql = "SELECT id, run, subscription, tenant, service, kind, at, plan, sku, quantity FROM billing_event WHERE 1 = 1".to_owned();
    let mut values: Vec<Parameter> = Vec::new();
    let mut narrow = |condition: &str, value: Option<Parameter>| {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND {} ?{}", condition, values.len()));
        }
    };
    narrow("at >=", filter.since.map(Bind::bind));
    narrow("tenant =", filter.tenant.as_ref().map(Bind::bind));
    narrow("service =", filter.service.as_ref().map(Bind::bind));
    narrow("subscription =", filter.subscription.map(Bind::bind));
    narrow("(at, id) > (SELECT at, id FROM billing_event WHERE id =", filter.after.map(Bind::bind));
    if filter.after.is_some() {
        sql.push(')');
    }
    values.push(filter.limit.unwrap_or(1000).bind());
    sql.push_str(&format!(" ORDER BY at, id LIMIT ?{}", values.len()));
    let query =
        move |connection: &rusqlite::Connection| connection.prepare_cached(&sql)?.query_map(params_from_iter(values), from_row)?.collect();
    store.read("list of billing events", query).await
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<BillingEvent> {
    Ok(BillingEvent {
        id: uuid(row, 0)?,
        run_id: uuid(row, 1)?,
        subscription_id: uuid(row, 2)?,
        tenant: row.get(3)?,
        service: row.get(4)?,
        kind: word(row, 5, BillingKind::parse)?,
        at: time(row, 6)?,
        plan: row.get(7)?,
        sku: row.get(8)?,
        quantity: row.get(9)?,
    })
}
