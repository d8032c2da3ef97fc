//! `param()`: names, types, attributes and defaults. What it does not know it steps over.

use super::{Parameter, Script};
use crate::data::{self, Kind, Node};
use crate::diagnostic::Diagnostic;
use crate::scan::Scanner;

/// `[Name(...)]` or `[Name]`.
struct Attribute<'a> {
    name: &'a str,
    /// `None` where there are no parentheses: then it is a type.
    arguments: Option<Vec<Argument<'a>>>,
}

/// `Name = value`, `Name`, or a value alone.
struct Argument<'a> {
    name: Option<&'a str>,
    text: &'a str,
    start: usize,
}

/// Reads attributes and `param()` where the scanner stands; anything else there means that there is none.
pub(super) fn fill(script: &mut Script, scan: &mut Scanner<'_>) -> Result<(), Diagnostic> {
    skip_using(scan)?;
    let mut supports_should_process = false;
    let mut is_binding = false;
    while scan.peek() == Some('[') {
        let Some(attribute) = attribute(scan)? else { return Ok(()) };
        if is_named(attribute.name, "CmdletBinding") {
            is_binding = true;
            let arguments = attribute.arguments.unwrap_or_default();
            supports_should_process = arguments.iter().any(|argument| switch(argument, "SupportsShouldProcess", scan) == Some(true));
        }
        scan.skip_lines()?;
    }
    if !scan.word(false).eq_ignore_ascii_case("param") {
        return Ok(());
    }
    scan.skip_lines()?;
    let open = scan.at;
    if !scan.eat("(") {
        return Ok(());
    }
    script.supports_should_process = is_binding && supports_should_process;
    // That the block ends at all is known first, so a missing `)` is reported where `(` stands.
    let end = scan.skip_balanced('(')?;
    let after = scan.at;
    scan.at = open + 1;
    while scan.at < end {
        scan.skip_lines()?;
        if scan.at >= end {
            break;
        }
        match parameter(scan, end)? {
            Some(parameter) => script.parameters.push(parameter),
            None => break,
        }
        scan.skip_lines()?;
        if !scan.eat(",") {
            break;
        }
    }
    scan.at = after;
    Ok(())
}

/// `using namespace X` and its like may stand before.
fn skip_using(scan: &mut Scanner<'_>) -> Result<(), Diagnostic> {
    loop {
        scan.skip_lines()?;
        let start = scan.at;
        let is_using = scan.word(false).eq_ignore_ascii_case("using") && scan.peek().is_some_and(char::is_whitespace);
        if !is_using {
            scan.at = start;
            return Ok(());
        }
        let rest = scan.rest();
        scan.at += rest.find(['\n', '\r', ';']).unwrap_or(rest.len());
        scan.eat(";");
    }
}

fn parameter(scan: &mut Scanner<'_>, end: usize) -> Result<Option<Parameter>, Diagnostic> {
    let mut parameter = Parameter::default();
    while scan.peek() == Some('[') {
        let Some(attribute) = attribute(scan)? else { return Ok(None) };
        apply(&mut parameter, &attribute, scan);
        scan.skip_lines()?;
    }
    let place = scan.here();
    if !scan.eat("$") {
        return Ok(None);
    }
    parameter.name = if scan.eat("{") {
        let rest = scan.rest();
        let close = rest.find('}').unwrap_or(0);
        scan.at += close + 1;
        rest[..close].to_owned()
    } else {
        scan.word(false).to_owned()
    };
    parameter.line = place.line;
    parameter.column = place.column;
    scan.skip_lines()?;
    if scan.eat("=") {
        scan.skip_lines()?;
        let start = scan.at;
        let stop = item_end(scan, end)?;
        parameter.default = Some(scan.text[start..stop].to_owned());
    }
    Ok(Some(parameter))
}

/// From here to the comma that ends an item, or to `end`; gives the end of its last character that is neither blank nor comment.
fn item_end(scan: &mut Scanner<'_>, end: usize) -> Result<usize, Diagnostic> {
    let mut stop = scan.at;
    loop {
        scan.skip_lines()?;
        if scan.at >= end {
            scan.at = end;
            return Ok(stop);
        }
        match scan.peek() {
            None | Some(',') => return Ok(stop),
            Some(open @ ('(' | '{' | '[')) => {
                scan.bump();
                scan.skip_balanced(open)?;
            }
            Some(_) if scan.begins_string() => scan.skip_string()?,
            Some('`') => {
                scan.bump();
                scan.bump();
            }
            Some(_) => {
                scan.skip_word();
            }
        }
        stop = scan.at;
    }
}

/// An attribute or a type in brackets; `None` when the brackets hold neither.
fn attribute<'a>(scan: &mut Scanner<'a>) -> Result<Option<Attribute<'a>>, Diagnostic> {
    scan.bump();
    let start = scan.at;
    let end = scan.skip_balanced('[')?;
    let after = scan.at;
    scan.at = start;
    scan.skip_lines()?;
    let from = scan.at;
    let name_end = from + scan.text[from..end].find(|c: char| c.is_whitespace() || matches!(c, '(' | '#')).unwrap_or(end - from);
    let mut name = &scan.text[from..name_end];
    scan.at = name_end;
    scan.skip_lines()?;
    let mut arguments = None;
    if scan.at < end && scan.eat("(") {
        let close = scan.skip_balanced('(')?;
        scan.at = name_end + scan.text[name_end..].find('(').unwrap_or(0) + 1;
        arguments = Some(arguments_until(scan, close)?);
    } else {
        // A type: `[ System.Collections.Generic.Dictionary[string, int] ]` is kept as written.
        name = scan.text[from..end].trim_end();
    }
    scan.at = after;
    Ok((!name.is_empty()).then_some(Attribute { name, arguments }))
}

fn arguments_until<'a>(scan: &mut Scanner<'a>, close: usize) -> Result<Vec<Argument<'a>>, Diagnostic> {
    let mut found = Vec::new();
    loop {
        scan.skip_lines()?;
        if scan.at >= close {
            return Ok(found);
        }
        let start = scan.at;
        let word = scan.word(false);
        scan.skip_lines()?;
        let is_assigned = !word.is_empty() && scan.at < close && scan.eat("=");
        let (name, from) = if is_assigned {
            scan.skip_lines()?;
            (Some(word), scan.at)
        } else {
            scan.at = start;
            (None, start)
        };
        let stop = item_end(scan, close)?;
        let text = &scan.text[from..stop.max(from)];
        // A word alone is a switch: `Mandatory` is `Mandatory = $true`.
        let is_switch = name.is_none() && text == word && word.starts_with(char::is_alphabetic);
        found.push(Argument { name: if is_switch { Some(word) } else { name }, text: if is_switch { "$true" } else { text }, start: from });
        if scan.at < close {
            scan.eat(",");
        }
    }
}

fn apply(parameter: &mut Parameter, attribute: &Attribute<'_>, scan: &Scanner<'_>) {
    let Some(arguments) = &attribute.arguments else {
        if parameter.type_name.is_none() {
            parameter.type_name = Some(attribute.name.to_owned());
        }
        return;
    };
    let values = || arguments.iter().filter(|argument| argument.name.is_none()).flat_map(|argument| literals(argument, scan));
    if is_named(attribute.name, "Parameter") {
        for argument in arguments {
            if let Some(is_set) = switch(argument, "Mandatory", scan) {
                parameter.mandatory |= is_set;
            }
            if argument.name.is_some_and(|name| name.eq_ignore_ascii_case("ParameterSetName")) {
                parameter.parameter_sets.extend(literals(argument, scan).into_iter().filter_map(text_of));
            }
        }
    } else if is_named(attribute.name, "ValidateSet") {
        parameter.values.extend(values().filter_map(text_of));
    } else if is_named(attribute.name, "Alias") {
        parameter.aliases.extend(values().filter_map(text_of));
    } else if is_named(attribute.name, "ValidatePattern") {
        parameter.pattern = values().next().and_then(text_of);
    } else if is_named(attribute.name, "ValidateRange") {
        let mut bounds = values();
        if let (Some(low), Some(high)) = (bounds.next(), bounds.next()) {
            parameter.range = Some((low, high));
        }
    } else if is_named(attribute.name, "AllowNull") {
        parameter.allow_null = true;
    }
}

/// `[Parameter()]`, `[ParameterAttribute()]` and `[System.Management.Automation.Parameter()]` are the same.
fn is_named(name: &str, short: &str) -> bool {
    let name = name.rsplit('.').next().unwrap_or(name);
    let head = name.get(..short.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(short))
        && (name.len() == short.len() || name[short.len()..].eq_ignore_ascii_case("Attribute"))
}

/// Whether a named argument is on; `None` when it is another.
fn switch(argument: &Argument<'_>, name: &str, scan: &Scanner<'_>) -> Option<bool> {
    argument.name.filter(|found| found.eq_ignore_ascii_case(name))?;
    match data::value_at(argument.text, scan.place(argument.start))?.kind {
        Kind::Bool(value) => Some(value),
        Kind::Int(value) => Some(value != 0),
        _ => None,
    }
}

/// The literals of an argument; `@('a', 'b')` counts as its items.
fn literals(argument: &Argument<'_>, scan: &Scanner<'_>) -> Vec<Node> {
    match data::value_at(argument.text, scan.place(argument.start)) {
        Some(Node { kind: Kind::Array(items), .. }) => items,
        Some(node) => vec![node],
        None => Vec::new(),
    }
}

fn text_of(node: Node) -> Option<String> {
    match node.kind {
        Kind::String(text) => Some(text),
        Kind::Int(value) => Some(value.to_string()),
        Kind::Long(value) => Some(value.to_string()),
        Kind::Decimal(value) => Some(value.to_string()),
        Kind::Double(value) => Some(value.to_string()),
        Kind::Bool(value) => Some(if value { "True" } else { "False" }.to_owned()),
        _ => None,
    }
}
