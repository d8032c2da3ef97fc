//! From files to a package: what each file is, in which order they are read, and what only shows across files.

use crate::{Error, Files, Package};

/// Folder of an installation that holds scripts every package may use; the start of [`crate::Script::path`] of those.
pub const SHARED_FOLDER: &str = "scripts/actions";

/// A package as far as it could be read, and everything that is wrong with it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// There as far as it could be read, even with errors, so that a compile check adds its own and the author sees all at once.
    /// None when `service.psd1` is missing or cannot be read at all.
    pub package: Option<Package>,
    /// Everything that is wrong, by file, line and column.
    pub errors: Vec<Error>,
}

/// Reads a package. `shared` are the installation's scripts, named relative to its [`SHARED_FOLDER`] (`backup/New-BackupAccount.ps1`).
///
/// What a rule says about its action (whether there is one of that name, its parameters, outputs, class, undo) is checked by the compiler, which also knows
/// the natives; what a script's header says about other scripts is checked here.
#[expect(clippy::todo, reason = "the interface lands before its body")]
pub fn load(_files: &Files, _shared: &Files) -> Loaded {
    todo!()
}
