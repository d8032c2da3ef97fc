//! What the steps of runs said, in the order they said it.

use model::{LogLevel, LogRecord};

use crate::{
    Error, Statement, Store,
    row::{json, time, to_json, word},
};

/// Appends a record to a run's log. Appends to the journal (`steps`) in the same batch come after it: `runs::advance` must follow those.
pub fn append(run: i64, record: &LogRecord) -> Statement {
    let sql = "INSERT INTO log (run, step, at, level, code, message, data, source) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    Statement::new("log", sql)
        .bind(run)
        .bind(record.step)
        .bind(record.at)
        .bind(record.level.as_str())
        .bind(record.code.as_ref())
        .bind(&record.message)
        .bind(to_json(&record.data))
        .bind(record.source.as_ref())
}

/// Records of a run after the one with the id `after`, each with its id, for reading on.
pub async fn of_run(store: &Store, run: i64, after: i64, limit: u32) -> Result<Vec<(i64, LogRecord)>, Error> {
    let sql = "SELECT id, step, at, level, code, message, data, source FROM log WHERE run = ?1 AND id > ?2 ORDER BY id LIMIT ?3";
    let query =
        move |connection: &rusqlite::Connection| connection.prepare_cached(sql)?.query_map((run, after, limit), from_row)?.collect();
    store.read("log of a run", query).await
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<(i64, LogRecord)> {
    let record = LogRecord {
        step: row.get(1)?,
        at: time(row, 2)?,
        level: word(row, 3, LogLevel::parse)?,
        code: row.get(4)?,
        message: row.get(5)?,
        data: json(row, 6)?,
        source: row.get(7)?,
    };
    Ok((row.get(0)?, record))
}
