//! An expression as its author wrote it, and where.

use serde::{Deserialize, Serialize};

/// Where something stands in an author's file. Lines and columns start at 1; a column counts characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Path of the file inside its package, with `/`.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A PowerShell expression that is not compiled yet: the text between the braces of a script block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The text, without the braces.
    pub text: String,
    /// Where the first character of `text` stands.
    pub position: Position,
}
