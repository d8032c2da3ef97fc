//! The data-file reader: literals, `@()`, `@{}`, unary minus, `$true`, `$false`, `$null`, script blocks;
//! nothing else. It gathers all mistakes of a file, each with its place.

use rust_decimal::Decimal;

use crate::Diagnostic;

/// A value of a data file and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// The line of its first character, from 1.
    pub line: u32,
    /// The column of its first character, from 1.
    pub column: u32,
}

/// What a data file may hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `$null`
    Null,
    /// `$true`, `$false`
    Bool(bool),
    /// A whole number that fits 32 bits.
    Int(i32),
    /// A whole number that fits 64 bits.
    Long(i64),
    /// A number with a point or an exponent, or one too large for 64 bits.
    Double(f64),
    /// A number with the suffix `d`.
    Decimal(Decimal),
    /// A string of any form, without expansion.
    String(String),
    /// `@( ... )` or values with commas between them.
    Array(Vec<Node>),
    /// `@{ ... }` in the order of its source.
    Table(Vec<Entry>),
    /// `{ ... }`
    Block {
        /// What stands between the braces.
        text: String,
        /// The line of the first character of `text`.
        line: u32,
        /// The column of the first character of `text`.
        column: u32,
    },
}

/// A key of a table and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key as written; keys that are numbers as their text.
    pub key: String,
    /// The line of the key, from 1.
    pub line: u32,
    /// The column of the key, from 1.
    pub column: u32,
    /// The value.
    pub value: Node,
}

/// Reads a data file.
///
/// # Errors
/// Every mistake of the file, in its order.
pub fn read(text: &str) -> Result<Node, Vec<Diagnostic>> {
    let _ = text;
    todo!()
}
