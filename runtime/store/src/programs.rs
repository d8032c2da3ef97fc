//! Programs by their hash, with the files they are made of, kept while something that lives uses them.

use model::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use crate::{Error, Expect, Statement, Store};

/// Label of the guard that a program a request names is kept.
pub const PROGRAM: &str = "program";

/// A file of a package or program: its path there and the hash of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRef {
    /// Path with `/`.
    pub path: String,
    /// SHA-256 of the bytes in hex: the blob's key.
    pub hash: String,
}

/// A program as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Its hash.
    pub hash: String,
    /// What the engine wrote about it.
    pub json: String,
    /// Its files; their bytes are blobs.
    pub files: Vec<FileRef>,
}

/// Keeps a program with the list of its files; one that is there already stays as it is.
pub fn put(program: &Program, at: Timestamp) -> Vec<Statement> {
    let sql = "INSERT INTO program (hash, json, used_at) VALUES (?1, ?2, ?3) ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at";
    let row = Statement::new("program put", sql).bind(&program.hash).bind(&program.json).bind(at);
    std::iter::once(row).chain(link(&program.hash, &program.files)).collect()
}

/// Requires that a program is there ([`PROGRAM`]), for the batch of a request that names it.
pub fn require(hash: &str) -> Statement {
    let sql = "SELECT 1 FROM program WHERE hash = ?1";
    Statement::new(PROGRAM, sql).bind(hash.to_owned())
}

/// The program of a hash.
pub async fn get(store: &Store, hash: &str) -> Result<Option<Program>, Error> {
    let hash = hash.to_owned();
    let query = move |connection: &Connection| {
        let mut statement = connection.prepare_cached("SELECT json FROM program WHERE hash = ?1")?;
        let json: Option<String> = statement.query_row([&hash], |row| row.get(0)).optional()?;
        json.map(|json| Ok(Program { json, files: files_of(connection, &hash)?, hash })).transpose()
    };
    store.read("program by hash", query).await
}

/// Lets go of programs put before `before` that no current service, no run that has not ended and no last run of a live subscription uses,
/// of files of versions that are not current, and of bytes that nothing names any more.
pub fn prune(before: Timestamp) -> Vec<Statement> {
    let programs = "DELETE FROM program WHERE used_at < ?1 \
        AND hash NOT IN (SELECT service_version.program FROM service JOIN service_version ON service_version.hash = service.current) \
        AND hash NOT IN (SELECT request.program_hash FROM run JOIN request ON request.id = run.request \
        WHERE run.state IN ('queued', 'running', 'waiting', 'attention', 'undoing')) \
        AND hash NOT IN (SELECT request.program_hash FROM subscription JOIN run ON run.id = (SELECT max(last.id) FROM run AS last \
        WHERE last.subscription = subscription.id) JOIN request ON request.id = run.request WHERE subscription.state <> 'ended')";
    let files = "DELETE FROM file WHERE owner NOT IN (SELECT hash FROM program) AND owner NOT IN (SELECT current FROM service)";
    let blobs = "DELETE FROM blob WHERE NOT EXISTS (SELECT 1 FROM file WHERE file.blob = blob.hash)";
    vec![
        Statement::new("prune programs", programs).bind(before).expect(Expect::Any),
        Statement::new("prune files", files).expect(Expect::Any),
        Statement::new("prune blobs", blobs).expect(Expect::Any),
    ]
}

/// The links from a package or program to its files.
pub(crate) fn link(owner: &str, files: &[FileRef]) -> Vec<Statement> {
    let sql = "INSERT INTO file (owner, path, blob) VALUES (?1, ?2, ?3) ON CONFLICT (owner, path) DO NOTHING";
    let one = |file: &FileRef| Statement::new("file", sql).bind(owner.to_owned()).bind(&file.path).bind(&file.hash).expect(Expect::Any);
    files.iter().map(one).collect()
}

/// The files of a package or program, by path.
pub(crate) fn files_of(connection: &Connection, owner: &str) -> rusqlite::Result<Vec<FileRef>> {
    let mut statement = connection.prepare_cached("SELECT path, blob FROM file WHERE owner = ?1 ORDER BY path")?;
    statement.query_map([owner], |row| Ok(FileRef { path: row.get(0)?, hash: row.get(1)? }))?.collect()
}
