//! Finds the PowerShell program.

use std::path::{Path, PathBuf};

/// A PowerShell that hosts can be made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Absolute path of the program.
    pub path: PathBuf,
    /// What it calls itself: `7.6.0`.
    pub version: String,
}

/// No PowerShell that will do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("PowerShell 7.4 or later was not found (looked at: {})", looked.join(", "))]
pub struct Missing {
    /// The places looked at, each with why it will not do if something was there.
    pub looked: Vec<String>,
}

/// Finds PowerShell: the `configured` program and nothing else if there is one; otherwise the variable `STOA_PWSH` likewise, then `PATH`,
/// then the usual places. Starts the candidate once to ask its version.
pub fn find(configured: Option<&Path>) -> Result<Found, Missing> {
    let _ = configured;
    todo!()
}
