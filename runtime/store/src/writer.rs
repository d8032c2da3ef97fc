//! The one writer: everything that is queued goes into one transaction, a savepoint a batch, and is answered after its commit.
//!
//! One fsync then serves all callers that came while the last one ran. A statement is prepared once and found again by the address of its text.

use std::sync::Arc;

use rusqlite::Connection;

use crate::{
    Batch, Error, Parameter,
    group::{Prepared, is_io},
    queue::Queue,
    store::{Counts, Fatal},
};

/// A checkpoint is due after about this many changed pages (counted high): rarely enough to stay cheap, often enough to keep the log small.
const CHECKPOINT_AFTER: usize = 20_000;

/// How often at most others get a turn before a group is written.
const TURNS: usize = 4;

/// Everything the writer's thread owns.
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) queue: Arc<Queue>,
    pub(crate) counts: Arc<Counts>,
    pub(crate) fatal: Fatal,
}

impl Writer {
    /// Writes until the queue is closed and empty.
    pub(crate) fn run(self) {
        let _abandons = Abandons(Arc::clone(&self.queue));
        let mut prepared = Prepared::new(&self.connection);
        let mut jobs = Vec::new();
        let mut outcomes = Vec::new();
        let mut unchecked = 0;
        while self.queue.take(&mut jobs) {
            // Who is about to ask comes along: a turn for other threads costs nothing when there are none, and an fsync saved is worth many.
            for _ in 0..TURNS {
                std::thread::yield_now();
                if self.queue.take_more(&mut jobs) == 0 {
                    break;
                }
            }
            if let Err(error) = prepared.group(&jobs, &mut outcomes) {
                if is_io(&error.source) {
                    return (self.fatal)(&format!("a commit failed and what is on disk is not known: {}", error.source));
                }
                outcomes.clear();
                let shared = Error::Sql { label: error.label, source: Arc::new(error.source) };
                outcomes.extend(jobs.iter().map(|_| Err(shared.clone())));
            }
            self.counts.add(outcomes.iter().filter(|outcome| outcome.is_ok()).count());
            unchecked += jobs.iter().map(|job| pages(&job.batch)).sum::<usize>();
            for (job, outcome) in jobs.drain(..).zip(outcomes.drain(..)) {
                // A caller that is gone does not mind; what it asked for is written.
                let _gone = job.reply.send(outcome);
            }
            if unchecked > CHECKPOINT_AFTER {
                unchecked = 0;
                if self.checkpoint().is_err() {
                    return;
                }
            }
        }
        // Only the size of the log is at stake, and its failure is heard of inside.
        let _stopped = self.checkpoint();
    }

    /// Moves the log into the database. Done here and not by SQLite inside a commit, because there its fsync errors are swallowed.
    fn checkpoint(&self) -> Result<(), DiskFailed> {
        let done = self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        match done {
            Err(error) if is_io(&error) => {
                (self.fatal)(&format!("a checkpoint failed and what is on disk is not known: {error}"));
                Err(DiskFailed)
            }
            Err(error) => {
                tracing::warn!(%error, "a checkpoint failed; it is tried again later");
                Ok(())
            }
            Ok(()) => Ok(()),
        }
    }
}

/// The disk failed and the process is about to end.
struct DiskFailed;

/// However the writer ends, nobody waits for it for ever.
struct Abandons(Arc<Queue>);

impl Drop for Abandons {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// About how many pages a batch changes.
fn pages(batch: &Batch) -> usize {
    let bytes = |parameter: &Parameter| match parameter {
        Parameter::Bytes(bytes) => bytes.len(),
        Parameter::Text(text) => text.len(),
        _ => 0,
    };
    batch.statements.iter().map(|statement| 1 + statement.parameters.iter().map(bytes).sum::<usize>() / 4096).sum()
}
