//! Nonsense made of what templates are made of: the check always answers, with places inside the text.

use proptest::prelude::*;
use render::{Content, Known, Partials, check};

const PIECES: &[&str] = &[
    "{{",
    "}}",
    "{{{",
    "}}}",
    "{{{{",
    "}}}}",
    "{{#",
    "{{/",
    "{{^",
    "{{>",
    "{{#>",
    "{{*",
    "{{#*",
    "{{!",
    "{{!--",
    "--}}",
    "~",
    "&",
    "else",
    "if",
    "each",
    "with",
    "raw",
    "inline",
    "eq",
    "lookup",
    "as",
    "|",
    "|a b|",
    "this",
    "@index",
    "@root",
    "../",
    "./",
    ".",
    "/",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "\"",
    "'",
    "\\",
    "\\{{",
    "null",
    "true",
    "-1.5E3",
    "=",
    "a",
    "A.b",
    "a=1",
    " ",
    "\n",
    "\r\n",
    "é",
    "😀",
    ",",
    ":",
    "#",
    "{{else}}",
    "{{/if}}",
    "{{#if a}}",
    "{{a}}",
    "{{else if a}}",
    "{{~else if a~}}",
    "{{#each a as |b|}}",
    "{{/each}}",
    "{{> p}}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_check_answers_whatever_it_is_given(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..24), content in 0..3_usize) {
        let template = pieces.concat();
        let content = [Content::Text, Content::Html, Content::Subject][content];
        let partials: Partials = [("p".to_owned(), template.clone())].into();
        let known = Known::Members(vec![("a".to_owned(), Known::List(Box::new(Known::Value))), ("A".to_owned(), Known::names(["b"]))]);
        for finding in check(&template, content, &partials, &known) {
            let line = template.split('\n').nth(finding.line as usize - 1);
            prop_assert!(line.is_some_and(|line| finding.column as usize <= line.chars().count() + 1), "{template:?}: {finding:?}");
            prop_assert!(!finding.message.is_empty());
        }
    }
}
