//! The values of a data file that hold no others.

use super::Kind;
use super::reader::{Read, Reader, negated, plain_number};
use crate::scan::{Part, is_dash, is_single_quote, number};

impl Reader<'_> {
    pub(super) fn block(&mut self) -> Read<Kind> {
        self.scan.at += 1;
        let start = self.scan.at;
        let place = self.scan.here();
        let end = self.scan.skip_balanced('{').map_err(|error| self.fatal(error))?;
        let text = self.scan.text[start..end].to_owned();
        Ok(Kind::Block { text, line: place.line, column: place.column })
    }

    pub(super) fn here_string(&mut self) -> Read<Kind> {
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

    pub(super) fn double_quoted(&mut self, end: Option<usize>, start: usize) -> Read<Kind> {
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

    pub(super) fn constant(&mut self) -> Read<Kind> {
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

    pub(super) fn number(&mut self) -> Read<Kind> {
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

    pub(super) fn not_a_value(&mut self, start: usize) -> Read<Kind> {
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
    pub(super) fn nothing_sticks(&mut self, kind: &Kind) -> Read<()> {
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
}
