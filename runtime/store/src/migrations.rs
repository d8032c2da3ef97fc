//! The schema, in numbered steps that only go forward. What was applied is on record with its checksum.

use model::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::Error;

/// A step of the schema.
pub(crate) struct Migration {
    number: i64,
    sql: &'static str,
}

/// All of them, in order. An applied one is never edited: the change is the next one.
const MIGRATIONS: &[Migration] = &[Migration { number: 1, sql: include_str!("../migrations/0001.sql") }];

/// Brings the store to the newest version this program knows, each step in a transaction of its own.
pub(crate) fn apply(connection: &mut Connection, now: Timestamp) -> Result<(), Error> {
    apply_all(connection, MIGRATIONS, now)
}

fn apply_all(connection: &mut Connection, migrations: &[Migration], now: Timestamp) -> Result<(), Error> {
    let failed = |source| Error::sql("migrate", source);
    connection
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL)",
        )
        .map_err(failed)?;
    let found: i64 = connection.query_row("SELECT coalesce(max(number), 0) FROM migration", [], |row| row.get(0)).map_err(failed)?;
    let known = migrations.last().map_or(0, |migration| migration.number);
    if found > known {
        return Err(Error::Newer { found, known });
    }
    for migration in migrations {
        let checksum = hex::encode(Sha256::digest(migration.sql));
        let applied: Option<String> = connection
            .query_row("SELECT checksum FROM migration WHERE number = ?1", [migration.number], |row| row.get(0))
            .optional()
            .map_err(failed)?;
        match applied {
            Some(applied) if applied == checksum => {}
            Some(_) => return Err(Error::Changed { number: migration.number }),
            None => step(connection, migration, &checksum, now).map_err(failed)?,
        }
    }
    Ok(())
}

fn step(connection: &mut Connection, migration: &Migration, checksum: &str, now: Timestamp) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(migration.sql)?;
    let sql = "INSERT INTO migration (number, checksum, applied_at) VALUES (?1, ?2, ?3)";
    transaction.execute(sql, (migration.number, checksum, now.0))?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Migration = Migration { number: 1, sql: "CREATE TABLE one (a INTEGER)" };
    const TWO: Migration = Migration { number: 2, sql: "CREATE TABLE two (a INTEGER)" };
    const OTHER_ONE: Migration = Migration { number: 1, sql: "CREATE TABLE one (a TEXT)" };
    const BROKEN_TWO: Migration = Migration { number: 2, sql: "CREATE TABLE two (a INTEGER); CREATE TABLE one (a INTEGER)" };

    /// Applies `before`, then `after`, and says what that came to and which tables are there.
    fn check(before: &[Migration], after: &[Migration], expected: Result<(), &str>, tables: &[&str]) {
        let mut connection = Connection::open_in_memory().unwrap();
        apply_all(&mut connection, before, Timestamp(1)).unwrap();
        let result = apply_all(&mut connection, after, Timestamp(2)).map_err(|error| error.to_string());
        assert_eq!(result.as_ref().map_err(String::as_str).copied(), expected);
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'migration' ORDER BY name";
        let found: Vec<String> = connection.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert_eq!(found, tables);
    }

    #[test]
    fn migrations_go_forward_only_and_never_change() {
        check(&[], &[ONE, TWO], Ok(()), &["one", "two"]);
        check(&[ONE], &[ONE, TWO], Ok(()), &["one", "two"]);
        check(&[ONE, TWO], &[ONE, TWO], Ok(()), &["one", "two"]);
        let newer = "the store is of version 2, this program knows versions up to 1; start the newer program";
        check(&[ONE, TWO], &[ONE], Err(newer), &["one", "two"]);
        check(&[ONE], &[OTHER_ONE, TWO], Err("migration 1 of the store is not the one this program has"), &["one"]);
        check(&[ONE], &[ONE, BROKEN_TWO], Err("failed at `migrate`"), &["one"]);
    }

    #[test]
    fn the_schema_applies_to_an_empty_store() {
        let mut connection = Connection::open_in_memory().unwrap();
        apply(&mut connection, Timestamp(1)).unwrap();
        apply(&mut connection, Timestamp(2)).unwrap();
    }
}
