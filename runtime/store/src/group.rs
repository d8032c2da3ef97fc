//! One group of batches in one transaction, with prepared statements: whole batches or nothing of them, and the group's commit.

use std::{collections::HashMap, hash::BuildHasherDefault};

use rusqlite::{Connection, ErrorCode, types::ToSqlOutput, types::ValueRef};

use crate::{Batch, Error, Kind, Parameter, Row, Statement, Written, queue::Job};

/// How a batch ended inside its transaction.
type Outcome = Result<Written, Error>;

/// A failure of a whole group.
pub(crate) struct GroupError {
    pub(crate) label: &'static str,
    pub(crate) source: rusqlite::Error,
}

impl GroupError {
    fn at(label: &'static str) -> impl Fn(rusqlite::Error) -> GroupError {
        move |source| GroupError { label, source }
    }
}

/// The writer's connection with its prepared statements.
pub(crate) struct Prepared<'c> {
    connection: &'c Connection,
    statements: HashMap<(usize, usize), rusqlite::Statement<'c>, BuildHasherDefault<AddressHasher>>,
}

impl<'c> Prepared<'c> {
    pub(crate) fn new(connection: &'c Connection) -> Self {
        Prepared { connection, statements: HashMap::default() }
    }

    /// One transaction for all jobs. An error means none of them is written.
    pub(crate) fn group(&mut self, jobs: &[Job], outcomes: &mut Vec<Outcome>) -> Result<(), GroupError> {
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
pub(crate) fn is_io(error: &rusqlite::Error) -> bool {
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
