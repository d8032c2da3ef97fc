//! Log records of runs: five levels, the same from scripts, natives and jobs.

use serde::{Deserialize, Serialize};

use crate::{Object, Timestamp, words};

words! {
    /// Level of a record; the order is that of importance.
    LogLevel {
        /// PowerShell's debug stream.
        Debug = "debug",
        /// PowerShell's verbose stream.
        Verbose = "verbose",
        /// PowerShell's information stream.
        Information = "information",
        /// PowerShell's warning stream.
        Warning = "warning",
        /// PowerShell's error stream.
        Error = "error",
    }
}

/// One record of what a step said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LogRecord {
    /// When it was said.
    pub at: Timestamp,
    /// Sequence number of the step in its run.
    pub step: u32,
    /// Level.
    pub level: LogLevel,
    /// Stable code, if it has one.
    pub code: Option<String>,
    /// What was said.
    pub message: String,
    /// Named data that came along.
    pub data: Object,
    /// Script and line that said it (`New-BackupAccount.ps1:31`), if known.
    pub source: Option<String>,
}
