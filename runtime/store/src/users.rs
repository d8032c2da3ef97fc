//! Users of customers.

use model::User;
use rusqlite::params_from_iter;
use uuid::Uuid;

use crate::{
    Error, Parameter, Statement, Store,
    batch::Bind,
    row::{json, time, to_json, uuid},
};

/// Label of the guard that a user's name is unique in the customer.
pub const USER_NAME: &str = "user_name";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant, name, upn, first_name, last_name, display_name, email, language, enabled, tags, custom, created_at FROM user_ ",
            $rest
        )
    };
}

/// A new user, unless the customer has one of that name ([`USER_NAME`]).
pub fn insert(user: &User) -> Statement {
    let sql = "INSERT INTO user_ (id, tenant, name, upn, first_name, last_name, display_name, email, language, enabled, tags, custom, created_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT (tenant, name) DO NOTHING";
    let statement = Statement::new(USER_NAME, sql).bind(user.id).bind(user.tenant_id).bind(&user.name);
    described(statement, user).bind(user.created_at)
}

/// Changes what people say about a user; the name stays.
pub fn update(user: &User) -> Statement {
    let sql = "UPDATE user_ SET upn = ?2, first_name = ?3, last_name = ?4, display_name = ?5, email = ?6, language = ?7, enabled = ?8, \
               tags = ?9, custom = ?10 WHERE id = ?1";
    described(Statement::new("user", sql).bind(user.id), user)
}

fn described(statement: Statement, user: &User) -> Statement {
    statement
        .bind(user.upn.as_ref())
        .bind(user.first_name.as_ref())
        .bind(user.last_name.as_ref())
        .bind(&user.display_name)
        .bind(user.email.as_ref())
        .bind(user.language.as_ref())
        .bind(user.enabled)
        .bind(to_json(&user.tags))
        .bind(to_json(&user.custom))
}

/// The user of an id.
pub async fn by_id(store: &Store, id: Uuid) -> Result<Option<User>, Error> {
    Ok(all(store, "user by id", select!("WHERE id = ?1"), vec![id.bind()]).await?.pop())
}

/// The user of a name in a customer.
pub async fn by_name(store: &Store, tenant: Uuid, name: &str) -> Result<Option<User>, Error> {
    let values = vec![tenant.bind(), name.to_owned().bind()];
    Ok(all(store, "user by name", select!("WHERE tenant = ?1 AND name = ?2"), values).await?.pop())
}

/// Users of a customer by name.
pub async fn list(store: &Store, tenant: Uuid) -> Result<Vec<User>, Error> {
    all(store, "list of users", select!("WHERE tenant = ?1 ORDER BY name"), vec![tenant.bind()]).await
}

async fn all(store: &Store, label: &'static str, sql: &'static str, values: Vec<Parameter>) -> Result<Vec<User>, Error> {
    let query =
        move |connection: &rusqlite::Connection| connection.prepare_cached(sql)?.query_map(params_from_iter(values), from_row)?.collect();
    store.read(label, query).await
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<User> {
    Ok(User {
        id: uuid(row, 0)?,
        tenant_id: uuid(row, 1)?,
        name: row.get(2)?,
        upn: row.get(3)?,
        first_name: row.get(4)?,
        last_name: row.get(5)?,
        display_name: row.get(6)?,
        email: row.get(7)?,
        language: row.get(8)?,
        enabled: row.get(9)?,
        tags: json(row, 10)?,
        custom: json(row, 11)?,
        created_at: time(row, 12)?,
    })
}
