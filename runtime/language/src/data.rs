//! The data-file reader: literals, `@()`, `@{}`, unary minus, `$true`, `$false`, `$null`, script blocks;
//! nothing else. It gathers all mistakes of a file, each with its place.

use rust_decimal::Decimal;

use crate::Diagnostic;
use crate::diagnostic::Place;

mod reader;
mod scalar;
mod writer;

pub use writer::{Error, Step, set, write};

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
    /// The key as written, without quotes.
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
    read_at(text, Place { line: 1, column: 1 })
}

/// Reads a table that stands somewhere in a larger file.
pub(crate) fn read_at(text: &str, base: Place) -> Result<Node, Vec<Diagnostic>> {
    reader::Reader::new(text, base).file()
}

/// Reads one value without a comma in it, as an attribute's argument is; `None` when it is anything else.
pub(crate) fn value_at(text: &str, base: Place) -> Option<Node> {
    reader::Reader::new(text, base).single()
}
