//! The tree of tenants.

use model::{Tenant, TenantKind};
use rusqlite::params_from_iter;
use uuid::Uuid;

use crate::{
    Error, Parameter, Statement, Store,
    batch::Bind,
    row::{json, optional_uuid, time, to_json, uuid, word},
};

/// Label of the guard that a tenant's name is unique in the installation (and that there is one provider).
pub const TENANT_NAME: &str = "tenant_name";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT tenant.id, tenant.name, tenant.kind, tenant.parent, tenant.display_name, tenant.email, tenant.country, tenant.language, \
             tenant.time_zone, tenant.tags, tenant.custom, tenant.created_at FROM tenant ",
            $rest
        )
    };
}

/// A new tenant, unless its name is taken or it would be a second provider ([`TENANT_NAME`]).
pub fn insert(tenant: &Tenant) -> Statement {
    let sql = "INSERT INTO tenant (id, name, kind, parent, display_name, email, country, language, time_zone, tags, custom, created_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) ON CONFLICT DO NOTHING";
    Statement::new(TENANT_NAME, sql)
        .bind(tenant.id)
        .bind(&tenant.name)
        .bind(tenant.kind.as_str())
        .bind(tenant.parent_id)
        .bind(&tenant.display_name)
        .bind(tenant.email.as_ref())
        .bind(tenant.country.as_ref())
        .bind(tenant.language.as_ref())
        .bind(tenant.time_zone.as_ref())
        .bind(to_json(&tenant.tags))
        .bind(to_json(&tenant.custom))
        .bind(tenant.created_at)
}

/// Changes what people say about a tenant; its name, kind and place in the tree stay.
pub fn update(tenant: &Tenant) -> Statement {
    let sql = "UPDATE tenant SET display_name = ?2, email = ?3, country = ?4, language = ?5, time_zone = ?6, tags = ?7, custom = ?8 WHERE id = ?1";
    Statement::new("tenant", sql)
        .bind(tenant.id)
        .bind(&tenant.display_name)
        .bind(tenant.email.as_ref())
        .bind(tenant.country.as_ref())
        .bind(tenant.language.as_ref())
        .bind(tenant.time_zone.as_ref())
        .bind(to_json(&tenant.tags))
        .bind(to_json(&tenant.custom))
}

/// The tenant of a name.
pub async fn by_name(store: &Store, name: &str) -> Result<Option<Tenant>, Error> {
    Ok(all(store, "tenant by name", select!("WHERE name = ?1"), vec![name.to_owned().bind()]).await?.pop())
}

/// The tenant of an id.
pub async fn by_id(store: &Store, id: Uuid) -> Result<Option<Tenant>, Error> {
    Ok(all(store, "tenant by id", select!("WHERE id = ?1"), vec![id.bind()]).await?.pop())
}

/// The root of the tree.
pub async fn provider(store: &Store) -> Result<Option<Tenant>, Error> {
    Ok(all(store, "provider", select!("WHERE kind = 'Provider'"), Vec::new()).await?.pop())
}

macro_rules! chain {
    ($start:literal) => {
        concat!(
            "WITH RECURSIVE above (id, parent, depth) AS (SELECT id, parent, 0 FROM tenant WHERE ",
            $start,
            " UNION ALL SELECT tenant.id, tenant.parent, above.depth + 1 FROM above JOIN tenant ON tenant.id = above.parent) ",
            select!("JOIN above ON above.id = tenant.id ORDER BY above.depth")
        )
    };
}

/// A tenant and those above it, from the tenant up to the provider; empty when there is no such tenant.
pub async fn chain(store: &Store, id: Uuid) -> Result<Vec<Tenant>, Error> {
    all(store, "chain of tenants", chain!("id = ?1"), vec![id.bind()]).await
}

/// The tenant of a name and those above it, from the tenant up to the provider; empty when there is no such tenant.
pub async fn chain_of(store: &Store, name: &str) -> Result<Vec<Tenant>, Error> {
    all(store, "chain of a tenant by name", chain!("name = ?1"), vec![name.to_owned().bind()]).await
}

/// Which tenants a list shows. What is none does not matter.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The node directly above.
    pub parent: Option<Uuid>,
    /// Kind.
    pub kind: Option<TenantKind>,
    /// Only names after this one, for the next page.
    pub after: Option<String>,
    /// At most this many; 100 if none.
    pub limit: Option<u32>,
}

/// Tenants by name.
pub async fn list(store: &Store, filter: &Filter) -> Result<Vec<Tenant>, Error> {
    let mut sql = select!("WHERE 1 = 1").to_owned();
    let mut values = Vec::new();
    let mut narrow = |condition: &str, value: Option<Parameter>| {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND {condition} ?{}", values.len()));
        }
    };
    narrow("parent =", filter.parent.map(Bind::bind));
    narrow("kind =", filter.kind.map(|kind| kind.as_str().bind()));
    narrow("name >", filter.after.as_ref().map(Bind::bind));
    values.push(filter.limit.unwrap_or(100).bind());
    sql.push_str(&format!(" ORDER BY name LIMIT ?{}", values.len()));
    all(store, "list of tenants", sql, values).await
}

async fn all(store: &Store, label: &'static str, sql: impl Into<String>, values: Vec<Parameter>) -> Result<Vec<Tenant>, Error> {
    let sql = sql.into();
    store.read(label, move |connection| connection.prepare_cached(&sql)?.query_map(params_from_iter(values), from_row)?.collect()).await
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Tenant> {
    Ok(Tenant {
        id: uuid(row, 0)?,
        name: row.get(1)?,
        kind: word(row, 2, TenantKind::parse)?,
        parent_id: optional_uuid(row, 3)?,
        display_name: row.get(4)?,
        email: row.get(5)?,
        country: row.get(6)?,
        language: row.get(7)?,
        time_zone: row.get(8)?,
        tags: json(row, 9)?,
        custom: json(row, 10)?,
        created_at: time(row, 11)?,
    })
}
