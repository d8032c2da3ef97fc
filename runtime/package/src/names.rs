//! What things may be called.

use crate::report::{At, Report};

/// Members that every hashtable of PowerShell has already: `$Property.Count` would not be the property.
pub(crate) const TAKEN: &[&str] = &["Count", "Keys", "Values", "Length", "Item"];

const LONGEST: usize = 64;

/// A kind of name: which characters it has, and how to say so.
pub(crate) struct Kind {
    /// With its article.
    what: &'static str,
    first: fn(char) -> bool,
    rest: fn(char) -> bool,
    rule: &'static str,
    /// Whether expressions read it as a member (`$Property.<name>`).
    member: bool,
}

/// `backup`, `backup-native`.
pub(crate) const SERVICE: Kind = Kind {
    what: "a service",
    first: |c| c.is_ascii_lowercase(),
    rest: |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
    rule: "lower-case letters, digits and dashes, and begins with a letter",
    member: false,
};

/// `StorageTB`.
pub(crate) const PROPERTY: Kind =
    Kind { what: "a property", first: |c| c.is_ascii_alphabetic(), rest: is_word, rule: WORD_RULE, member: true };

/// `AccountId`.
pub(crate) const OUTPUT: Kind =
    Kind { what: "an output", first: |c| c.is_ascii_alphabetic(), rest: is_word, rule: WORD_RULE, member: true };

/// `keep-id`.
pub(crate) const RULE: Kind = Kind {
    what: "a rule",
    first: |c| c.is_ascii_alphabetic(),
    rest: |c| is_word(c) || c == '-',
    rule: "letters, digits, dashes and underscores, and begins with a letter",
    member: true,
};

/// `Premium`, `Premium Plus`.
pub(crate) const PLAN: Kind = Kind {
    what: "a plan",
    first: |c| c.is_alphanumeric(),
    rest: |c| c.is_alphanumeric() || " -_.+".contains(c),
    rule: "letters, digits, spaces and - _ . +, and begins with a letter or digit",
    member: false,
};

const WORD_RULE: &str = "letters, digits and underscores, and begins with a letter";

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Whether a name can be one of its kind; reported if not.
pub(crate) fn check(report: &Report<'_>, at: At, kind: &Kind, name: &str) -> bool {
    let what = kind.what;
    if kind.member && TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(name)) {
        let why = format!("`{name}` cannot be the name of {what}: every hashtable of PowerShell has a member of that name");
        report.error(at, "forbidden_name", why);
    } else if name.chars().count() > LONGEST {
        report.error(at, "bad_name", format!("the name of {what} has at most {LONGEST} characters"));
    } else if !name.starts_with(kind.first) || !name.chars().all(kind.rest) {
        report.error(at, "bad_name", format!("'{name}' cannot be the name of {what}: such a name has {}", kind.rule));
    } else {
        return true;
    }
    false
}

/// The names of one kind in one place, each once without regard to letter case.
pub(crate) struct Names(Vec<(String, u32)>);

impl Names {
    pub(crate) fn new() -> Self {
        Names(Vec::new())
    }

    /// Reports a name that was there before.
    pub(crate) fn add(&mut self, report: &Report<'_>, at: At, what: &str, name: &str) {
        match self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, line)) => {
                report.error_with(at, "duplicate_name", format!("there are two {what} `{name}`"), format!("first on line {line}"))
            }
            None => self.0.push((name.to_owned(), at.line)),
        }
    }
}
