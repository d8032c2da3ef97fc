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

/// How often at most others get a turn before a group is written.
const TURNS: usize = 4;

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

/// A failure of a whole group.
struct GroupError {
    label: &'static str,
    source: rusqlite::Error,
}

impl GroupError {
    fn at(label: &'static str) -> impl Fn(rusqlite::Error) -> GroupError {
        move |source| GroupError { label, source }
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
        // Savepoints copy each page that is touched, for the rare batch that is refused. So first without: if all batches hold, that was
        // all; if one does not, nothing was acknowledged yet, and the group runs again with a savepoint a batch.
        let held = self.transaction(jobs, outcomes, Care::AllOrNone)?;
        if !held {
            outcomes.clear();
            self.transaction(jobs, outcomes, Care::EachForItself)?;
        }
        Ok(())
    }

    /// Runs and commits the jobs; false when one of them was refused and none is written ([`Care::AllOrNone`]).
    fn transaction(&mut self, jobs: &[Job], outcomes: &mut Vec<Outcome>, care: Care) -> Result<bool, GroupError> {
        self.plain("BEGIN IMMEDIATE").map_err(GroupError::at("begin"))?;
        let ended = match care {
            Care::AllOrNone => self.all_or_none(jobs, outcomes),
            Care::EachForItself => self.each_for_itself(jobs, outcomes).map(|()| true),
        };
        let ended =
            ended.and_then(|held| if held { self.plain("COMMIT").map(|()| true).map_err(GroupError::at("commit")) } else { Ok(false) });
        if !matches!(ended, Ok(true)) && !self.connection.is_autocommit() {
            // Nothing of a failed group may stay for the next one to commit.
            self.plain("ROLLBACK").map_err(GroupError::at("rollback"))?;
        }
        ended
    }

    fn all_or_none(&mut self, jobs: &[Job], outcomes: &mut Vec<Outcome>) -> Result<bool, GroupError> {
        for job in jobs {
            match self.statements(&job.batch) {
                Ok(written) => outcomes.push(Ok(written)),
                // With a savepoint a batch, it shows who must hear of it.
                Err(Refused { error: StatementError::Sql(source), statement }) if is_io(&source) => {
                    return Err(GroupError { label: statement.label, source });
                }
                Err(_) => return Ok(false),
            }
        }
        Ok(true)
    }

    fn each_for_itself(&mut self, jobs: &[Job], outcomes: &mut Vec<Outcome>) -> Result<(), GroupError> {
        for job in jobs {
            self.plain("SAVEPOINT batch").map_err(GroupError::at("savepoint"))?;
            let outcome = match self.statements(&job.batch) {
                Ok(written) => Ok(written),
                // The database took the whole transaction back, with the batches before this one.
                Err(Refused { error: StatementError::Sql(source), statement }) if self.connection.is_autocommit() => {
                    return Err(GroupError { label: statement.label, source });
                }
                Err(refused) => {
                    self.plain("ROLLBACK TO batch").map_err(GroupError::at("rollback to"))?;
                    Err(refused.into_error())
                }
            };
            self.plain("RELEASE batch").map_err(GroupError::at("release"))?;
            outcomes.push(outcome);
        }
        Ok(())
    }

    fn statements<'b>(&mut self, batch: &'b Batch) -> Result<Written, Refused<'b>> {
        let mut written = Written::default();
        for statement in &batch.statements {
            self.statement(statement, &mut written).map_err(|error| Refused { statement, error })?;
        }
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
        } else if prepared.column_count() > 0 {
            // A guard that only looks.
            count(prepared)?
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

/// How a group is run.
#[derive(Clone, Copy)]
enum Care {
    /// One refusal takes all back.
    AllOrNone,
    /// A refused batch is taken back alone.
    EachForItself,
}

/// A statement that did not do what its batch needs.
struct Refused<'b> {
    statement: &'b Statement,
    error: StatementError,
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

impl Refused<'_> {
    fn into_error(self) -> Error {
        let Statement { label, expect, .. } = self.statement;
        match self.error {
            StatementError::Unexpected(found) => Error::Expectation { label, expected: *expect, found },
            StatementError::Sql(source) => Error::sql(label, source),
        }
    }
}

/// Whether the disk failed: then nobody can tell what of the log is on it.
fn is_io(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure)
}

fn count(statement: &mut rusqlite::Statement<'_>) -> rusqlite::Result<usize> {
    let (mut rows, mut count) = (statement.raw_query(), 0);
    while rows.next()?.is_some() {
        count += 1;
    }
    Ok(count)
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
