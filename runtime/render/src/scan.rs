//! A template's tags, found without the grammar: to refuse what its parser could not survive, and to say in a sentence what is wrong where.
//!
//! The parser recurses with the nesting of what it reads and looks lines up from the start for every tag, so depth and size are bounded
//! before it sees a template.

use handlebars::{TemplateError, TemplateErrorReason};

use crate::Finding;

const LONGEST: usize = 128 * 1024;
const MOST_TAGS: usize = 2000;
const DEEPEST_BLOCKS: usize = 32;
const DEEPEST_BRACKETS: usize = 16;

/// Code of everything that is wrong with the form of a template.
pub(crate) const SYNTAX: &str = "template_syntax";

/// One `{{...}}`.
struct Tag<'a> {
    offset: usize,
    /// Between the braces.
    text: &'a str,
    kind: Kind<'a>,
    closed: bool,
}

enum Kind<'a> {
    Open(&'a str),
    Close(&'a str),
    Else,
    Other,
}

/// What the parser could not survive, if there is such a thing.
pub(crate) fn guard(template: &str) -> Option<Finding> {
    if template.len() > LONGEST {
        return Some(finding(template, 0, format!("the template is longer than {LONGEST} bytes")));
    }
    let tags = tags(template);
    if tags.len() > MOST_TAGS {
        return Some(finding(template, tags[MOST_TAGS].offset, format!("the template has more than {MOST_TAGS} tags")));
    }
    // An `else if` is nested in the one before it.
    let mut open: Vec<usize> = Vec::new();
    for tag in &tags {
        match tag.kind {
            Kind::Open(_) => open.push(1),
            Kind::Close(_) => drop(open.pop()),
            Kind::Else => open.last_mut().into_iter().for_each(|count| *count += 1),
            Kind::Other => (),
        }
        if open.iter().sum::<usize>() > DEEPEST_BLOCKS {
            return Some(finding(template, tag.offset, format!("blocks are nested deeper than {DEEPEST_BLOCKS}")));
        }
        if brackets(tag.text) > DEEPEST_BRACKETS {
            return Some(finding(template, tag.offset, format!("brackets are nested deeper than {DEEPEST_BRACKETS}")));
        }
    }
    None
}

/// The sentence for what the parser refused: it lists the rules of its grammar, which help nobody who writes templates.
pub(crate) fn explain(template: &str, error: &TemplateError) -> Finding {
    let at = error.pos().and_then(|(line, column)| offset_of(template, line, column)).unwrap_or(0);
    match error.reason() {
        TemplateErrorReason::MismatchingClosedHelper(open, close) | TemplateErrorReason::MismatchingClosedDecorator(open, close) => {
            finding(template, at, format!("`{{{{#{open}}}}}` is closed by `{{{{/{close}}}}}`"))
        }
        TemplateErrorReason::InvalidParam(value) => finding(template, at, format!("`{value}` is not a value")),
        _ => unfinished(template).unwrap_or_else(|| unreadable(template, at)),
    }
}

/// The first tag or block that has no end, or end that has no beginning.
fn unfinished(template: &str) -> Option<Finding> {
    let mut open: Vec<(usize, &str)> = Vec::new();
    for tag in tags(template) {
        if !tag.closed {
            return Some(finding(template, tag.offset, "the tag that begins here has no end `}}`"));
        }
        match tag.kind {
            Kind::Open(name) => open.push((tag.offset, name)),
            Kind::Close(name) => match open.pop() {
                None => return Some(finding(template, tag.offset, format!("`{{{{/{name}}}}}` closes nothing"))),
                Some((_, opened)) if opened != name && !name.is_empty() => {
                    return Some(finding(template, tag.offset, format!("`{{{{#{opened}}}}}` is closed by `{{{{/{name}}}}}`")));
                }
                Some(_) => (),
            },
            Kind::Else if open.is_empty() => return Some(finding(template, tag.offset, "`else` is in no block")),
            Kind::Else | Kind::Other => (),
        }
    }
    open.pop().map(|(offset, name)| finding(template, offset, format!("`{{{{#{name}}}}}` is not closed by `{{{{/{name}}}}}`")))
}

fn unreadable(template: &str, at: usize) -> Finding {
    let tags = tags(template);
    match tags.iter().rev().find(|tag| tag.offset <= at) {
        Some(tag) => {
            let shown: String = tag.text.chars().take(40).collect();
            finding(template, tag.offset, format!("`{{{{{shown}}}}}` is not something a template can say"))
        }
        None => finding(template, at, "this is not something a template can say"),
    }
}

fn finding(template: &str, offset: usize, message: impl Into<String>) -> Finding {
    let (line, column) = place_of(template, offset);
    Finding { code: SYNTAX, line, column, message: message.into(), hint: None }
}

/// Line and column, from 1 and in characters, of a byte offset.
pub(crate) fn place_of(template: &str, offset: usize) -> (u32, u32) {
    let before = &template[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}

/// The byte offset of a line and column as [`place_of`] counts them.
pub(crate) fn offset_of(template: &str, line: usize, column: usize) -> Option<usize> {
    let start = match line {
        0 => return None,
        1 => 0,
        _ => template.match_indices('\n').nth(line - 2)?.0 + 1,
    };
    let within = template[start..].char_indices().nth(column.checked_sub(1)?).map_or(template.len() - start, |(offset, _)| offset);
    Some(start + within)
}

fn tags(template: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = template[from..].find("{{").map(|at| from + at) {
        let backslashes = template[..start].bytes().rev().take_while(|byte| *byte == b'\\').count();
        if backslashes % 2 == 1 {
            from = start + 2;
            continue;
        }
        let (tag, end) = tag_at(template, start);
        found.push(tag);
        from = end;
    }
    found
}

/// The tag at `start`, and where to look for the next.
fn tag_at(template: &str, start: usize) -> (Tag<'_>, usize) {
    let rest = &template[start..];
    let (opening, closing) = match rest {
        _ if rest.starts_with("{{{{") => (4, "}}}}"),
        _ if rest.starts_with("{{!--") => (2, "--}}"),
        _ if rest.starts_with("{{{") => (3, "}}}"),
        _ => (2, "}}"),
    };
    let inner = &rest[opening..];
    let is_comment = inner.starts_with('!');
    let end = if is_comment { inner.find(closing) } else { find_outside_quotes(inner, closing) };
    let text = &inner[..end.unwrap_or(inner.len())];
    let after = start + opening + end.map_or(inner.len(), |end| end + closing.len());
    let kind = if is_comment { Kind::Other } else { kind_of(text, opening == 4) };
    // What is inside a raw block is text.
    let next = match kind {
        Kind::Open(_) if opening == 4 => template[after..].find("{{{{/").map_or(template.len(), |at| after + at),
        _ => after,
    };
    (Tag { offset: start, text, kind, closed: end.is_some() }, next)
}

fn find_outside_quotes(text: &str, wanted: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some(_) if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => (),
            None if text[at..].starts_with(wanted) => return Some(at),
            None if c == '"' || c == '\'' => quote = Some(c),
            None => (),
        }
    }
    // A quote that is never closed hides the end; without quotes there may be one.
    text.find(wanted)
}

fn kind_of(text: &str, is_raw: bool) -> Kind<'_> {
    let text = text.trim_start_matches('~').trim_end_matches('~').trim();
    if let Some(rest) = text.strip_prefix('/') {
        return Kind::Close(rest.trim());
    }
    if let Some(rest) = text.strip_prefix('#') {
        // `{{#*inline` and `{{#> layout` are blocks too.
        let rest = rest.trim_start_matches(['*', '>', ' ']);
        return Kind::Open(rest.split_whitespace().next().unwrap_or_default());
    }
    match text.split_whitespace().next() {
        Some(name) if is_raw => Kind::Open(name),
        Some("else" | "^") => Kind::Else,
        _ => Kind::Other,
    }
}

/// How deep brackets of any kind are nested outside of text.
fn brackets(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => (),
        }
        deepest = deepest.max(depth);
    }
    deepest
}
