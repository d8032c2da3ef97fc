//! Writing data files: a whole one anew, or one value in place with everything around it left as it was.

use super::reader::Reader;
use super::{Entry, Kind, Node};
use crate::Diagnostic;
use crate::diagnostic::Place;
use crate::value::text::{decimal, double_general};

/// One step on the way to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// A key of a table, whatever its case.
    Key(&'a str),
    /// A place in a list, from 0.
    Index(usize),
}

/// Why a value could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text that should be changed is no data file.
    #[error("the file has mistakes: {}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Unreadable(Vec<Diagnostic>),
    /// The way leads nowhere; the number of steps that could be taken.
    #[error("there is no value at step {0} of the way")]
    NoSuchPlace(usize),
    /// A list with a list as its only item, or a number that is none: no literal spells it.
    #[error("the value cannot be written as a literal")]
    Unwritable,
}

/// Writes a value as a file: one key a line, indented by four, in the order given.
///
/// # Errors
/// When no literal spells a value in it.
pub fn write(kind: &Kind) -> Result<String, Error> {
    let mut out = String::new();
    value(kind, 0, &mut out)?;
    out.push('\n');
    Ok(out)
}

/// Changes the value at the end of the way, or adds its last key where the table does not have it; all else stays byte for byte.
///
/// # Errors
/// When the text is no data file, the way leads nowhere, or no literal spells the value.
pub fn set(text: &str, way: &[Step<'_>], to: &Kind) -> Result<String, Error> {
    let mut reader = Reader::new(text, Place { line: 1, column: 1 });
    let root = reader.read().map_err(Error::Unreadable)?;
    let mut node = &root;
    for (taken, step) in way.iter().enumerate() {
        node = match (step, &node.kind) {
            (Step::Key(key), Kind::Table(entries)) => match entries.iter().find(|entry| entry.key.to_lowercase() == key.to_lowercase()) {
                Some(entry) => &entry.value,
                None if taken + 1 == way.len() => return add(text, &reader, node, entries, key, to),
                None => return Err(Error::NoSuchPlace(taken)),
            },
            (Step::Index(index), Kind::Array(items)) => items.get(*index).ok_or(Error::NoSuchPlace(taken))?,
            _ => return Err(Error::NoSuchPlace(taken)),
        };
    }
    let (start, end) = reader.span(node).ok_or(Error::NoSuchPlace(way.len()))?;
    let mut written = String::new();
    value(to, indent_at(text, start), &mut written)?;
    Ok([&text[..start], &written, &text[end..]].concat())
}

/// Adds a key behind the last one, in the table's own layout.
fn add(text: &str, reader: &Reader<'_>, table: &Node, entries: &[Entry], key: &str, to: &Kind) -> Result<String, Error> {
    let (start, end) = reader.span(table).ok_or(Error::NoSuchPlace(0))?;
    let outer = indent_at(text, start);
    let is_on_one_line = !text[start..end].contains(['\n', '\r']);
    let last = entries.last().and_then(|entry| reader.span(&entry.value));
    let mut written = String::new();
    let at = match last {
        Some((last_start, last_end)) => {
            if is_on_one_line {
                written.push_str("; ");
            } else {
                let indent = entries.last().map_or(outer + 4, |_| indent_at(text, last_start));
                written.push('\n');
                written.push_str(&" ".repeat(indent));
            }
            last_end
        }
        None => {
            written.push('\n');
            written.push_str(&" ".repeat(outer + 4));
            start + 2
        }
    };
    let indent = if is_on_one_line { outer } else { indent_of(&written) };
    key_text(key, &mut written);
    written.push_str(" = ");
    value(to, indent, &mut written)?;
    if last.is_none() {
        written.push('\n');
        written.push_str(&" ".repeat(outer));
        return Ok([&text[..at], &written, text[at..end].trim_start(), &text[end..]].concat());
    }
    Ok([&text[..at], &written, &text[at..]].concat())
}

fn indent_of(written: &str) -> usize {
    written.rsplit('\n').next().map_or(0, |line| line.len() - line.trim_start_matches(' ').len())
}

/// How far the line of an offset is indented.
fn indent_at(text: &str, offset: usize) -> usize {
    let line = text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    text[line..].chars().take_while(|c| *c == ' ').count()
}

fn value(kind: &Kind, indent: usize, out: &mut String) -> Result<(), Error> {
    match kind {
        Kind::Null => out.push_str("$null"),
        Kind::Bool(true) => out.push_str("$true"),
        Kind::Bool(false) => out.push_str("$false"),
        Kind::Int(number) => out.push_str(&number.to_string()),
        Kind::Long(number) => {
            out.push_str(&number.to_string());
            // Beyond the range of an int a literal is a long by itself.
            if i32::try_from(*number).is_ok() {
                out.push('L');
            }
        }
        Kind::Double(number) => out.push_str(&double(*number)?),
        Kind::Decimal(number) => {
            out.push_str(&decimal(*number));
            out.push('d');
        }
        Kind::String(text) => quoted(text, out),
        Kind::Block { text, .. } => {
            out.push('{');
            out.push_str(text);
            out.push('}');
        }
        Kind::Array(items) => list(items, indent, out)?,
        Kind::Table(entries) if entries.is_empty() => out.push_str("@{}"),
        Kind::Table(entries) => {
            out.push_str("@{\n");
            for entry in entries {
                out.push_str(&" ".repeat(indent + 4));
                key_text(&entry.key, out);
                out.push_str(" = ");
                value(&entry.value.kind, indent + 4, out)?;
                out.push('\n');
            }
            out.push_str(&" ".repeat(indent));
            out.push('}');
        }
    }
    Ok(())
}

fn double(number: f64) -> Result<String, Error> {
    if number.is_nan() {
        return Err(Error::Unwritable);
    }
    if number.is_infinite() {
        return Ok(if number > 0.0 { "1e400" } else { "-1e400" }.to_owned());
    }
    let text = double_general(number, None);
    Ok(if text.contains(['.', 'E']) { text } else { text + ".0" })
}

/// Lists of plain values stand on one line; tables and blocks on lines of their own.
fn list(items: &[Node], indent: usize, out: &mut String) -> Result<(), Error> {
    let has_lists = items.iter().any(|item| matches!(item.kind, Kind::Array(_)));
    if has_lists && items.len() == 1 {
        return Err(Error::Unwritable);
    }
    let is_long = items.iter().any(|item| matches!(item.kind, Kind::Table(_) | Kind::Block { .. }));
    if !is_long {
        out.push_str("@(");
        for (index, item) in items.iter().enumerate() {
            out.push_str(if index > 0 { ", " } else { "" });
            value(&item.kind, indent, out)?;
        }
        out.push(')');
        return Ok(());
    }
    out.push_str("@(\n");
    for (index, item) in items.iter().enumerate() {
        out.push_str(&" ".repeat(indent + 4));
        value(&item.kind, indent + 4, out)?;
        // Without commas a list on its own line would be unrolled.
        out.push_str(if has_lists && index + 1 < items.len() { ",\n" } else { "\n" });
    }
    out.push_str(&" ".repeat(indent));
    out.push(')');
    Ok(())
}

fn key_text(key: &str, out: &mut String) {
    let is_plain =
        key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_plain { out.push_str(key) } else { quoted(key, out) }
}

/// A single-quoted string; every character that PowerShell takes for a quote is doubled.
fn quoted(text: &str, out: &mut String) {
    out.push('\'');
    for c in text.chars() {
        if crate::scan::is_single_quote(c) {
            out.push(c);
        }
        out.push(c);
    }
    out.push('\'');
}
