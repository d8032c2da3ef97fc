//! What the caller hands to a host for one script, and what comes back.

use std::{fmt, path::PathBuf, sync::Arc, time::Duration};

use futures::future::BoxFuture;
use model::{Failure, LogLevel, Object, Value};
use tokio::sync::watch;

/// For whom a host runs. A host serves one binding only, from its first run to its end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Binding {
    /// Who owns the script: the package or the provider's folder it comes from.
    pub owner: String,
    /// The customer whose run it is.
    pub customer: String,
}

/// Takes each log record as it is written, in order.
pub type LogSink = Arc<dyn Fn(Record) + Send + Sync>;

/// Takes each progress record as it is written.
pub type ProgressSink = Arc<dyn Fn(Progress) + Send + Sync>;

/// Answers what a script asks for. A failure's code becomes the error id the script sees.
pub type AskSink = Arc<dyn Fn(Ask) -> BoxFuture<'static, Result<Value, Failure>> + Send + Sync>;

/// One script to run.
#[derive(Clone)]
pub struct Call {
    /// For whom.
    pub binding: Binding,
    /// The read-only script file; it is invoked by this path.
    pub script: PathBuf,
    /// Typed parameters, bound by name. What is not there is not bound.
    pub parameters: Object,
    /// The prepared variables by name, without `$` (`Customer`, `Plan` ...): read-only copies in the session.
    pub variables: Object,
    /// Wall time for the script. After it the script is stopped and, if it does not stop, its host killed.
    pub timeout: Duration,
    /// Sets `$WhatIfPreference`, which a script with `SupportsShouldProcess` honours as if it were called with `-WhatIf`.
    pub what_if: bool,
    /// Takes log records.
    pub log: LogSink,
    /// Takes progress records, if anybody wants them.
    pub progress: Option<ProgressSink>,
    /// Answers what the script asks for.
    pub ask: AskSink,
    /// Becomes true when the script must stop.
    pub stop: watch::Receiver<bool>,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("binding", &self.binding).field("script", &self.script).finish_non_exhaustive()
    }
}

/// One record a script wrote to a stream or with `Write-StoaLog`.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Level.
    pub level: LogLevel,
    /// Stable code, if the script gave one.
    pub code: Option<String>,
    /// What was said.
    pub message: String,
    /// Named data that came along.
    pub data: Object,
    /// File name and line that said it (`New-BackupAccount.ps1:31`), if known.
    pub source: Option<String>,
}

/// One progress record.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// What is being done.
    pub activity: String,
    /// How it stands.
    pub status: String,
    /// 0 to 100, or -1 when unknown.
    pub percent: i32,
    /// Whether it is over.
    pub completed: bool,
}

/// What a script asks the server for while it runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// What: `secret`, `permission`, `http` ...
    pub op: String,
    /// Its named arguments.
    pub args: Object,
}

/// How a script ended, and what it gave.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// Whether it ended well.
    pub outcome: Ended,
    /// The objects of its output stream, in order.
    pub output: Vec<Value>,
    /// What it gave to `Set-StoaResult`.
    pub results: Object,
}

/// How a script ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// It came to its end, or to `exit 0`.
    Done,
    /// Proved: it changed nothing. It never started, or said so with `Stop-StoaStep -NotDone`.
    NotDone(Failure),
    /// Whatever it began may or may not have happened: error, exit code, time-out, stop, lost host.
    Unclear(Failure),
}
