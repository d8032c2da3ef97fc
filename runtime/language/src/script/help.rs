//! Comment help: which comments PowerShell takes for it, and its sections.

use super::Script;
use crate::diagnostic::Diagnostic;
use crate::scan::Scanner;

/// A comment before the first statement.
pub(super) struct Comment<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
    first_line: u32,
    last_line: u32,
}

/// The section words of comment help. A line that begins with a point and another word makes a comment ordinary.
const WORDS: [&str; 16] = [
    "synopsis",
    "description",
    "parameter",
    "example",
    "inputs",
    "outputs",
    "notes",
    "link",
    "component",
    "role",
    "functionality",
    "forwardhelptargetname",
    "forwardhelpcategory",
    "remotehelprunspace",
    "externalhelp",
    "mamlparameter",
];

/// Reads all comments up to the first other thing, where the scanner then stands.
pub(super) fn leading_comments<'a>(scan: &mut Scanner<'a>) -> Result<Vec<Comment<'a>>, Diagnostic> {
    let mut comments = Vec::new();
    loop {
        while scan.peek().is_some_and(char::is_whitespace) {
            scan.bump();
        }
        let start = scan.at;
        if !scan.rest().starts_with('#') && !scan.rest().starts_with("<#") {
            return Ok(comments);
        }
        scan.skip_comment()?;
        let first_line = scan.place(start).line;
        let last_line = scan.place(scan.at.saturating_sub(1).max(start)).line;
        comments.push(Comment { text: &scan.text[start..scan.at], start, first_line, last_line });
    }
}

/// Fills in the help of a script, and warns where its header hides the help.
pub(super) fn fill(script: &mut Script, scan: &Scanner<'_>, comments: &[Comment<'_>], header: Option<usize>) {
    let mut start = 0;
    while start < comments.len() {
        // Comments without an empty line between them are one block.
        let mut end = start + 1;
        while end < comments.len() && comments[end].first_line <= comments[end - 1].last_line + 1 {
            end += 1;
        }
        let block = &comments[start..end];
        let lines: Vec<&str> = block.iter().flat_map(|comment| comment_lines(comment.text)).collect();
        if let Some(sections) = sections(&lines) {
            take_sections(script, sections);
            return;
        }
        let has_header = header.is_some_and(|index| (start..end).contains(&index));
        if has_header && block.iter().any(|comment| sections_of(comment).is_some()) {
            let place = scan.place(block[0].start);
            script.warnings.push(
                Diagnostic::new("help_hidden", "PowerShell does not find the comment help beside this header", place)
                    .hint("comment help first, then an empty line, then the header"),
            );
        }
        start = end;
    }
}

fn sections_of(comment: &Comment<'_>) -> Option<Vec<Section>> {
    sections(&comment_lines(comment.text).collect::<Vec<_>>())
}

/// The lines inside a comment of either kind.
fn comment_lines(text: &str) -> impl Iterator<Item = &str> {
    let is_block = text.starts_with("<#");
    let inside = if is_block { text[2..].strip_suffix("#>").unwrap_or(&text[2..]) } else { text };
    inside.lines().map(move |line| if is_block { line } else { line.trim_start_matches('#') })
}

struct Section {
    word: String,
    argument: String,
    lines: Vec<String>,
}

/// The sections of a block of comments, or `None` when it is not help.
fn sections(lines: &[&str]) -> Option<Vec<Section>> {
    let mut found: Vec<Section> = Vec::new();
    for line in lines {
        let trimmed = line.trim();
        let directive = trimmed.strip_prefix('.').map(|rest| rest.split_once(char::is_whitespace).unwrap_or((rest, "")));
        match directive {
            Some((word, argument)) if word.chars().all(|c| c.is_alphanumeric() || c == '_') && !word.is_empty() => {
                let word = word.to_ascii_lowercase();
                if !WORDS.contains(&word.as_str()) {
                    return None;
                }
                found.push(Section { word, argument: argument.trim().to_owned(), lines: Vec::new() });
            }
            _ => match found.last_mut() {
                Some(section) => section.lines.push((*line).to_owned()),
                None if trimmed.is_empty() => {}
                None => return None,
            },
        }
    }
    if found.is_empty() { None } else { Some(found) }
}

fn take_sections(script: &mut Script, sections: Vec<Section>) {
    for section in sections {
        let text = dedent(&section.lines);
        match section.word.as_str() {
            "synopsis" => script.synopsis = Some(text),
            "description" => script.description = Some(text),
            "parameter" => script.parameter_help.push((section.argument, text)),
            _ => {}
        }
    }
}

fn dedent(lines: &[String]) -> String {
    let indent = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let text: Vec<&str> = lines.iter().map(|line| line.get(indent..).unwrap_or_default().trim_end()).collect();
    text.join("\n").trim().to_owned()
}
