//! Why a template was not rendered, in sentences of our own.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a template was not rendered. Shown with its place, where that is known: `line 2, column 3: ...`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    /// Stable code: `template_syntax`, `template_name`, `template_include`, `template_value`, `template_too_slow`, `template_too_big`,
    /// `template_crashed`, `subject_line_break`, `render_unavailable`.
    pub code: String,
    /// One sentence for the author or operator.
    pub message: String,
    /// Line in the template, from 1, where it is known.
    pub line: Option<u32>,
    /// Column, from 1.
    pub column: Option<u32>,
}

impl Error {
    /// An error that is not about a place in the template.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Error { code: code.to_owned(), message: message.into(), line: None, column: None }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "line {line}, column {column}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
