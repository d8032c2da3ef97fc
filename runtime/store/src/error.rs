//! What can go wrong with the store.

use std::{path::PathBuf, sync::Arc};

use crate::Expect;

/// A failure of the store. The source is shared because one failed commit is the failure of many batches.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another server has the folder.
    #[error("the data folder `{}` is in use by another server{}", folder.display(), pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    Locked {
        /// The data folder.
        folder: PathBuf,
        /// The process that holds it, if it said so.
        pid: Option<u32>,
    },
    /// A file of the data folder could not be used.
    #[error("failed to use `{}`", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The store was written by a newer program.
    #[error("the store is of version {found}, this program knows versions up to {known}; start the newer program")]
    Newer {
        /// Version of the store.
        found: i64,
        /// Newest version this program knows.
        known: i64,
    },
    /// A migration that was applied is not the one this program has.
    #[error("migration {number} of the store is not the one this program has")]
    Changed {
        /// Its number.
        number: i64,
    },
    /// The database does not keep what it acknowledges.
    #[error("the database answers {pragma} = {found} where {wanted} is needed to keep what is acknowledged")]
    NotDurable {
        /// The setting.
        pragma: &'static str,
        /// What was asked for.
        wanted: &'static str,
        /// What it reads back as.
        found: String,
    },
    /// A statement changed another number of rows than it must; its batch changed nothing.
    #[error("`{label}` changed {found} rows, expected {expected:?}")]
    Expectation {
        /// Label of the statement.
        label: &'static str,
        /// What was expected.
        expected: Expect,
        /// What it would have changed.
        found: u64,
    },
    /// A statement or query failed.
    #[error("failed at `{label}`")]
    Sql {
        /// Label of the statement or name of the query.
        label: &'static str,
        /// The database's own error.
        #[source]
        source: Arc<rusqlite::Error>,
    },
    /// The store is shut down.
    #[error("the store is closed")]
    Closed,
}

impl Error {
    pub(crate) fn sql(label: &'static str, source: rusqlite::Error) -> Self {
        Error::Sql { label, source: Arc::new(source) }
    }

    pub(crate) fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Error::File { path: path.into(), source: Arc::new(source) }
    }

    /// Whether the guard of that label refused the batch.
    pub fn is_guard(&self, guard: &str) -> bool {
        matches!(self, Error::Expectation { label, .. } if *label == guard)
    }
}
