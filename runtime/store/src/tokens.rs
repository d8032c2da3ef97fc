//! Bearer tokens: only the hash of the secret part is kept.

use model::Timestamp;
use rusqlite::OptionalExtension;

use crate::{
    Error, Statement, Store,
    row::{optional_time, time},
};

/// A token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The public part, `<id>` of `stoa_<id>_<random>`.
    pub id: String,
    /// SHA-256 of the whole token.
    pub sha256: Vec<u8>,
    /// Whom it speaks for.
    pub principal: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it stops working, if it does.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// A new token.
pub fn insert(token: &Token) -> Statement {
    let sql = "INSERT INTO token (id, sha256, principal, created_at, expires_at, revoked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    Statement::new("token", sql)
        .bind(&token.id)
        .bind(token.sha256.clone())
        .bind(&token.principal)
        .bind(token.created_at)
        .bind(token.expires_at)
        .bind(token.revoked_at)
}

/// Revokes a token that is not revoked yet.
pub fn revoke(id: &str, at: Timestamp) -> Statement {
    Statement::new("token", "UPDATE token SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL").bind(id.to_owned()).bind(at)
}

/// The token of an id, also one that no longer works.
pub async fn by_id(store: &Store, id: &str) -> Result<Option<Token>, Error> {
    let id = id.to_owned();
    let sql = "SELECT id, sha256, principal, created_at, expires_at, revoked_at FROM token WHERE id = ?1";
    store.read("token by id", move |connection| connection.prepare_cached(sql)?.query_row([id], from_row).optional()).await
}

fn from_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Token> {
    Ok(Token {
        id: row.get(0)?,
        sha256: row.get(1)?,
        principal: row.get(2)?,
        created_at: time(row, 3)?,
        expires_at: optional_time(row, 4)?,
        revoked_at: optional_time(row, 5)?,
    })
}
