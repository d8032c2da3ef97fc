//! The one writer: everything that is queued goes into one transaction, a savepoint a batch, and is answered after its commit.
//!
//! One fsync then serves all callers that came while the last one ran. A statement is prepared once and found again by the address of its text.

use std::{collections::HashMap, hash::BuildHasherDefault, sync::Arc};

use rusqlite::{Connection, ErrorCode, types::ToSqlOutput, types::ValueRef};

use crate::{
    Batch, Error, Kind, Parameter, Row, Statement, Written,
    queue::{Job, Queue},
    store::{Counts, Fatal},
};

/// A checkpoint is due after about this many changed pages (counted high): rarely enough to stay cheap, often enough to keep the log small.
const CHECKPOINT_AFTER: usize = 20_000;

/// Everything the writer's thread owns.
pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) queue: Arc<Queue>,
    pub(crate) counts: Arc<Counts>,
    pub(crate) fatal: Fatal,
}

/// How a batch ended inside its transaction.
type Outcome = Result<Written, Error>;

impl Writer {
    /// Writes until the queue is closed and empty.
    pub(crate) fn run(self) {
        let _abandons = Abandons(Arc::clone(&self.queue));
        let mut prepared = Prepared { connection: &self.connection, statements: HashMap::default() };
        let mut jobs = Vec::new();
        let mut outcomes = Vec::new();
        let mut unchecked = 0;
        while self.queue.take(&mut jobs) {
            if let Err(error) = prepared.group(&jobs, &mut outcomes) {
                if error.ends_the_process {
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

/// A failure of a whole group.
struct GroupError {
    label: &'static str,
    source: rusqlite::Error,
    ends_the_process: bool,
}

impl GroupError {
    fn new(label: &'static str) -> impl Fn(rusqlite::Error) -> GroupError {
        move |source| GroupError { label, source, ends_the_process: false }
    }
}

/// The writer's connection with its prepared statements.
struct Prepared<'c> {
    connection: &'c Connection,
    statements: HashMap<(usize, usize), rusqlite::Statement<'c>, BuildHasherDefault<AddressHasher>>,
}

impl<'c> Prepared<'c> {
    /// One transaction for all jobs. An error means none of them is written.
    fn group(&mut self, jobs: &[Job], outcomes: &mut Vec<Outcome>) -> Result<(), GroupError> {
        self.plain("BEGIN IMMEDIATE").map_err(GroupError::new("begin"))?;
        let all = self.batches(jobs, outcomes);
        let committed = all
            .and_then(|()| self.plain("COMMIT").map_err(|source| GroupError { label: "commit", ends_the_process: is_io(&source), source }));
        if committed.is_err() && !self.connection.is_autocommit() {
            // Nothing of a failed group may stay for the next one to commit.
            self.plain("ROLLBACK").map_err(GroupError::new("rollback"))?;
        }
        committed
    }

    fn batches(&mut self, jobs: &[Job], outcomes: &mut Vec<Outcome>) -> Result<(), GroupError> {
        for job in jobs {
            let outcome = match self.batch(&job.batch) {
                Err(BatchError::Group(error)) => return Err(error),
                Err(BatchError::Own(error)) => Err(error),
                Ok(written) => Ok(written),
            };
            outcomes.push(outcome);
        }
        Ok(())
    }

    /// One batch in its savepoint: whole or not at all.
    fn batch(&mut self, batch: &Batch) -> Result<Written, BatchError> {
        let own = |label| move |source| BatchError::Group(GroupError { label, source, ends_the_process: false });
        self.plain("SAVEPOINT batch").map_err(own("savepoint"))?;
        let mut written = Written::default();
        for statement in &batch.statements {
            let Err(error) = self.statement(statement, &mut written) else { continue };
            if self.connection.is_autocommit() {
                // The database took the whole transaction back, with the batches before this one.
                return Err(BatchError::Group(error.into_group(statement.label)));
            }
            self.plain("ROLLBACK TO batch").map_err(own("rollback to"))?;
            self.plain("RELEASE batch").map_err(own("release"))?;
            return Err(BatchError::Own(error.into_own(statement)));
        }
        self.plain("RELEASE batch").map_err(own("release"))?;
        written.last_insert_id = self.connection.last_insert_rowid();
        Ok(written)
    }

    fn statement(&mut self, statement: &Statement, written: &mut Written) -> Result<(), StatementError> {
        let prepared = self.prepared(statement.sql)?;
        for (index, parameter) in statement.parameters.iter().enumerate() {
            prepared.raw_bind_parameter(index + 1, parameter)?;
        }
        let changed = if statement.returns {
            let rows = rows(prepared)?;
            let count = rows.len();
            written.returned.push(rows);
            count
        } else {
            prepared.raw_execute()?
        };
        let changed = u64::try_from(changed).expect("a count of rows fits");
        if statement.expect.holds(changed) { Ok(()) } else { Err(StatementError::Unexpected(changed)) }
    }

    fn plain(&mut self, sql: &'static str) -> rusqlite::Result<()> {
        self.prepared(sql)?.raw_execute().map(|_| ())
    }

    fn prepared(&mut self, sql: &'static str) -> rusqlite::Result<&mut rusqlite::Statement<'c>> {
        match self.statements.entry((sql.as_ptr().addr(), sql.len())) {
            std::collections::hash_map::Entry::Occupied(entry) => Ok(entry.into_mut()),
            std::collections::hash_map::Entry::Vacant(entry) => Ok(entry.insert(self.connection.prepare(sql)?)),
        }
    }
}

enum BatchError {
    /// This batch failed and left nothing.
    Own(Error),
    /// The transaction is gone.
    Group(GroupError),
}

enum StatementError {
    Unexpected(u64),
    Sql(rusqlite::Error),
}

impl From<rusqlite::Error> for StatementError {
    fn from(error: rusqlite::Error) -> Self {
        StatementError::Sql(error)
    }
}

impl StatementError {
    fn into_own(self, statement: &Statement) -> Error {
        match self {
            StatementError::Unexpected(found) => Error::Expectation { label: statement.label, expected: statement.expect, found },
            StatementError::Sql(source) => Error::sql(statement.label, source),
        }
    }

    fn into_group(self, label: &'static str) -> GroupError {
        match self {
            StatementError::Unexpected(_) => unreachable!("a count of rows ends no transaction"),
            StatementError::Sql(source) => GroupError { label, ends_the_process: is_io(&source), source },
        }
    }
}

/// Whether the disk failed: then nobody can tell what of the log is on it.
fn is_io(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}

fn rows(statement: &mut rusqlite::Statement<'_>) -> rusqlite::Result<Vec<Row>> {
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((0..columns).map(|column| Ok(Parameter::from(row.get_ref(column)?))).collect::<rusqlite::Result<Row>>()?);
    }
    Ok(all)
}

impl rusqlite::ToSql for Parameter {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Parameter::I64(number) => ValueRef::Integer(*number),
            Parameter::Text(text) => ValueRef::Text(text.as_bytes()),
            Parameter::Bytes(bytes) => ValueRef::Blob(bytes),
            Parameter::F64(number) => ValueRef::Real(*number),
            Parameter::Null(_) => ValueRef::Null,
        }))
    }
}

impl From<ValueRef<'_>> for Parameter {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            // SQLite does not say the kind of a null.
            ValueRef::Null => Parameter::Null(Kind::Text),
            ValueRef::Integer(number) => Parameter::I64(number),
            ValueRef::Real(number) => Parameter::F64(number),
            ValueRef::Text(text) => Parameter::Text(String::from_utf8_lossy(text).into_owned().into()),
            ValueRef::Blob(bytes) => Parameter::Bytes(bytes.to_vec()),
        }
    }
}

/// Addresses of texts differ enough by themselves.
#[derive(Default)]
struct AddressHasher(u64);

impl std::hash::Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _bytes: &[u8]) {
        unreachable!("only addresses and lengths are hashed");
    }

    fn write_usize(&mut self, number: usize) {
        self.0 = (self.0 ^ number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
}
