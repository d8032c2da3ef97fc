//! What stands at the head of a script: comment help, a header `<#StoaAction @{ ... } #>` and `param()`.
//! Nothing else in a script may make the reader fail.

mod help;
mod param;

use crate::diagnostic::Place;
use crate::scan::Scanner;
use crate::{Diagnostic, data};

/// What a script says about itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Script {
    /// `.SYNOPSIS` of the comment help.
    pub synopsis: Option<String>,
    /// `.DESCRIPTION` of the comment help.
    pub description: Option<String>,
    /// `.PARAMETER` sections: name and text.
    pub parameter_help: Vec<(String, String)>,
    /// The header, if there is one.
    pub header: Option<Header>,
    /// `param()`, in order.
    pub parameters: Vec<Parameter>,
    /// Whether `[CmdletBinding(SupportsShouldProcess)]` is there.
    pub supports_should_process: bool,
    /// What is legal and yet surely not meant, such as help that a header hides.
    pub warnings: Vec<Diagnostic>,
}

/// A comment `<#StoaAction @{ ... } #>`.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The word after `<#`: `StoaAction` or `StoaJob`.
    pub kind: String,
    /// Its table; places are those of the script file.
    pub node: data::Node,
}

/// A parameter of `param()`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parameter {
    /// The name without `$`.
    pub name: String,
    /// The type as written, without brackets: `int`, `string[]`.
    pub type_name: Option<String>,
    /// Whether it must be given (in any of its parameter sets).
    pub mandatory: bool,
    /// Whether `[AllowNull()]` is there.
    pub allow_null: bool,
    /// The text of the default.
    pub default: Option<String>,
    /// `[ValidateSet()]`
    pub values: Vec<String>,
    /// `[ValidateRange()]`
    pub range: Option<(data::Node, data::Node)>,
    /// `[ValidatePattern()]`
    pub pattern: Option<String>,
    /// `[Alias()]`
    pub aliases: Vec<String>,
    /// The parameter sets it names.
    pub parameter_sets: Vec<String>,
    /// The line of its name, from 1.
    pub line: u32,
    /// The column of its name, from 1.
    pub column: u32,
}

/// Reads the head of a script.
///
/// # Errors
/// Mistakes in the header's table, or a `param()` that does not end.
pub fn read(text: &str) -> Result<Script, Vec<Diagnostic>> {
    let mut scan = Scanner::new(text, Place { line: 1, column: 1 });
    let mut script = Script::default();
    let mut errors = Vec::new();
    let comments = match help::leading_comments(&mut scan) {
        Ok(comments) => comments,
        Err(error) => return Err(vec![error]),
    };
    let header = comments.iter().position(|comment| header_word(comment.text).is_some());
    if let Some(index) = header {
        match read_header(&scan, &comments[index]) {
            Ok(header) => script.header = Some(header),
            Err(found) => errors.extend(found),
        }
    }
    help::fill(&mut script, &scan, &comments, header);
    if let Err(error) = param::fill(&mut script, &mut scan) {
        errors.push(error);
    }
    if errors.is_empty() { Ok(script) } else { Err(errors) }
}

/// The word of a header comment, as `StoaAction` of `<#StoaAction @{ ... } #>`.
fn header_word(comment: &str) -> Option<&str> {
    let inside = comment.strip_prefix("<#")?.trim_start();
    let end = inside.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inside.len());
    let word = &inside[..end];
    (word.len() > 4 && word.starts_with("Stoa") && inside[end..].trim_start().starts_with('@')).then_some(word)
}

fn read_header(scan: &Scanner<'_>, comment: &help::Comment<'_>) -> Result<Header, Vec<Diagnostic>> {
    let kind = header_word(comment.text).unwrap_or_default().to_owned();
    let table = comment.text.find('@').unwrap_or(0);
    let text = comment.text[table..].strip_suffix("#>").unwrap_or(&comment.text[table..]);
    let node = data::read_at(text, scan.place(comment.start + table))?;
    Ok(Header { kind, node })
}
