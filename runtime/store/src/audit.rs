//! Who changed what: a row in the batch of each change.

use model::{Object, Timestamp};

use crate::{
    Error, Statement, Store,
    row::{json, time, to_json},
};

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub principal: String,
    /// What they did: `tenant.create`, `subscription.provision` ...
    pub action: String,
    /// What they did it to: a name or an id.
    pub object: String,
    /// What else is to be known.
    pub detail: Object,
    /// Ties it to the log and the answer.
    pub correlation: Option<String>,
}

/// Appends an entry.
pub fn append(entry: &Entry) -> Statement {
    let sql = "INSERT INTO audit (at, principal, action, object, detail, correlation) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    Statement::new("audit", sql)
        .bind(entry.at)
        .bind(&entry.principal)
        .bind(&entry.action)
        .bind(&entry.object)
        .bind(to_json(&entry.detail))
        .bind(entry.correlation.as_ref())
}

/// Entries after the one with the id `after`, each with its id, for reading on.
pub async fn list(store: &Store, after: i64, limit: u32) -> Result<Vec<(i64, Entry)>, Error> {
    let sql = "SELECT id, at, principal, action, object, detail, correlation FROM audit WHERE id > ?1 ORDER BY id LIMIT ?2";
    let query = move |connection: &rusqlite::Connection| connection.prepare_cached(sql)?.query_map((after, limit), from_row)?.collect();
    store.read("audit", query).await
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, Entry)> {
    let entry = Entry {
        at: time(row, 1)?,
        principal: row.get(2)?,
        action: row.get(3)?,
        object: row.get(4)?,
        detail: json(row, 5)?,
        correlation: row.get(6)?,
    };
    Ok((row.get(0)?, entry))
}
