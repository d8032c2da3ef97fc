//! Why file work stopped, and whether anything had happened by then.

use std::io;
use std::path::Path;

use model::Failure;

use crate::{Outcome, Verified};

/// Work that did not end well. A plain failure becomes `NotDone`: only what says otherwise is unclear.
#[derive(Debug)]
pub(super) enum Stop {
    NotDone(Failure),
    Unclear(Failure),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::NotDone(failure)
    }
}

impl From<Stop> for Outcome {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::NotDone(failure) => Outcome::NotDone(failure),
            Stop::Unclear(failure) => Outcome::Unclear(failure),
        }
    }
}

impl From<Stop> for Verified {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::NotDone(failure) | Stop::Unclear(failure) => Verified::Failed(failure),
        }
    }
}

/// What went wrong with `doing` (`write`, `make the folder`) at `path`, with a code by which a package can decide.
pub(super) fn failed(doing: &str, path: &Path, error: &io::Error) -> Failure {
    use io::ErrorKind as Kind;
    let code = match error.kind() {
        Kind::NotFound => "not_found",
        Kind::PermissionDenied | Kind::ReadOnlyFilesystem => "access_denied",
        Kind::StorageFull | Kind::QuotaExceeded => "disk_full",
        Kind::AlreadyExists | Kind::NotADirectory | Kind::IsADirectory => "in_the_way",
        Kind::DirectoryNotEmpty => "directory_not_empty",
        Kind::InvalidFilename => "bad_parameter",
        _ => "io_error",
    };
    // Kinds that the standard library has no words for would all read "uncategorized error".
    let why = if code == "io_error" { error.to_string() } else { error.kind().to_string() };
    Failure::new(code, format!("cannot {doing} `{}`: {why}", path.display()))
}
