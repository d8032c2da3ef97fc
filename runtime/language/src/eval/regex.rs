//! `-match`, `-replace`, `-split`.

use std::sync::Arc;

use super::{Machine, array};
use crate::arith::{SIZE, too_large};
use crate::compare::Case;
use crate::fault::{Outcome, fault, refused};
use crate::pattern::{Found, Pattern};
use crate::tree::{Body, Expr, Kind};
use crate::value::text::{to_text, utf16_len};
use crate::value::{Object, ObjectKind, Table, Value};

impl Machine<'_> {
    pub(super) fn matches(&mut self, is_not: bool, case: Case, left: &Expr, right: &Expr, known: Option<&Arc<Pattern>>) -> Outcome<Value> {
        let left = self.eval(left)?;
        let made;
        let pattern = match known {
            Some(pattern) => pattern.as_ref(),
            None => {
                let right = self.eval(right)?;
                made = Pattern::new(&to_text(&right), case)?;
                &made
            }
        };
        match &left {
            Value::Array(items) => {
                let mut kept = Vec::new();
                for item in items.iter() {
                    let text = to_text(item);
                    self.spend(text.len() / 16 + 1)?;
                    if pattern.is_match(&text) != is_not {
                        kept.push(item.clone());
                    }
                }
                Ok(array(kept))
            }
            value => {
                let text = to_text(value);
                self.spend(text.len() / 16)?;
                Ok(Value::Bool(self.remember(pattern, &text) != is_not))
            }
        }
    }

    /// Whether the text matches; what matched becomes `$Matches`.
    pub(super) fn remember(&mut self, pattern: &Pattern, text: &str) -> bool {
        if pattern.groups().len() == 1 && !pattern.is_match(text) {
            return false;
        }
        let Some(found) = pattern.find(text, 0) else { return false };
        let mut table = Table::new();
        for (group, span) in pattern.groups().iter().zip(&found.spans) {
            if let Some((start, end)) = span {
                let key = group.name.parse::<i32>().map_or_else(|_| Value::from(group.name.as_str()), Value::Int);
                table.add(key, Value::from(&text[*start..*end]));
            }
        }
        self.matches = Value::from(table);
        true
    }

    pub(super) fn replace(&mut self, case: Case, left: &Expr, right: &Expr, known: Option<&Arc<Pattern>>) -> Outcome<Value> {
        let left = self.eval(left)?;
        let (pattern_value, with) = self.replace_sides(right)?;
        let made;
        let pattern = match known {
            Some(pattern) => pattern.as_ref(),
            None => {
                made = Pattern::new(&to_text(&pattern_value), case)?;
                &made
            }
        };
        match &left {
            Value::Array(items) => {
                let mut out = Vec::with_capacity(items.len());
                for item in items.iter() {
                    out.push(Value::from(self.replaced(pattern, &to_text(item), &with)?));
                }
                Ok(array(out))
            }
            value => Ok(Value::from(self.replaced(pattern, &to_text(value), &with)?)),
        }
    }

    /// The pattern and what to put in its place.
    fn replace_sides<'e>(&mut self, right: &'e Expr) -> Outcome<(Value, With<'e>)> {
        if let Kind::List(items) = &right.kind
            && let [pattern, with] = items.as_ref()
            && let Kind::Block(code) = &with.kind
        {
            return Ok((self.eval(pattern)?, With::Block(&code.body)));
        }
        let value = self.eval(right)?;
        let Value::Array(items) = &value else { return Ok((value, With::Text(String::new()))) };
        match items.as_slice() {
            [pattern] => Ok((pattern.clone(), With::Text(String::new()))),
            [_, Value::Block(_)] => refused("the block of `-replace` stands right behind the comma"),
            [pattern, with] => Ok((pattern.clone(), With::Text(to_text(with).into_owned()))),
            [] => Ok((Value::Null, With::Text(String::new()))),
            _ => fault("BadReplaceArgument", "`-replace` takes a pattern and what to put in its place"),
        }
    }

    fn replaced(&mut self, pattern: &Pattern, text: &str, with: &With<'_>) -> Outcome<String> {
        let mut out = String::new();
        let mut last = 0;
        for found in pattern.all(text) {
            out.push_str(&text[last..found.start()]);
            match with {
                With::Text(template) => expand(template, pattern, text, &found, &mut out),
                With::Block(body) => {
                    let put_out = self.with_item(match_object(pattern, text, &found), body)?;
                    out.push_str(&to_text(&super::statement::collected(put_out)));
                }
            }
            last = found.end();
            self.spend(1)?;
            if out.len() > SIZE {
                return too_large();
            }
        }
        out.push_str(&text[last..]);
        self.spend(text.len() / 16)?;
        Ok(out)
    }
}

/// What `-replace` puts in.
enum With<'e> {
    Text(String),
    Block(&'e Body),
}

/// The replacement text with `$1`, `${name}`, `$&` and their like filled in.
fn expand(template: &str, pattern: &Pattern, text: &str, found: &Found, out: &mut String) {
    let span = |index: usize| found.spans.get(index).copied().flatten().map_or("", |(start, end)| &text[start..end]);
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (piece, len) = match rest.as_bytes().get(1) {
            Some(b'$') => ("$", 2),
            Some(b'&') => (span(0), 2),
            Some(b'`') => (&text[..found.start()], 2),
            Some(b'\'') => (&text[found.end()..], 2),
            Some(b'_') => (text, 2),
            Some(b'+') => (span(found.spans.len() - 1), 2),
            Some(b'0'..=b'9') => numbered(rest, found.spans.len(), &span),
            Some(b'{') => named(rest, pattern, &span),
            _ => ("$", 1),
        };
        out.push_str(piece);
        rest = &rest[len..];
    }
    out.push_str(rest);
}

/// `$12` is the twelfth group if there is one, else the first and a `2`.
fn numbered<'t>(rest: &str, groups: usize, span: &dyn Fn(usize) -> &'t str) -> (&'t str, usize) {
    let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
    for taken in (1..=digits).rev() {
        if let Ok(number) = rest[1..=taken].parse::<usize>()
            && number < groups
        {
            return (span(number), taken + 1);
        }
    }
    ("$", 1)
}

fn named<'t>(rest: &str, pattern: &Pattern, span: &dyn Fn(usize) -> &'t str) -> (&'t str, usize) {
    let Some(end) = rest.find('}') else { return ("$", 1) };
    let name = &rest[2..end];
    match pattern.groups().iter().position(|group| group.name == name) {
        Some(index) => (span(index), end + 1),
        None => ("$", 1),
    }
}

/// A match as `$_` of a replacing block.
pub(super) fn match_object(pattern: &Pattern, text: &str, found: &Found) -> Value {
    let groups: Vec<Value> = pattern
        .groups()
        .iter()
        .zip(&found.spans)
        .map(|(group, span)| Value::Object(Arc::new(Object { kind: ObjectKind::Group, members: group_members(text, *span, &group.name) })))
        .collect();
    let mut members = group_members(text, found.spans.first().copied().flatten(), "0");
    members.insert("Groups", Value::from(groups));
    Value::Object(Arc::new(Object { kind: ObjectKind::Match, members }))
}

fn group_members(text: &str, span: Option<(usize, usize)>, name: &str) -> Table {
    let (start, end) = span.unwrap_or((0, 0));
    let count = |text: &str| Value::Int(i32::try_from(utf16_len(text)).unwrap_or(i32::MAX));
    let mut members = Table::new();
    members.insert("Value", Value::from(&text[start..end]));
    members.insert("Index", count(&text[..start]));
    members.insert("Length", count(&text[start..end]));
    members.insert("Success", Value::Bool(span.is_some()));
    members.insert("Name", Value::from(name));
    members
}
