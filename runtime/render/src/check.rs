//! The check of a template before it is ever rendered.

use crate::{Content, Known, Partials};

/// Something wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable code, as of [`crate::Error`].
    pub code: &'static str,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// One sentence.
    pub message: String,
    /// What was probably meant.
    pub hint: Option<String>,
}

/// All that is wrong with a template that makes `content`, may include `partials` and use the names of `known`.
#[expect(clippy::todo, reason = "the interface comes first")]
pub fn check(_template: &str, _content: Content, _partials: &Partials, _known: &Known) -> Vec<Finding> {
    todo!()
}
