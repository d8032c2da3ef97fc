//! What is wrong with a text and where, in words for its author.

use std::fmt;

/// One mistake in a data file, a script's head or an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable word for programs, such as `unknown_variable`.
    pub code: &'static str,
    /// What is wrong, as a sentence without the place.
    pub message: String,
    /// What to write instead, where we know.
    pub hint: Option<String>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Diagnostic {
    pub(crate) fn new(code: &'static str, message: impl Into<String>, at: Place) -> Self {
        Self { code, message: message.into(), hint: None, line: at.line, column: at.column }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(out, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Diagnostic {}

/// Why an expression that compiled has no value this time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EvalError {
    /// PowerShell's error id where it has one; ours begin with `Stoa`.
    pub code: String,
    /// What went wrong, as a sentence without the place.
    pub message: String,
    /// The line of the operator or call that failed, from 1.
    pub line: u32,
    /// Its column in characters, from 1.
    pub column: u32,
}

/// A line and a column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
}
