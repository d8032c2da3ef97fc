//! Services in all their versions; one of them is current.

use model::Timestamp;
use rusqlite::{OptionalExtension, Row};

use crate::{
    Error, Expect, Statement, Store,
    programs::{FileRef, files_of, link},
    row::time,
};

/// A version of a service as it was imported.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceVersion {
    /// Hash of the whole package.
    pub hash: String,
    /// Service name.
    pub service: String,
    /// Version the package says.
    pub version: String,
    /// Hash of the program it compiles to.
    pub program_hash: String,
    /// The definition (`model::Service` as JSON).
    pub definition: String,
    /// The package's files; their bytes are blobs.
    pub files: Vec<FileRef>,
    /// Principal who imported it.
    pub imported_by: String,
    /// When.
    pub imported_at: Timestamp,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT service_version.hash, service_version.service, service_version.version, service_version.program, \
             service_version.definition, service_version.imported_by, service_version.imported_at FROM service_version ",
            $rest
        )
    };
}

/// A version with the list of its files; a version that is there already stays as it is.
pub fn insert_version(version: &ServiceVersion) -> Vec<Statement> {
    let sql = "INSERT INTO service_version (hash, service, version, program, definition, imported_by, imported_at) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (hash) DO NOTHING";
    let row = Statement::new("service_version", sql)
        .bind(&version.hash)
        .bind(&version.service)
        .bind(&version.version)
        .bind(&version.program_hash)
        .bind(&version.definition)
        .bind(&version.imported_by)
        .bind(version.imported_at)
        .expect(Expect::Any);
    std::iter::once(row).chain(link(&version.hash, &version.files)).collect()
}

/// Makes a version the one that later requests use.
pub fn set_current(service: &str, hash: &str, at: Timestamp) -> Statement {
    let sql = "INSERT INTO service (name, current, changed_at) SELECT ?1, hash, ?3 FROM service_version WHERE hash = ?2 AND service = ?1 \
               ON CONFLICT (name) DO UPDATE SET current = excluded.current, changed_at = excluded.changed_at";
    Statement::new("service", sql).bind(service.to_owned()).bind(hash.to_owned()).bind(at)
}

/// The current version of a service.
pub async fn current(store: &Store, service: &str) -> Result<Option<ServiceVersion>, Error> {
    let sql = select!("JOIN service ON service.current = service_version.hash WHERE service.name = ?1");
    one(store, "current version of a service", sql, service.to_owned()).await
}

/// The version of a package hash.
pub async fn by_hash(store: &Store, hash: &str) -> Result<Option<ServiceVersion>, Error> {
    one(store, "service version by hash", select!("WHERE service_version.hash = ?1"), hash.to_owned()).await
}

/// The current version of every service, by name.
pub async fn list(store: &Store) -> Result<Vec<ServiceVersion>, Error> {
    let sql = select!("JOIN service ON service.current = service_version.hash ORDER BY service.name");
    let query = move |connection: &rusqlite::Connection| {
        let mut statement = connection.prepare_cached(sql)?;
        let mut versions = statement.query_map([], from_row)?.collect::<rusqlite::Result<Vec<_>>>()?;
        for version in &mut versions {
            version.files = files_of(connection, &version.hash)?;
        }
        Ok(versions)
    };
    store.read("list of services", query).await
}

async fn one(store: &Store, label: &'static str, sql: &'static str, key: String) -> Result<Option<ServiceVersion>, Error> {
    let query = move |connection: &rusqlite::Connection| {
        let mut version = connection.prepare_cached(sql)?.query_row([key], from_row).optional()?;
        if let Some(version) = &mut version {
            version.files = files_of(connection, &version.hash)?;
        }
        Ok(version)
    };
    store.read(label, query).await
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<ServiceVersion> {
    Ok(ServiceVersion {
        hash: row.get(0)?,
        service: row.get(1)?,
        version: row.get(2)?,
        program_hash: row.get(3)?,
        definition: row.get(4)?,
        files: Vec::new(),
        imported_by: row.get(5)?,
        imported_at: time(row, 6)?,
    })
}
