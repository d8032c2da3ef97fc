//! Patterns of properties and instance names: case-sensitive, over the whole text, on an engine whose time is linear.

use regex_automata::meta::{Config, Regex};
use regex_syntax::{
    ParserBuilder,
    hir::{Hir, Look},
};

/// A compiled pattern.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// Why a pattern does not compile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct PatternError {
    /// What is wrong, in a phrase.
    pub reason: String,
    /// The character of the pattern it is about, from 1, if it is about one.
    pub character: Option<usize>,
}

/// No pattern of an author needs more; each compiled one is kept in memory.
const SIZE_MAX: usize = 1 << 20;

impl Pattern {
    /// Compiles a pattern that must match a whole text.
    pub fn compile(pattern: &str) -> Result<Pattern, PatternError> {
        let parsed = ParserBuilder::new().nest_limit(50).build().parse(pattern).map_err(syntax)?;
        // Anchors around the parsed pattern, not around its text: a comment or an alternative in the text cannot reach them.
        let whole = Hir::concat(vec![Hir::look(Look::Start), parsed, Hir::look(Look::End)]);
        let config = Config::new().nfa_size_limit(Some(SIZE_MAX)).onepass_size_limit(Some(SIZE_MAX));
        let built = Regex::builder().configure(config).build_from_hir(&whole);
        built.map(Pattern).map_err(|_| PatternError { reason: "the pattern is too large".to_owned(), character: None })
    }

    /// Whether it matches the whole of `text`.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

fn syntax(error: regex_syntax::Error) -> PatternError {
    let (reason, offset) = match &error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span().start.column),
        regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span().start.column),
        other => return PatternError { reason: other.to_string(), character: None },
    };
    PatternError { reason, character: Some(offset) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_the_whole_text_in_its_letter_case() {
        let matches = |pattern: &str, text: &str| Pattern::compile(pattern).unwrap().is_match(text);
        assert!(matches("^[a-z]+$", "abc"));
        assert!(matches("a|ab", "ab"));
        assert!(!matches("a|ab", "abc"));
        assert!(!matches("[a-z]+", "ABC"));
        assert!(!matches("^[a-z]+$", "abc\n"));
        assert!(matches("(?x) a # b", "a"));
    }

    #[test]
    fn what_cannot_run_in_linear_time_is_refused_with_its_place() {
        let error = Pattern::compile("^(?=a)b").unwrap_err();
        assert_eq!(error.character, Some(2));
        assert!(error.reason.contains("look-around"), "{error}");
        assert!(Pattern::compile(r"(a)\1").is_err());
        assert!(Pattern::compile("(").is_err());
        assert!(Pattern::compile(r"(\w{1000}){1000}").unwrap_err().reason.contains("too large"));
    }
}
