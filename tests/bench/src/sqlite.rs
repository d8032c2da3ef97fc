//! The baselines: what plain `rusqlite` does on this disk with `synchronous = FULL`.

use std::{
    path::Path,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Instant,
};

use rusqlite::Connection;

use crate::measure::{SPAN, rate};

const WRITERS: i64 = 32;
const INSERT: &str = "INSERT INTO row (writer, number, word) VALUES (?1, ?2, 'succeeded')";

fn open(folder: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(folder.join("plain.db"))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch("CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, writer INTEGER, number INTEGER, word TEXT)")?;
    Ok(connection)
}

/// One small row a commit, one after the other.
pub(crate) fn single_commits() -> anyhow::Result<f64> {
    let folder = tempfile::tempdir_in(".")?;
    let connection = open(folder.path())?;
    let mut insert = connection.prepare(INSERT)?;
    let (start, mut count) = (Instant::now(), 0);
    while start.elapsed() < SPAN {
        insert.execute((0, count))?;
        count += 1;
    }
    Ok(rate(u64::try_from(count)?, start))
}

/// The most the disk and SQLite give: 32 rows a commit, and nobody waits.
pub(crate) fn bare_groups() -> anyhow::Result<f64> {
    let folder = tempfile::tempdir_in(".")?;
    let connection = open(folder.path())?;
    let mut insert = connection.prepare(INSERT)?;
    let (start, mut count) = (Instant::now(), 0_i64);
    while start.elapsed() < SPAN {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for _ in 0..WRITERS {
            insert.execute((0, count))?;
            count += 1;
        }
        connection.execute_batch("COMMIT")?;
    }
    Ok(rate(u64::try_from(count)?, start))
}

/// 32 writers hand one small row each to one committing thread and wait for its commit before the next.
pub(crate) fn group_commits() -> anyhow::Result<f64> {
    let folder = tempfile::tempdir_in(".")?;
    let connection = open(folder.path())?;
    let stop = AtomicBool::new(false);
    let (rows, queue) = mpsc::channel::<(i64, i64, mpsc::SyncSender<()>)>();
    let start = Instant::now();
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (rows, stop) = (rows.clone(), &stop);
            scope.spawn(move || {
                let (done, committed) = mpsc::sync_channel(1);
                for number in 0.. {
                    let handed = rows.send((writer, number, done.clone()));
                    if stop.load(Ordering::Relaxed) || handed.is_err() || committed.recv().is_err() {
                        return;
                    }
                }
            });
        }
        drop(rows);
        let mut count = 0;
        let mut insert = connection.prepare(INSERT)?;
        while let Ok(first) = queue.recv() {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            let mut group = vec![first];
            group.extend(queue.try_iter());
            for (writer, number, _) in &group {
                insert.execute((writer, number))?;
            }
            connection.execute_batch("COMMIT")?;
            count += group.len() as u64;
            for (_, _, done) in group {
                // A writer that has stopped does not listen any more.
                let _stopped = done.send(());
            }
            stop.store(start.elapsed() > SPAN, Ordering::Relaxed);
        }
        Ok(rate(count, start))
    })
}
