//! What is wrong in a file of a package, where, and what was probably meant.

use model::Position;

/// One mistake of a package's author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Where it stands; line and column 1 when it is about a whole file.
    pub position: Position,
    /// Stable code, snake_case.
    pub code: &'static str,
    /// One sentence for the author.
    pub message: String,
    /// What was probably meant, or what to do.
    pub hint: Option<String>,
}

impl Error {
    /// A mistake without a hint.
    pub fn new(position: Position, code: &'static str, message: impl Into<String>) -> Self {
        Error { position, code, message: message.into(), hint: None }
    }

    /// With what was probably meant.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.position, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}
