//! Reading a data file: every mistake is noted, then the reader goes on after the entry that holds it.

use super::{Entry, Kind, Node};
use crate::diagnostic::{Diagnostic, Place};
use crate::scan::{Part, Scanner, is_dash, is_double_quote, is_single_quote, number};
use crate::value::Value;

/// How deep tables and lists may stand in each other.
const DEPTH: usize = 64;

/// How many keys a table may have: `Import-PowerShellDataFile` takes no more.
const KEYS: usize = 500;

/// A mistake has been noted; the caller skips what belongs to it.
struct Noted;

type Read<T> = Result<T, Noted>;

pub(super) struct Reader<'a> {
    scan: Scanner<'a>,
    errors: Vec<Diagnostic>,
    depth: usize,
    /// The rest cannot be understood, so nothing more is said about it.
    is_lost: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, base: Place) -> Self {
        Self { scan: Scanner::new(text, base), errors: Vec::new(), depth: 0, is_lost: false }
    }

    pub(super) fn file(mut self) -> Result<Node, Vec<Diagnostic>> {
        let root = self.root().ok();
        match root {
            Some(root) if self.errors.is_empty() => Ok(root),
            _ => Err(self.errors),
        }
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
        Ok(node(kind))
    }

    /// Values with commas between them are a list.
    fn values(&mut self) -> Read<Node> {
        let first = self.value()?;
        self.skip_blanks()?;
        if self.scan.peek() != Some(',') {
            return Ok(first);
        }
        let (line, column) = (first.line, first.column);
        let mut items = vec![first];
        while self.scan.eat(",") {
            self.skip_lines()?;
            items.push(self.value()?);
            self.skip_blanks()?;
        }
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

    fn block(&mut self) -> Read<Kind> {
        self.scan.at += 1;
        let start = self.scan.at;
        let place = self.scan.here();
        let end = self.scan.skip_balanced('{').map_err(|error| self.fatal(error))?;
        let text = self.scan.text[start..end].to_owned();
        Ok(Kind::Block { text, line: place.line, column: place.column })
    }

    fn here_string(&mut self) -> Read<Kind> {
        let start = self.scan.at;
        let is_single = self.scan.peek_second().is_some_and(is_single_quote);
        let (body, end) = self.scan.here_body().map_err(|error| self.fatal(error))?;
        if is_single {
            return Ok(Kind::String(self.scan.text[body..end].to_owned()));
        }
        let after = self.scan.at;
        self.scan.at = body;
        let kind = self.double_quoted(Some(end), start);
        self.scan.at = after;
        kind
    }

    fn double_quoted(&mut self, end: Option<usize>, start: usize) -> Read<Kind> {
        let mut out = String::new();
        loop {
            match self.scan.expandable(end) {
                Ok(Part::Text(text)) => out.push_str(&text),
                Ok(Part::End) => return Ok(Kind::String(out)),
                Ok(Part::Dollar) => {
                    let at = self.scan.at;
                    let noted = self.fail(
                        "no_expansion",
                        "a data file expands no `$` in strings",
                        "use single quotes, or a block `{ \"...\" }`",
                        at,
                    );
                    self.scan.at = start;
                    self.scan.skip_string().map_err(|error| self.fatal(error))?;
                    return noted;
                }
                Err(error) => return Err(self.fatal(error)),
            }
        }
    }

    fn constant(&mut self) -> Read<Kind> {
        let start = self.scan.at;
        self.scan.at += 1;
        let name = self.scan.word(false);
        match name.to_ascii_lowercase().as_str() {
            "true" => Ok(Kind::Bool(true)),
            "false" => Ok(Kind::Bool(false)),
            "null" => Ok(Kind::Null),
            _ => {
                let near = crate::nearest::nearest(name, ["true", "false", "null"].into_iter());
                let hint = near.map_or_else(
                    || format!("write a block `{{ ${name} }}` where one is allowed"),
                    |near| format!("did you mean `${near}`?"),
                );
                self.fail("no_variables", format!("`${name}` has no value in a data file"), hint, start)
            }
        }
    }

    fn number(&mut self) -> Read<Kind> {
        let start = self.scan.at;
        let text = self.scan.rest();
        let dash = self.scan.peek().filter(|c| is_dash(*c));
        if let Some(dash) = dash {
            self.scan.at += dash.len_utf8();
            self.skip_blanks()?;
        }
        // `-5` is one literal, so the smallest int is an int; `- 5` is a number and its negative.
        let is_close = dash.is_some_and(|dash| self.scan.at == start + dash.len_utf8());
        let from = if is_close { text } else { self.scan.rest() };
        let Some(literal) = number::scan(from, is_close) else {
            self.scan.at = start;
            return self.not_a_value(start);
        };
        self.scan.at = if is_close { start } else { self.scan.at } + literal.len;
        let value =
            literal.value.and_then(plain_number).and_then(|kind| if dash.is_some() && !is_close { negated(kind) } else { Some(kind) });
        match value {
            Some(kind) => Ok(kind),
            None => self.fail(
                "bad_number",
                "this number does not fit its type",
                "numbers are int, long, double, or decimal with the suffix `d`",
                start,
            ),
        }
    }

    fn not_a_value(&mut self, start: usize) -> Read<Kind> {
        let word: String =
            self.scan.rest().chars().take_while(|c| !c.is_whitespace() && !matches!(c, ';' | ',' | '}' | ')')).take(40).collect();
        let (message, hint) = match self.scan.peek() {
            Some(c) if c.is_alphabetic() || c == '_' => {
                (format!("`{word}` is not a value; strings stand in quotes"), format!("write `'{}'`", word.replace('\'', "''")))
            }
            Some('(') => {
                ("a data file computes nothing: no parentheses".to_owned(), "write the value itself, or a block `{ ... }`".to_owned())
            }
            Some('[') => (
                "a data file converts nothing: no types".to_owned(),
                "write a string; it is converted by the type of what it is for".to_owned(),
            ),
            Some(_) if !word.is_empty() => {
                (format!("`{word}` is not a value of a data file"), "write a literal, `@( )`, `@{ }` or a block `{ }`".to_owned())
            }
            _ => ("a value is missing here".to_owned(), "write a literal, `@( )`, `@{ }` or a block `{ }`".to_owned()),
        };
        self.fail("not_a_value", message, hint, start)
    }

    /// What would make PowerShell read on: a member, an index, a unit that is none.
    fn nothing_sticks(&mut self, kind: &Kind) -> Read<()> {
        let at = self.scan.at;
        match self.scan.peek() {
            Some('.' | '[') => {
                self.fail("no_operators", "a data file computes nothing: no members, no indexes", "use a block `{ ... }`", at)
            }
            Some(c) if c.is_alphanumeric() || c == '_' => {
                let (code, message) = match kind {
                    Kind::Int(_) | Kind::Long(_) | Kind::Double(_) | Kind::Decimal(_) => ("bad_number", "this is not a number"),
                    _ => ("missing_separator", "something follows the value without a space"),
                };
                self.fail(code, message, "strings stand in quotes; entries end with a line or `;`", at)
            }
            _ => Ok(()),
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

    fn fail<T>(&mut self, code: &'static str, message: impl Into<String>, hint: impl Into<String>, at: usize) -> Read<T> {
        if !self.is_lost {
            let place = self.scan.place(at);
            self.errors.push(Diagnostic::new(code, message, place).hint(hint));
            self.is_lost = code == "missing_end";
        }
        Err(Noted)
    }

    /// A mistake after which nothing of the rest can be understood.
    fn fatal(&mut self, error: Diagnostic) -> Noted {
        if !self.is_lost {
            self.errors.push(error);
        }
        self.is_lost = true;
        self.scan.at = self.scan.text.len();
        Noted
    }

    fn skip_lines(&mut self) -> Read<()> {
        self.scan.skip_lines().map_err(|error| self.fatal(error))
    }

    fn skip_separators(&mut self) -> Read<()> {
        self.skip_lines()?;
        while self.scan.eat(";") {
            self.skip_lines()?;
        }
        Ok(())
    }

    fn skip_blanks(&mut self) -> Read<()> {
        self.scan.skip_blanks().map_err(|error| self.fatal(error))
    }
}

fn plain_number(value: Value) -> Option<Kind> {
    match value {
        Value::Int(value) => Some(Kind::Int(value)),
        Value::Long(value) => Some(Kind::Long(value)),
        Value::Double(value) => Some(Kind::Double(value)),
        Value::Decimal(value) => Some(Kind::Decimal(value)),
        _ => None,
    }
}

fn negated(kind: Kind) -> Option<Kind> {
    Some(match kind {
        Kind::Int(value) => Kind::Int(value.checked_neg()?),
        Kind::Long(value) => Kind::Long(value.checked_neg()?),
        Kind::Double(value) => Kind::Double(-value),
        Kind::Decimal(value) => Kind::Decimal(-value),
        _ => return None,
    })
}
