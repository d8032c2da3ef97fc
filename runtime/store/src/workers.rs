//! Workers: each boot of a server is one, and `run.owner` names it.

use model::Timestamp;
use uuid::Uuid;

use crate::{Error, Statement, Store};

/// Registers the worker of a boot and answers its id.
pub async fn register(store: &Store, boot: Uuid, at: Timestamp, lease_until: Timestamp) -> Result<i64, Error> {
    let sql = "INSERT INTO worker (boot, started_at, lease_until) VALUES (?1, ?2, ?3)";
    let written = store.write(Statement::new("worker", sql).bind(boot).bind(at).bind(lease_until)).await?;
    Ok(written.last_insert_id)
}

/// Renews a worker's lease.
pub fn heartbeat(worker: i64, lease_until: Timestamp) -> Statement {
    Statement::new("heartbeat", "UPDATE worker SET lease_until = ?2 WHERE id = ?1").bind(worker).bind(lease_until)
}
