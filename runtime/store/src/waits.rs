//! What waiting runs wait for: one mechanism for timers, retries, approvals and everything else.

use model::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::{Error, Expect, Statement, Store, row::optional_time};

/// What one run waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wait {
    /// Key of the run.
    pub run: i64,
    /// `timer`, `retry`, `approval`, `host_unavailable` ...
    pub reason: String,
    /// When it wakes by itself, if it does.
    pub until: Option<Timestamp>,
    /// What an event must name to wake it.
    pub key: Option<String>,
    /// What the waiting step needs when it goes on (JSON).
    pub data: String,
}

/// Notes what a run waits for; a run waits for one thing.
pub fn put(wait: &Wait) -> Statement {
    let sql = "INSERT INTO wait (run, reason, until, key, data) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (run) DO UPDATE SET \
               reason = excluded.reason, until = excluded.until, key = excluded.key, data = excluded.data";
    Statement::new("wait", sql).bind(wait.run).bind(&wait.reason).bind(wait.until).bind(wait.key.as_ref()).bind(&wait.data)
}

/// Removes what a run waited for, if it did.
pub fn remove(run: i64) -> Statement {
    Statement::new("wait", "DELETE FROM wait WHERE run = ?1").bind(run).expect(Expect::Any)
}

/// Waits whose time has come, the oldest first.
pub async fn due(store: &Store, now: Timestamp, limit: u32) -> Result<Vec<Wait>, Error> {
    let sql = "SELECT run, reason, until, key, data FROM wait WHERE until IS NOT NULL AND until <= ?1 ORDER BY until LIMIT ?2";
    let query = move |connection: &Connection| connection.prepare_cached(sql)?.query_map((now.0, limit), from_row)?.collect();
    store.read("waits that are due", query).await
}

/// When the next wait is due.
pub async fn next_due(store: &Store) -> Result<Option<Timestamp>, Error> {
    let sql = "SELECT until FROM wait WHERE until IS NOT NULL ORDER BY until LIMIT 1";
    let query = move |connection: &Connection| connection.prepare_cached(sql)?.query_row([], |row| optional_time(row, 0)).optional();
    Ok(store.read("next wait", query).await?.flatten())
}

/// What a run waits for.
pub async fn of_run(store: &Store, run: i64) -> Result<Option<Wait>, Error> {
    let sql = "SELECT run, reason, until, key, data FROM wait WHERE run = ?1";
    store.read("wait of a run", move |connection| connection.prepare_cached(sql)?.query_row([run], from_row).optional()).await
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Wait> {
    Ok(Wait { run: row.get(0)?, reason: row.get(1)?, until: optional_time(row, 2)?, key: row.get(3)?, data: row.get(4)? })
}
