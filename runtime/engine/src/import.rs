//! Taking a package in: checked whole, then kept in one batch, or nothing at all.

use model::Problem;
use package::Files;
use serde::Serialize;

use crate::{Principal, Programs};

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// Service name.
    pub service: String,
    /// Version the package says.
    pub version: String,
    /// Hash of the whole package with the shared scripts it uses.
    pub package_hash: String,
    /// Hash of its program.
    pub program_hash: String,
    /// False: exactly this was in force already, and nothing was written.
    pub changed: bool,
    /// Whether the service was not there before.
    pub created: bool,
}

/// Imports a package. `shared` are the installation's scripts.
///
/// # Errors
/// `package_invalid` with every mistake, or why what is in use cannot go.
#[expect(clippy::todo, reason = "the interface lands before its body")]
pub async fn import(_programs: &Programs, _files: &Files, _shared: &Files, _by: &Principal) -> Result<Imported, Problem> {
    todo!()
}
