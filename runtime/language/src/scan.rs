//! The characters of PowerShell source: places, white space and comments, strings and balanced braces.
//! Readers of data files, expressions and scripts all stand on it; none of them looks at bytes itself.

pub(crate) mod number;
mod string;

use crate::diagnostic::{Diagnostic, Place};

pub(crate) use string::{Part, is_double_quote, is_single_quote};

/// A text, where it begins in its file, and how far it has been read.
pub(crate) struct Scanner<'a> {
    pub(crate) text: &'a str,
    pub(crate) at: usize,
    starts: Vec<usize>,
    base: Place,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(text: &'a str, base: Place) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (index, byte) in bytes.iter().enumerate() {
            // A lone carriage return ends a line too, as in PowerShell's tokenizer.
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(index + 1) != Some(&b'\n')) {
                starts.push(index + 1);
            }
        }
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, starts, base }
    }

    /// The place of a byte offset in the file.
    pub(crate) fn place(&self, offset: usize) -> Place {
        let row = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts[row];
        let line_text = self.text.get(start..offset.min(self.text.len())).unwrap_or_default();
        let column = u32::try_from(line_text.chars().filter(|c| *c != '\u{feff}').count()).unwrap_or(u32::MAX);
        let line = self.base.line.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
        let first = if row == 0 { self.base.column } else { 1 };
        Place { line, column: first.saturating_add(column) }
    }

    pub(crate) fn here(&self) -> Place {
        self.place(self.at)
    }

    pub(crate) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The character after the next one.
    pub(crate) fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    pub(crate) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes a text if it is next.
    pub(crate) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Skips blanks, comments and continued lines; stays on a line's end.
    pub(crate) fn skip_blanks(&mut self) -> Result<(), Diagnostic> {
        loop {
            match self.peek() {
                Some('#') => self.skip_line_comment(),
                Some('<') if self.rest().starts_with("<#") => self.skip_block_comment()?,
                Some('`') if matches!(self.peek_second(), Some('\n' | '\r')) => {
                    self.at += 1;
                    self.skip_line_end();
                }
                Some(c) if is_blank(c) => self.at += c.len_utf8(),
                _ => return Ok(()),
            }
        }
    }

    /// Skips blanks, comments and ends of lines.
    pub(crate) fn skip_lines(&mut self) -> Result<(), Diagnostic> {
        loop {
            self.skip_blanks()?;
            if !self.skip_line_end() {
                return Ok(());
            }
        }
    }

    pub(crate) fn skip_line_end(&mut self) -> bool {
        self.eat("\r\n") || self.eat("\n") || self.eat("\r")
    }

    pub(crate) fn skip_line_comment(&mut self) {
        let rest = self.rest();
        self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
    }

    fn skip_block_comment(&mut self) -> Result<(), Diagnostic> {
        let start = self.at;
        match self.rest().find("#>") {
            Some(end) => {
                self.at += end + 2;
                Ok(())
            }
            None => {
                self.at = self.text.len();
                Err(Diagnostic::new("missing_end", "the comment that begins here with `<#` has no `#>`", self.place(start)))
            }
        }
    }

    /// Skips one comment of either kind.
    pub(crate) fn skip_comment(&mut self) -> Result<(), Diagnostic> {
        if self.rest().starts_with("<#") {
            return self.skip_block_comment();
        }
        self.skip_line_comment();
        Ok(())
    }

    /// Whether a string of any kind begins here.
    pub(crate) fn begins_string(&self) -> bool {
        let quote = |c: Option<char>| c.is_some_and(|c| is_single_quote(c) || is_double_quote(c));
        quote(self.peek()) || (self.peek() == Some('@') && quote(self.peek_second()))
    }

    /// Skips a run of word characters, or one character of another kind; a `#` inside a word is a part of it.
    pub(crate) fn skip_word(&mut self) {
        self.bump();
        while self.peek().is_some_and(|c| c.is_alphanumeric() || c == '_' || (c == '#' && !self.begins_comment())) {
            self.bump();
        }
    }

    /// A name of letters, digits, `_` (and `-` when `dashes`), or nothing.
    pub(crate) fn word(&mut self, dashes: bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || (dashes && c == '-'))).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// From just after an opening bracket to just after the one that closes it: strings, here-strings and comments are skipped as such.
    /// Gives the offset of the closing bracket.
    pub(crate) fn skip_balanced(&mut self, open: char) -> Result<usize, Diagnostic> {
        let start = self.at.saturating_sub(open.len_utf8());
        let mut closers = vec![closer(open)];
        while let Some(c) = self.peek() {
            match c {
                '#' if self.begins_comment() => self.skip_line_comment(),
                '<' if self.rest().starts_with("<#") => self.skip_block_comment()?,
                '`' => {
                    self.bump();
                    self.bump();
                }
                // In `${a'b}` everything up to the brace is a name.
                '$' if self.rest().starts_with("${") => {
                    let rest = self.rest();
                    self.at += rest.find('}').map_or(rest.len(), |end| end + 1);
                }
                _ if self.begins_string() => self.skip_string()?,
                '(' | '{' | '[' => {
                    closers.push(closer(c));
                    self.bump();
                }
                ')' | '}' | ']' => {
                    let offset = self.at;
                    self.bump();
                    // A stray closer of another kind is the expression's own mistake, found when it is compiled.
                    if closers.last() == Some(&c) {
                        closers.pop();
                        if closers.is_empty() {
                            return Ok(offset);
                        }
                    }
                }
                _ => {
                    self.bump();
                }
            }
        }
        Err(Diagnostic::new("missing_end", format!("`{open}` has no `{}`", closer(open)), self.place(start)))
    }

    /// Whether a `#` here begins a comment: not in the middle of a word.
    fn begins_comment(&self) -> bool {
        let before = self.text[..self.at].chars().next_back();
        before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '`' | '#' | '/' | ':')))
    }
}

fn closer(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn is_blank(c: char) -> bool {
    c != '\n' && c != '\r' && c.is_whitespace()
}

/// PowerShell takes typographic dashes for the plain one.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2013}' | '\u{2014}' | '\u{2015}')
}
