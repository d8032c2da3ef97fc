//! Requests with their snapshots.

use model::{Request, Verb};
use rusqlite::OptionalExtension;
use uuid::Uuid;

use crate::{
    Error, Statement, Store,
    row::{time, uuid, word},
};

macro_rules! columns {
    () => {
        "SELECT request.id, request.subscription, request.verb, request.requested_by, request.requested_at, request.reason, \
         request.program_hash, request.snapshot FROM request "
    };
}

/// A new request.
pub fn insert(request: &Request) -> Statement {
    let sql = "INSERT INTO request (id, subscription, verb, requested_by, requested_at, reason, program_hash, snapshot) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    Statement::new("request", sql)
        .bind(request.id)
        .bind(request.subscription_id)
        .bind(request.verb.as_str())
        .bind(&request.requested_by)
        .bind(request.requested_at)
        .bind(request.reason.as_ref())
        .bind(&request.program_hash)
        .bind(&request.snapshot)
}

/// The request of an id.
pub async fn by_id(store: &Store, id: Uuid) -> Result<Option<Request>, Error> {
    one(store, "request by id", concat!(columns!(), "WHERE request.id = ?1"), id).await
}

/// The request of a subscription's last run that succeeded, wholly or partly: what is real now.
pub async fn last_good(store: &Store, subscription: Uuid) -> Result<Option<Request>, Error> {
    let sql = concat!(
        columns!(),
        "JOIN run ON run.request = request.id WHERE run.subscription = ?1 AND run.state IN ('succeeded', 'partly_succeeded') \
         ORDER BY run.id DESC LIMIT 1"
    );
    one(store, "last good request", sql, subscription).await
}

async fn one(store: &Store, label: &'static str, sql: &'static str, id: Uuid) -> Result<Option<Request>, Error> {
    let query =
        move |connection: &rusqlite::Connection| connection.prepare_cached(sql)?.query_row([id.as_bytes().as_slice()], from_row).optional();
    store.read(label, query).await
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Request> {
    Ok(Request {
        id: uuid(row, 0)?,
        subscription_id: uuid(row, 1)?,
        verb: word(row, 2, Verb::parse)?,
        requested_by: row.get(3)?,
        requested_at: time(row, 4)?,
        reason: row.get(5)?,
        program_hash: row.get(6)?,
        snapshot: row.get(7)?,
    })
}
