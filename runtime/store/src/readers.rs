//! Queries: a few read-only connections, each used by one blocking thread at a time.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use tokio::sync::Semaphore;

use crate::Error;

/// The pool. Connections are opened when first needed and kept.
pub(crate) struct Readers {
    path: Arc<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
    turns: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, count: usize) -> Self {
        Readers { path: Arc::new(path), idle: Arc::default(), turns: Arc::new(Semaphore::new(count)) }
    }

    pub(crate) async fn read<T, F>(&self, label: &'static str, query: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Error::Closed)?;
        let (path, idle) = (Arc::clone(&self.path), Arc::clone(&self.idle));
        let work = move || {
            let _turn = turn;
            let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match kept {
                Some(connection) => connection,
                None => open(&path)?,
            };
            let answer = query(&connection);
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            answer.map_err(|source| Error::sql(label, source))
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(Error::Closed))
    }
}

fn open(path: &PathBuf) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|source| Error::sql("open a reader", source))?;
    connection.set_prepared_statement_cache_capacity(128);
    keep_plans(&connection)?;
    set(&connection, "PRAGMA query_only = ON")?;
    set(&connection, "PRAGMA busy_timeout = 10000")?;
    Ok(connection)
}

/// Plans must not depend on the values bound: else SQLite prepares a statement with `LIMIT ?1` again for each execution.
pub(crate) fn keep_plans(connection: &Connection) -> Result<(), Error> {
    let set = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true);
    set.map(|_| ()).map_err(|source| Error::sql("keep plans", source))
}

/// Sets a pragma; some answer a row, which is of no interest here.
pub(crate) fn set(connection: &Connection, pragma: &'static str) -> Result<(), Error> {
    let run = || -> rusqlite::Result<()> {
        let mut statement = connection.prepare(pragma)?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {}
        Ok(())
    };
    run().map_err(|source| Error::sql(pragma, source))
}
