//! A hashtable of a data file, read by a table of its keys: unknown, missing and mistyped keys are reported once, here.

use std::time::Duration;

use language::data::{Entry, Kind, Node};
use model::{Block, Position, nearest};

use crate::{
    literal::{described, is_number, number},
    report::{At, Report, all_named, meant},
};

/// The keys of one kind of hashtable.
pub(crate) struct Shape {
    /// What it describes, with its article: `a plan`.
    pub(crate) what: &'static str,
    /// Every key.
    pub(crate) keys: &'static [&'static str],
    /// Those that must be there.
    pub(crate) required: &'static [&'static str],
    /// Keys that the format names and nobody executes yet: refused, so that nobody relies on them in vain.
    pub(crate) later: &'static [&'static str],
}

/// A hashtable whose keys are known, and where it stands.
pub(crate) struct Fields<'a> {
    pub(crate) report: &'a Report<'a>,
    pub(crate) at: At,
    entries: &'a [Entry],
}

impl<'a> Fields<'a> {
    /// Takes `node` for a hashtable of `shape`, reporting keys that are unknown, missing or not available yet.
    pub(crate) fn of(report: &'a Report<'a>, shape: &Shape, node: &'a Node) -> Option<Fields<'a>> {
        let entries = entries(report, shape.what, node)?;
        let fields = Fields { report, at: node.into(), entries };
        for entry in entries {
            fields.check_key(shape, entry);
        }
        // A key that is there under a slip of the finger is not missing as well; what is not available may need none of the others.
        let deferred = entries.iter().any(|entry| is_in(shape.later, &entry.key));
        let slipped = |key: &str| entries.iter().any(|entry| nearest(&entry.key, shape.keys.iter().copied()) == Some(key));
        let missing = shape.required.iter().copied().filter(|key| !deferred && fields.entry(key).is_none() && !slipped(key));
        if let Some((keys, named)) = all_named("key", missing) {
            report.error(fields.at, "missing_key", format!("{} needs the {keys} {named}", shape.what));
        }
        Some(fields)
    }

    fn check_key(&self, shape: &Shape, entry: &Entry) {
        if is_in(shape.later, &entry.key) {
            self.report.error(
                entry,
                "not_available",
                format!("the key `{}` of {} is not available in this version", entry.key, shape.what),
            );
        } else if !is_in(shape.keys, &entry.key) {
            let hint = meant(&entry.key, shape.keys.iter().copied());
            self.report.add(entry, "unknown_key", format!("{} has no key `{}`", shape.what, entry.key), hint);
        }
    }

    /// The entry of a key, whatever its letter case.
    pub(crate) fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(key))
    }

    /// The value of a key.
    pub(crate) fn node(&self, key: &str) -> Option<&'a Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// Where the value of a key stands; where the hashtable stands without one.
    pub(crate) fn at(&self, key: &str) -> At {
        self.node(key).map_or(self.at, At::from)
    }

    pub(crate) fn position(&self) -> Position {
        self.report.position(self.at)
    }

    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        let node = self.node(key)?;
        match &node.kind {
            Kind::String(text) => Some(text),
            _ => self.mistyped(key, node, "text"),
        }
    }

    pub(crate) fn owned(&self, key: &str) -> Option<String> {
        self.text(key).map(str::to_owned)
    }

    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        let node = self.node(key)?;
        match &node.kind {
            Kind::Bool(value) => Some(*value),
            _ => self.mistyped(key, node, "$true or $false"),
        }
    }

    /// A whole number of at least `min`.
    pub(crate) fn whole(&self, key: &str, min: u32) -> Option<u32> {
        let node = self.node(key)?;
        match &node.kind {
            Kind::Int(value) => match u32::try_from(*value).ok().filter(|value| *value >= min) {
                Some(value) => Some(value),
                None => self.refused(key, node, format!("must be at least {min}")),
            },
            _ => self.mistyped(key, node, "a whole number"),
        }
    }

    /// A number of at least `min`.
    pub(crate) fn number(&self, key: &str, min: f64) -> Option<f64> {
        let node = self.node(key)?;
        match number(node) {
            Some(value) if value >= min => Some(value),
            Some(_) => self.refused(key, node, format!("must be at least {min}")),
            None => self.mistyped(key, node, "a number"),
        }
    }

    /// A positive duration written `d.hh:mm:ss`.
    pub(crate) fn duration(&self, key: &str) -> Option<Duration> {
        let node = self.node(key)?;
        let Kind::String(text) = &node.kind else {
            return self.mistyped(key, node, "a duration in quotes, as in '00:02:00'");
        };
        match model::parse_duration(text).and_then(|ticks| u64::try_from(ticks).ok()).filter(|ticks| *ticks > 0) {
            Some(ticks) => Some(Duration::new(ticks / 10_000_000, u32::try_from(ticks % 10_000_000 * 100).unwrap_or_default())),
            None => self.refused(key, node, format!("must be a duration above zero, as in '00:02:00' or '3.00:00:00'; '{text}' is not")),
        }
    }

    /// A script block.
    pub(crate) fn block(&self, key: &str) -> Option<Block> {
        let node = self.node(key)?;
        match block(self.report, node) {
            Some(block) => Some(block),
            None => self.mistyped(key, node, "a script block { ... }"),
        }
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&self, key: &str, words: &[(&'static str, T)]) -> Option<T> {
        word_of(self.report, key, self.node(key)?, words)
    }

    /// Several of a few words; each once.
    pub(crate) fn words<T: Copy + PartialEq>(&self, key: &str, words: &[(&'static str, T)]) -> Vec<T> {
        let mut found = Vec::new();
        for node in self.list(key) {
            match word_of(self.report, key, node, words) {
                Some(word) if found.contains(&word) => self.report.error(node, "duplicate", format!("this is in `{key}` already")),
                Some(word) => found.push(word),
                None => {}
            }
        }
        found
    }

    /// The items of a list; one value is a list of one, as everywhere in PowerShell.
    pub(crate) fn list(&self, key: &str) -> &'a [Node] {
        match self.node(key) {
            None => &[],
            Some(Node { kind: Kind::Array(items), .. }) => items,
            Some(node) => std::slice::from_ref(node),
        }
    }

    /// A list of text.
    pub(crate) fn texts(&self, key: &str) -> Vec<(&'a str, At)> {
        let mut texts = Vec::new();
        for node in self.list(key) {
            match &node.kind {
                Kind::String(text) => texts.push((text.as_str(), At::from(node))),
                _ => {
                    self.mistyped::<()>(key, node, "text");
                }
            }
        }
        texts
    }

    /// The entries of a hashtable whose keys are the author's.
    pub(crate) fn table(&self, key: &str) -> &'a [Entry] {
        self.node(key).and_then(|node| entries(self.report, &format!("`{key}`"), node)).unwrap_or_default()
    }

    fn mistyped<T>(&self, key: &str, node: &Node, wanted: &str) -> Option<T> {
        mistyped(self.report, key, node, wanted);
        None
    }

    fn refused<T>(&self, key: &str, node: &Node, why: String) -> Option<T> {
        self.report.error(node, "bad_value", format!("`{key}` {why}"));
        None
    }
}

/// The entries of a hashtable. That each key is there once, and that they are not too many, the reader of the language has seen to.
pub(crate) fn entries<'a>(report: &Report<'_>, what: &str, node: &'a Node) -> Option<&'a [Entry]> {
    let Kind::Table(entries) = &node.kind else {
        report.error(node, "wrong_type", format!("{what} must be a hashtable @{{ ... }}, not {}", described(node)));
        return None;
    };
    Some(entries)
}

/// A script block with its position, if that is what the value is.
pub(crate) fn block(report: &Report<'_>, node: &Node) -> Option<Block> {
    let Kind::Block { text, line, column } = &node.kind else { return None };
    Some(Block { text: text.clone(), position: report.position(At { line: *line, column: *column }) })
}

pub(crate) fn mistyped(report: &Report<'_>, key: &str, node: &Node, wanted: &str) {
    let hint = match &node.kind {
        Kind::String(text) if wanted.starts_with('$') && is_in(&["true", "false"], text) => {
            Some(format!("write ${}", text.to_ascii_lowercase()))
        }
        Kind::String(text) if wanted.contains("number") && text.parse::<f64>().is_ok() => Some(format!("write {text} without quotes")),
        Kind::String(_) if wanted.starts_with("a script block") => Some("braces in place of the quotes".to_owned()),
        _ if wanted == "text" && is_number(node) => Some("put it in quotes".to_owned()),
        _ => None,
    };
    report.add(node, "wrong_type", format!("`{key}` must be {wanted}, not {}", described(node)), hint);
}

fn word_of<T: Copy>(report: &Report<'_>, key: &str, node: &Node, words: &[(&'static str, T)]) -> Option<T> {
    let known = || words.iter().map(|(word, _)| *word);
    let Kind::String(text) = &node.kind else {
        report.error(node, "wrong_type", format!("`{key}` must be one of {}, not {}", listed(known()), described(node)));
        return None;
    };
    let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    if found.is_none() {
        let hint = meant(text, known().collect::<Vec<_>>());
        report.add(node, "unknown_word", format!("`{key}` cannot be '{text}'"), hint);
    }
    found.map(|(_, value)| *value)
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")
}

fn is_in(words: &[&str], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}
