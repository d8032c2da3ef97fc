//! Tokens: `stoa_<id>_<256 random bits>`. The text is shown once; what is kept is its SHA-256.

use model::Timestamp;
use sha2::{Digest, Sha256};
use store::{Store, tokens::Token};
use subtle::ConstantTimeEq;

/// A new token for a principal: the text to show once, and the row to keep.
pub fn issue(principal: &str, now: Timestamp) -> (String, Token) {
    let id = hex::encode(rand::random::<[u8; 6]>());
    let text = format!("stoa_{id}_{}", hex::encode(rand::random::<[u8; 32]>()));
    let token = Token { id, sha256: digest(&text), principal: principal.to_owned(), created_at: now, expires_at: None, revoked_at: None };
    (text, token)
}

/// The principal of a token that works now.
pub(crate) async fn principal_of(store: &Store, text: &str) -> Result<Option<String>, store::Error> {
    let Some((id, _)) = text.strip_prefix("stoa_").and_then(|rest| rest.split_once('_')) else { return Ok(None) };
    let Some(token) = store::tokens::by_id(store, id).await? else { return Ok(None) };
    let same: bool = digest(text).ct_eq(&token.sha256).into();
    let expired = token.expires_at.is_some_and(|end| end <= store.now());
    Ok(Some(token.principal).filter(|_| same && !expired && token.revoked_at.is_none()))
}

fn digest(text: &str) -> Vec<u8> {
    Sha256::digest(text).to_vec()
}
