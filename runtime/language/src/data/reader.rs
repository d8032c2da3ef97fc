//! Reading a data file: every mistake is noted, then the reader goes on after the entry that holds it.

use super::{Entry, Kind, Node};
use crate::diagnostic::{Diagnostic, Place};
use crate::scan::{Scanner, is_dash, is_double_quote, is_single_quote};
use crate::value::Value;

/// How deep tables and lists may stand in each other.
const DEPTH: usize = 64;

/// How many keys a table may have: `Import-PowerShellDataFile` takes no more.
const KEYS: usize = 500;

/// A mistake has been noted; the caller skips what belongs to it.
pub(super) struct Noted;

pub(super) type Read<T> = Result<T, Noted>;

pub(super) struct Reader<'a> {
    pub(super) scan: Scanner<'a>,
    errors: Vec<Diagnostic>,
    depth: usize,
    /// The rest cannot be understood, so nothing more is said about it.
    is_lost: bool,
    /// Where each value stands in the text, by its place.
    spans: Vec<(Place, (usize, usize))>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, base: Place) -> Self {
        Self { scan: Scanner::new(text, base), errors: Vec::new(), depth: 0, is_lost: false, spans: Vec::new() }
    }

    pub(super) fn file(mut self) -> Result<Node, Vec<Diagnostic>> {
        self.read()
    }

    /// Reads the file and keeps where its values stand.
    pub(super) fn read(&mut self) -> Result<Node, Vec<Diagnostic>> {
        let root = self.root().ok();
        match root {
            Some(root) if self.errors.is_empty() => Ok(root),
            _ => Err(std::mem::take(&mut self.errors)),
        }
    }

    /// Where a value stands in the text. A list without `@( )` begins where its first item does and is the longer of the two.
    pub(super) fn span(&self, node: &Node) -> Option<(usize, usize)> {
        let found = self.spans.iter().filter(|(place, _)| place.line == node.line && place.column == node.column).map(|(_, span)| *span);
        if matches!(node.kind, Kind::Array(_)) { found.max_by_key(|span| span.1) } else { found.min_by_key(|span| span.1) }
    }

    /// The whole text as one value.
    pub(super) fn single(mut self) -> Option<Node> {
        self.skip_lines().ok()?;
        let node = self.value().ok()?;
        self.skip_lines().ok()?;
        (self.scan.is_at_end() && self.errors.is_empty()).then_some(node)
    }

    fn root(&mut self) -> Read<Node> {
        self.skip_lines()?;
        if !self.scan.rest().starts_with("@{") {
            let at = self.scan.at;
            return self.fail("no_table", "a data file holds one table", "begin with `@{` and end with `}`", at);
        }
        let root = self.value()?;
        loop {
            self.skip_lines()?;
            if !self.scan.eat(";") {
                break;
            }
        }
        if !self.scan.is_at_end() {
            let at = self.scan.at;
            return self.fail("after_table", "nothing may follow the table of a data file", "is a `}` too early?", at);
        }
        Ok(root)
    }

    /// A value with no comma in it.
    fn value(&mut self) -> Read<Node> {
        let start = self.scan.at;
        let place = self.scan.here();
        let node = |kind| Node { kind, line: place.line, column: place.column };
        self.depth += 1;
        if self.depth > DEPTH {
            let skipped = self.fail("too_deep", "tables and lists stand too deep in each other", "64 levels are the limit", start);
            self.scan.at = self.scan.text.len();
            self.is_lost = true;
            return skipped;
        }
        let kind = match self.scan.peek() {
            Some('@') => match self.scan.peek_second() {
                Some('{') => self.table(),
                Some('(') => self.list(),
                Some(c) if is_single_quote(c) || is_double_quote(c) => self.here_string(),
                _ => self.not_a_value(start),
            },
            Some('{') => self.block(),
            Some('$') => self.constant(),
            Some(c) if is_single_quote(c) => self.scan.single_quoted().map(Kind::String).map_err(|error| self.fatal(error)),
            Some(c) if is_double_quote(c) => {
                self.scan.bump();
                self.double_quoted(None, start)
            }
            Some(c) if c.is_ascii_digit() || c == '.' || is_dash(c) => self.number(),
            _ => self.not_a_value(start),
        };
        self.depth -= 1;
        let kind = kind?;
        self.nothing_sticks(&kind)?;
        self.spans.push((place, (start, self.scan.at)));
        Ok(node(kind))
    }

    /// Values with commas between them are a list.
    fn values(&mut self) -> Read<Node> {
        let start = self.scan.at;
        let first = self.value()?;
        let after = self.scan.at;
        self.skip_blanks()?;
        if self.scan.peek() != Some(',') {
            self.scan.at = after;
            return Ok(first);
        }
        let (line, column) = (first.line, first.column);
        let mut end = after;
        let mut items = vec![first];
        while self.scan.eat(",") {
            self.skip_lines()?;
            items.push(self.value()?);
            end = self.scan.at;
            self.skip_blanks()?;
        }
        self.spans.push((Place { line, column }, (start, end)));
        Ok(Node { kind: Kind::Array(items), line, column })
    }

    fn table(&mut self) -> Read<Kind> {
        let start = self.scan.at;
        self.scan.at += 2;
        let mut entries: Vec<Entry> = Vec::new();
        let mut whole = true;
        loop {
            self.skip_lines()?;
            if self.scan.eat("}") {
                return if whole { Ok(Kind::Table(entries)) } else { Err(Noted) };
            }
            if self.scan.is_at_end() {
                return self.fail("missing_end", "the table that begins here with `@{` has no `}`", "add `}`", start);
            }
            if entries.len() == KEYS {
                let skipped = self.fail("too_many_keys", "this table has too many keys", format!("{KEYS} are the limit"), start);
                self.scan.at = self.scan.text.len();
                self.is_lost = true;
                return skipped;
            }
            match self.entry(&entries) {
                Ok(entry) => entries.push(entry),
                Err(Noted) => {
                    whole = false;
                    self.recover('}');
                }
            }
            self.skip_separators()?;
        }
    }

    fn entry(&mut self, before: &[Entry]) -> Read<Entry> {
        let start = self.scan.at;
        let Place { line, column } = self.scan.here();
        let key = self.key()?;
        if let Some(first) = before.iter().find(|entry| entry.key.to_lowercase() == key.to_lowercase()) {
            let hint = format!("the first is in line {}", first.line);
            // The value is still read, so that its own mistakes are seen too.
            self.errors
                .push(Diagnostic::new("duplicate_key", format!("`{key}` stands twice in this table"), Place { line, column }).hint(hint));
        }
        self.skip_blanks()?;
        if !self.scan.eat("=") {
            let at = self.scan.at;
            let hint = format!("write `{key} = ...`");
            return self.fail("missing_equals", format!("`=` is missing after `{key}`"), hint, at);
        }
        self.skip_lines()?;
        if matches!(self.scan.peek(), None | Some('}' | ';')) {
            return self.fail("missing_value", format!("`{key}` has no value"), format!("write `{key} = $null` if that is meant"), start);
        }
        let value = self.values()?;
        self.end_of_value()?;
        Ok(Entry { key, line, column, value })
    }

    fn key(&mut self) -> Read<String> {
        let start = self.scan.at;
        match self.scan.peek() {
            Some(c) if is_single_quote(c) => self.scan.single_quoted().map_err(|error| self.fatal(error)),
            Some(c) if is_double_quote(c) => {
                self.scan.bump();
                match self.double_quoted(None, start)? {
                    Kind::String(key) => Ok(key),
                    _ => Err(Noted),
                }
            }
            Some(c) if c.is_alphabetic() || c == '_' => {
                let key = self.scan.word(false);
                if self.scan.peek().is_some_and(|c| c == '-' || c == '.') {
                    self.scan.at = start;
                    let whole = self.scan.rest().split(|c: char| c.is_whitespace() || c == '=').next().unwrap_or(key).to_owned();
                    return self.fail("bad_key", format!("`{whole}` cannot be a key without quotes"), format!("write `'{whole}'`"), start);
                }
                Ok(key.to_owned())
            }
            _ => {
                let rest = self.scan.rest();
                let found: String = rest.chars().take_while(|c| !c.is_whitespace() && *c != '=').take(20).collect();
                self.fail("bad_key", format!("`{found}` is not a key"), "a key is a name or a string in single quotes", start)
            }
        }
    }

    /// `@( ... )`: PowerShell unrolls a list that is a statement of its own, so `@(@(1, 2))` is `@(1, 2)`.
    fn list(&mut self) -> Read<Kind> {
        let start = self.scan.at;
        self.scan.at += 2;
        let mut items = Vec::new();
        let mut whole = true;
        loop {
            self.skip_lines()?;
            if self.scan.eat(")") {
                return if whole { Ok(Kind::Array(items)) } else { Err(Noted) };
            }
            if matches!(self.scan.peek(), None | Some('}')) {
                return self.fail("missing_end", "the list that begins here with `@(` has no `)`", "add `)`", start);
            }
            match self.values().and_then(|value| self.end_of_value().map(|()| value)) {
                Ok(Node { kind: Kind::Array(inner), .. }) => items.extend(inner),
                Ok(value) => items.push(value),
                Err(Noted) => {
                    whole = false;
                    self.recover(')');
                }
            }
            self.skip_separators()?;
        }
    }

    fn end_of_value(&mut self) -> Read<()> {
        self.skip_blanks()?;
        match self.scan.peek() {
            None | Some('\n' | '\r' | ';' | '}' | ')') => Ok(()),
            Some(_) => {
                let at = self.scan.at;
                self.fail(
                    "missing_separator",
                    "something stands after the value on its line",
                    "entries are separated by `;` or a new line; a data file computes nothing",
                    at,
                )
            }
        }
    }

    /// After a mistake: on to the end of the entry.
    fn recover(&mut self, closer: char) {
        while let Some(c) = self.scan.peek() {
            let skipped = match c {
                '\n' | '\r' | ';' => return,
                _ if c == closer => return,
                '#' => {
                    self.scan.skip_line_comment();
                    Ok(())
                }
                '(' | '{' | '[' => {
                    self.scan.bump();
                    self.scan.skip_balanced(c).map(drop)
                }
                _ if is_single_quote(c) || is_double_quote(c) => self.scan.skip_string(),
                _ => {
                    self.scan.bump();
                    Ok(())
                }
            };
            if skipped.is_err() {
                self.scan.at = self.scan.text.len();
            }
        }
    }

    pub(super) fn fail<T>(&mut self, code: &'static str, message: impl Into<String>, hint: impl Into<String>, at: usize) -> Read<T> {
        if !self.is_lost {
            let place = self.scan.place(at);
            self.errors.push(Diagnostic::new(code, message, place).hint(hint));
            self.is_lost = code == "missing_end";
        }
        Err(Noted)
    }

    /// A mistake after which nothing of the rest can be understood.
    pub(super) fn fatal(&mut self, error: Diagnostic) -> Noted {
        if !self.is_lost {
            self.errors.push(error);
        }
        self.is_lost = true;
        self.scan.at = self.scan.text.len();
        Noted
    }

    pub(super) fn skip_lines(&mut self) -> Read<()> {
        self.scan.skip_lines().map_err(|error| self.fatal(error))
    }

    fn skip_separators(&mut self) -> Read<()> {
        self.skip_lines()?;
        while self.scan.eat(";") {
            self.skip_lines()?;
        }
        Ok(())
    }

    pub(super) fn skip_blanks(&mut self) -> Read<()> {
        self.scan.skip_blanks().map_err(|error| self.fatal(error))
    }
}

pub(super) fn plain_number(value: Value) -> Option<Kind> {
    match value {
        Value::Int(value) => Some(Kind::Int(value)),
        Value::Long(value) => Some(Kind::Long(value)),
        Value::Double(value) => Some(Kind::Double(value)),
        Value::Decimal(value) => Some(Kind::Decimal(value)),
        _ => None,
    }
}

pub(super) fn negated(kind: Kind) -> Option<Kind> {
    Some(match kind {
        Kind::Int(value) => Kind::Int(value.checked_neg()?),
        Kind::Long(value) => Kind::Long(value.checked_neg()?),
        Kind::Double(value) => Kind::Double(-value),
        Kind::Decimal(value) => Kind::Decimal(-value),
        _ => return None,
    })
}
