//! Gathers what is wrong in one file, so that its author sees everything at once.

use std::cell::RefCell;

use language::{
    Diagnostic,
    data::{Entry, Node},
};
use model::{Position, nearest};

use crate::Error;

/// A line and a column, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct At {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl At {
    /// What is about a file as a whole stands at its first character.
    pub(crate) const START: At = At { line: 1, column: 1 };
}

impl From<&Node> for At {
    fn from(node: &Node) -> Self {
        At { line: node.line, column: node.column }
    }
}

impl From<&Entry> for At {
    fn from(entry: &Entry) -> Self {
        At { line: entry.line, column: entry.column }
    }
}

/// The mistakes of one file. Readers share it, so it is filled behind a shared reference.
pub(crate) struct Report<'a> {
    file: &'a str,
    errors: RefCell<Vec<Error>>,
}

impl<'a> Report<'a> {
    pub(crate) fn new(file: &'a str) -> Self {
        Report { file, errors: RefCell::default() }
    }

    pub(crate) fn position(&self, at: impl Into<At>) -> Position {
        let At { line, column } = at.into();
        Position { file: self.file.to_owned(), line, column }
    }

    pub(crate) fn error(&self, at: impl Into<At>, code: &'static str, message: impl Into<String>) {
        self.add(at, code, message, None);
    }

    pub(crate) fn error_with(&self, at: impl Into<At>, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        self.add(at, code, message, Some(hint.into()));
    }

    pub(crate) fn add(&self, at: impl Into<At>, code: &'static str, message: impl Into<String>, hint: Option<String>) {
        let error = Error { position: self.position(at), code, message: message.into(), hint };
        self.errors.borrow_mut().push(error);
    }

    pub(crate) fn diagnostics(&self, diagnostics: Vec<Diagnostic>) {
        for Diagnostic { code, message, hint, line, column } in diagnostics {
            self.add(At { line, column }, code, message, hint);
        }
    }

    pub(crate) fn into_errors(self) -> Vec<Error> {
        self.errors.into_inner()
    }
}

/// What to say beside an unknown word: the nearest known one, else all of them if they are few.
pub(crate) fn meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    if let Some(word) = nearest(word, known.clone()) {
        return Some(format!("did you mean `{word}`?"));
    }
    listed(&known.into_iter().collect::<Vec<_>>())
}

/// All known words, if they are so few that somebody reads them to the end.
pub(crate) fn listed<T: std::borrow::Borrow<str>>(known: &[T]) -> Option<String> {
    const LINE: usize = 200;
    let known = known.join(", ");
    (!known.is_empty() && known.len() <= LINE).then(|| format!("known: {known}"))
}

/// Several names in one sentence, with the word for them: `key`, "`Name`"; `keys`, "`Name` and `Kind`". None without names.
pub(crate) fn all_named<'a>(word: &str, names: impl Iterator<Item = &'a str>) -> Option<(String, String)> {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some((word.to_owned(), one.clone())),
        [first @ .., last] => Some((format!("{word}s"), format!("{} and {last}", first.join(", ")))),
    }
}
