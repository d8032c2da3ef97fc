//! Events that others must hear of, written in the batch that makes them true and delivered from here.

use model::Event;

use crate::{
    Error, Statement, Store,
    row::{time, uuid},
};

/// Appends an event.
pub fn append(event: &Event) -> Statement {
    let sql = "INSERT INTO outbox (event, kind, run, at) VALUES (?1, ?2, ?3, ?4)";
    Statement::new("outbox", sql).bind(event.id).bind(&event.kind).bind(event.run_id).bind(event.at)
}

/// Events after the one with the key `after`, each with its key, for reading on.
pub async fn list(store: &Store, after: i64, limit: u32) -> Result<Vec<(i64, Event)>, Error> {
    let sql = "SELECT id, event, kind, run, at FROM outbox WHERE id > ?1 ORDER BY id LIMIT ?2";
    let from_row = |row: &rusqlite::Row<'_>| {
        let event = Event { id: uuid(row, 1)?, kind: row.get(2)?, run_id: uuid(row, 3)?, at: time(row, 4)? };
        Ok((row.get(0)?, event))
    };
    let query = move |connection: &rusqlite::Connection| connection.prepare_cached(sql)?.query_map((after, limit), from_row)?.collect();
    store.read("outbox", query).await
}
