//! Regular expressions: .NET patterns translated for a linear engine. What it cannot do is refused with words.

mod escape;
mod translate;

use std::borrow::Cow;

use regex_automata::meta::{Config, Regex};
use regex_automata::util::captures::Captures;
use regex_automata::util::syntax;

use crate::compare::Case;
use crate::fault::{Outcome, fault};

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Pattern {
    regex: Regex,
    /// The names of the groups in .NET's order: unnamed ones by number, then named ones.
    names: Vec<GroupName>,
    has_end: bool,
    has_lazy: bool,
    /// Whether letters are compared without regard to case and all of them are ASCII.
    is_ascii_ignoring: bool,
}

/// A group: its number in the engine and its name, which is its .NET number where it has none.
#[derive(Debug, Clone)]
pub(crate) struct GroupName {
    pub(crate) index: usize,
    pub(crate) name: String,
}

/// One match: the spans of its groups in .NET's order, the whole first.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) spans: Vec<Option<(usize, usize)>>,
}

impl Found {
    pub(crate) fn start(&self) -> usize {
        self.spans.first().copied().flatten().map_or(0, |span| span.0)
    }

    pub(crate) fn end(&self) -> usize {
        self.spans.first().copied().flatten().map_or(0, |span| span.1)
    }
}

/// The most memory one compiled pattern may take.
const SIZE: usize = 4 << 20;

impl Pattern {
    pub(crate) fn new(pattern: &str, case: Case) -> Outcome<Self> {
        let translated = translate::translate(pattern, case == Case::Ignore)?;
        let config = Config::new().nfa_size_limit(Some(SIZE)).hybrid_cache_capacity(SIZE);
        let options = syntax::Config::new().case_insensitive(case == Case::Ignore).nest_limit(100).utf8(true);
        let regex = match Regex::builder().configure(config).syntax(options).build(&translated.text) {
            Ok(regex) => regex,
            Err(error) => {
                let what = error.syntax_error().map_or_else(|| "it is too large".to_owned(), |error| error.to_string());
                let what = what.lines().last().unwrap_or_default().trim().trim_start_matches("error: ").to_owned();
                return fault(
                    "System.Text.RegularExpressions.RegexParseException",
                    format!("`{pattern}` is not a regular expression: {what}"),
                );
            }
        };
        let is_ascii_ignoring = case == Case::Ignore && pattern.is_ascii() && !pattern.contains("\\x") && !pattern.contains("\\u");
        Ok(Self { regex, names: translated.names, has_end: translated.has_end, has_lazy: translated.has_lazy, is_ascii_ignoring })
    }

    pub(crate) fn is_match(&self, text: &str) -> bool {
        let text = self.seen(text);
        let text = text.as_ref();
        self.regex.is_match(text) || self.shorter(text).is_some_and(|shorter| self.regex.is_match(shorter))
    }

    /// The text as .NET sees it: letters that only become another letter in upper case, such as the long s, are not that letter.
    /// They are replaced by a letter without case that is as long.
    fn seen<'a>(&self, text: &'a str) -> Cow<'a, str> {
        const ALONE: [char; 12] = ['ſ', 'µ', 'ς', 'ϐ', 'ϑ', 'ϕ', 'ϖ', 'ϰ', 'ϱ', 'ϵ', 'ẛ', '\u{1fbe}'];
        if !self.is_ascii_ignoring || text.is_ascii() || !text.contains(ALONE) {
            return Cow::Borrowed(text);
        }
        let plain = |c: char| match c {
            c if !ALONE.contains(&c) => c,
            c if c.len_utf8() == 2 => 'ĸ',
            _ => 'ẖ',
        };
        Cow::Owned(text.chars().map(plain).collect())
    }

    /// The text without its last line end, where the pattern asks for the end: .NET's `$` is there too.
    fn shorter<'a>(&self, text: &'a str) -> Option<&'a str> {
        if self.has_end { text.strip_suffix('\n') } else { None }
    }

    /// The first match at or after an offset.
    pub(crate) fn find(&self, text: &str, from: usize) -> Option<Found> {
        let text = self.seen(text);
        let text = text.as_ref();
        let whole = self.find_in(text, from);
        let cut = self.shorter(text).filter(|shorter| from <= shorter.len()).and_then(|shorter| self.find_in(shorter, from));
        match (whole, cut) {
            (Some(whole), Some(cut)) => {
                // At one start the greedy way is the longer, the lazy way the shorter.
                let first =
                    (cut.start(), cut.end() > whole.end()) < (whole.start(), false) || (cut.start() == whole.start() && self.has_lazy);
                Some(if first { cut } else { whole })
            }
            (whole, cut) => whole.or(cut),
        }
    }

    fn find_in(&self, text: &str, from: usize) -> Option<Found> {
        let mut captures = self.regex.create_captures();
        let input = regex_automata::Input::new(text).range(from..);
        self.regex.search_captures(&input, &mut captures);
        self.found(&captures)
    }

    fn found(&self, captures: &Captures) -> Option<Found> {
        if !captures.is_match() {
            return None;
        }
        let span = |index: usize| captures.get_group(index).map(|span| (span.start, span.end));
        Some(Found { spans: self.names.iter().map(|group| span(group.index)).collect() })
    }

    /// All matches; an empty one moves on by a character.
    pub(crate) fn all<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Found> + 'a {
        let mut from = Some(0);
        std::iter::from_fn(move || {
            let start = from?;
            let found = self.find(text, start)?;
            from = if found.end() > found.start() {
                Some(found.end())
            } else {
                text[found.end()..].chars().next().map(|c| found.end() + c.len_utf8())
            };
            Some(found)
        })
    }

    /// The groups in .NET's order.
    pub(crate) fn groups(&self) -> &[GroupName] {
        &self.names
    }
}
