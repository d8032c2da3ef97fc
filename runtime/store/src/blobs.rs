//! Bytes by their hash: scripts, templates and other files of packages. A blob that no package or program lists is pruned.

use rusqlite::OptionalExtension;

use crate::{Error, Expect, Statement, Store};

/// Keeps bytes under their hash; the same bytes are kept once.
pub fn put(hash: &str, bytes: Vec<u8>) -> Statement {
    let sql = "INSERT INTO blob (hash, bytes) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING";
    Statement::new("blob", sql).bind(hash.to_owned()).bind(bytes).expect(Expect::Any)
}

/// The bytes of a hash.
pub async fn get(store: &Store, hash: &str) -> Result<Option<Vec<u8>>, Error> {
    let hash = hash.to_owned();
    let query = move |connection: &rusqlite::Connection| {
        connection.prepare_cached("SELECT bytes FROM blob WHERE hash = ?1")?.query_row([hash], |row| row.get(0)).optional()
    };
    store.read("blob by hash", query).await
}

/// Path and bytes of every file of a package or program.
pub async fn of_owner(store: &Store, owner: &str) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let owner = owner.to_owned();
    let sql = "SELECT file.path, blob.bytes FROM file JOIN blob ON blob.hash = file.blob WHERE file.owner = ?1 ORDER BY file.path";
    let query = move |connection: &rusqlite::Connection| {
        connection.prepare_cached(sql)?.query_map([owner], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    store.read("files of a package", query).await
}
