//! String literals of all four kinds.

use super::Scanner;
use crate::diagnostic::Diagnostic;

/// A piece of a double-quoted string: text with its escapes undone, or the offset of a `$` that wants expanding.
pub(crate) enum Part {
    Text(String),
    /// The offset of the `$`; the scanner stands on it and the caller must move past what it reads.
    Dollar,
    End,
}

pub(crate) fn is_single_quote(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}')
}

pub(crate) fn is_double_quote(c: char) -> bool {
    matches!(c, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}

impl Scanner<'_> {
    /// What stands in a single-quoted string; the scanner is on its quote.
    pub(crate) fn single_quoted(&mut self) -> Result<String, Diagnostic> {
        let start = self.at;
        self.bump();
        let mut out = String::new();
        while let Some(c) = self.bump() {
            if !is_single_quote(c) {
                out.push(c);
            } else if self.peek().is_some_and(is_single_quote) {
                out.extend(self.bump());
            } else {
                return Ok(out);
            }
        }
        Err(Diagnostic::new("missing_end", "the string that begins here has no closing quote", self.place(start)))
    }

    /// The body of a here-string of either kind; the scanner is on its `@`. Gives the offsets of the body.
    pub(crate) fn here_body(&mut self) -> Result<(usize, usize), Diagnostic> {
        let start = self.at;
        self.at += 1;
        let single = self.bump().is_some_and(is_single_quote);
        while self.peek().is_some_and(|c| c == ' ' || c == '\t') {
            self.at += 1;
        }
        if !self.skip_line_end() {
            return Err(Diagnostic::new("here_string", "nothing may stand after the opening of a here-string on its line", self.here()));
        }
        let body = self.at;
        let mut line = self.at;
        loop {
            let rest = &self.text[line..];
            let mut chars = rest.chars();
            let quote = chars.next();
            let closes = quote.is_some_and(|c| if single { is_single_quote(c) } else { is_double_quote(c) }) && chars.next() == Some('@');
            if closes {
                let quote_len = quote.map_or(0, char::len_utf8);
                self.at = line + quote_len + 1;
                return Ok((body, line_end_before(self.text, body, line)));
            }
            let Some(next) = rest.find(['\n', '\r']) else {
                self.at = self.text.len();
                return Err(Diagnostic::new(
                    "missing_end",
                    "the here-string that begins here has no end at the start of a line",
                    self.place(start),
                ));
            };
            line += next + if rest[next..].starts_with("\r\n") { 2 } else { 1 };
        }
    }

    /// The next piece of a double-quoted text that ends at `end`, or at its quote when there is no `end`.
    pub(crate) fn expandable(&mut self, end: Option<usize>) -> Result<Part, Diagnostic> {
        let start = self.at;
        let mut out = String::new();
        loop {
            if end.is_some_and(|end| self.at >= end) {
                return Ok(if out.is_empty() { Part::End } else { Part::Text(out) });
            }
            match self.peek() {
                None => return Err(Diagnostic::new("missing_end", "the string has no closing quote", self.place(start))),
                Some(c) if is_double_quote(c) && end.is_none() => {
                    if self.peek_second().is_some_and(is_double_quote) {
                        self.bump();
                        out.extend(self.bump());
                    } else if out.is_empty() {
                        self.bump();
                        return Ok(Part::End);
                    } else {
                        return Ok(Part::Text(out));
                    }
                }
                Some('`') => {
                    self.bump();
                    self.escape(&mut out)?;
                }
                Some('$') if self.dollar_expands() => return Ok(if out.is_empty() { Part::Dollar } else { Part::Text(out) }),
                Some(c) => {
                    self.bump();
                    out.push(c);
                }
            }
        }
    }

    /// Whether the `$` here begins a variable or `$( )`; otherwise it is only a character.
    fn dollar_expands(&self) -> bool {
        self.peek_second()
            .is_some_and(|c| c == '(' || c == '{' || c == '_' || c == '?' || c == '^' || c == '$' || c.is_alphanumeric() || c == ':')
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Diagnostic> {
        let start = self.at;
        match self.bump() {
            Some('0') => out.push('\0'),
            Some('a') => out.push('\u{7}'),
            Some('b') => out.push('\u{8}'),
            Some('e') => out.push('\u{1b}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some('v') => out.push('\u{b}'),
            Some('u') => {
                let digits = self.rest().strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(digits, _)| digits);
                let code = digits.filter(|d| (1..=6).contains(&d.len())).and_then(|d| u32::from_str_radix(d, 16).ok());
                match (digits, code.and_then(char::from_u32)) {
                    (Some(digits), Some(c)) => {
                        self.at += digits.len() + 2;
                        out.push(c);
                    }
                    _ => {
                        return Err(Diagnostic::new(
                            "unicode_escape",
                            "after `` `u `` stands `{` 1 to 6 hexadecimal digits `}`",
                            self.place(start),
                        ));
                    }
                }
            }
            Some('\r') => {
                self.eat("\n");
            }
            Some('\n') | None => {}
            Some(c) => out.push(c),
        }
        Ok(())
    }

    /// Moves past a string of any kind without looking at what it says.
    pub(crate) fn skip_string(&mut self) -> Result<(), Diagnostic> {
        let start = self.at;
        match self.peek() {
            Some('@') => self.skip_here_string(),
            Some(c) if is_single_quote(c) => self.single_quoted().map(drop),
            _ => {
                self.bump();
                self.skip_double_quoted(start)
            }
        }
    }

    fn skip_here_string(&mut self) -> Result<(), Diagnostic> {
        let start = self.at;
        if self.here_body().is_err() {
            if self.at > start + 2 && !self.is_at_end() {
                // `@"` followed by text on the same line: the caller reports it; go on after the quote.
                return Ok(());
            }
            return Err(Diagnostic::new(
                "missing_end",
                "the here-string that begins here has no end at the start of a line",
                self.place(start),
            ));
        }
        Ok(())
    }

    fn skip_double_quoted(&mut self, start: usize) -> Result<(), Diagnostic> {
        while let Some(c) = self.bump() {
            match c {
                '`' => {
                    self.bump();
                }
                '$' if self.peek() == Some('(') => {
                    self.bump();
                    self.skip_balanced('(')?;
                }
                _ if is_double_quote(c) => {
                    if !self.peek().is_some_and(is_double_quote) {
                        return Ok(());
                    }
                    self.bump();
                }
                _ => {}
            }
        }
        Err(Diagnostic::new("missing_end", "the string that begins here has no closing quote", self.place(start)))
    }
}

/// The body ends before the line end that precedes the closing quote.
fn line_end_before(text: &str, body: usize, line: usize) -> usize {
    let inside = &text[body..line];
    let cut = if inside.ends_with("\r\n") { 2 } else { usize::from(inside.ends_with(['\n', '\r'])) };
    line - cut
}
