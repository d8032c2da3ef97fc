//! Answers to requests that carried an idempotency key, in the batch that the request wrote.

use model::Timestamp;
use rusqlite::OptionalExtension;
use uuid::Uuid;

use crate::{
    Error, Expect, Statement, Store,
    row::{optional_uuid, time},
};

/// Label of the guard that a principal's key is new.
pub const IDEMPOTENCY_KEY: &str = "idempotency_key";

/// A key with the answer its request got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Who sent it.
    pub principal: String,
    /// The key.
    pub key: String,
    /// Method and path.
    pub route: String,
    /// SHA-256 of the body in hex.
    pub body_hash: String,
    /// Status of the answer.
    pub status: u32,
    /// Body of the answer.
    pub body: String,
    /// Public id of the run the request made, if it made one.
    pub run_id: Option<Uuid>,
    /// When.
    pub at: Timestamp,
}

/// Keeps an answer, unless the key was used at or after `kept_since` ([`IDEMPOTENCY_KEY`]); an older use of it is forgotten.
pub fn insert(entry: &Entry, kept_since: Timestamp) -> Statement {
    let sql = "INSERT INTO idempotency (principal, key, route, body_hash, status, body, run, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
               ON CONFLICT (principal, key) DO UPDATE SET route = excluded.route, body_hash = excluded.body_hash, status = excluded.status, \
               body = excluded.body, run = excluded.run, at = excluded.at WHERE idempotency.at < ?9";
    Statement::new(IDEMPOTENCY_KEY, sql)
        .bind(&entry.principal)
        .bind(&entry.key)
        .bind(&entry.route)
        .bind(&entry.body_hash)
        .bind(entry.status)
        .bind(&entry.body)
        .bind(entry.run_id)
        .bind(entry.at)
        .bind(kept_since)
}

/// What a principal's key was answered, if that was at or after `kept_since`.
pub async fn find(store: &Store, principal: &str, key: &str, kept_since: Timestamp) -> Result<Option<Entry>, Error> {
    let values = (principal.to_owned(), key.to_owned(), kept_since.0);
    let sql =
        "SELECT principal, key, route, body_hash, status, body, run, at FROM idempotency WHERE principal = ?1 AND key = ?2 AND at >= ?3";
    store.read("idempotency key", move |connection| connection.prepare_cached(sql)?.query_row(values, from_row).optional()).await
}

/// Forgets keys used before a time.
pub fn prune(before: Timestamp) -> Statement {
    Statement::new("idempotency", "DELETE FROM idempotency WHERE at < ?1").bind(before).expect(Expect::Any)
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        principal: row.get(0)?,
        key: row.get(1)?,
        route: row.get(2)?,
        body_hash: row.get(3)?,
        status: row.get(4)?,
        body: row.get(5)?,
        run_id: optional_uuid(row, 6)?,
        at: time(row, 7)?,
    })
}
