//! `-split`: at a pattern or by a block, with a limit and options.

use std::borrow::Cow;

use super::{Machine, array};
use crate::compare::Case;
use crate::convert::to_integer;
use crate::fault::{Outcome, fault, refused};
use crate::pattern::{Found, Pattern};
use crate::tree::Body;
use crate::value::Value;
use crate::value::text::to_text;

impl Machine<'_> {
    /// `-split pattern`, `-split pattern, limit, options`
    pub(super) fn split(&mut self, left: &Value, right: &Value, case: Case) -> Outcome<Value> {
        let one = std::slice::from_ref(right);
        let arguments = match right {
            Value::Array(items) => items.as_slice(),
            _ => one,
        };
        let (delimiter, limit, options) = match arguments {
            [] => return fault("BadOperatorArgument", "`-split` needs a pattern"),
            [delimiter] => (delimiter, 0, SplitOptions { case, is_simple: false, is_lines: false }),
            [delimiter, limit] => (delimiter, split_limit(limit)?, SplitOptions { case, is_simple: false, is_lines: false }),
            [delimiter, limit, options] => (delimiter, split_limit(limit)?, split_options(&to_text(options), case)?),
            _ => return fault("InvalidSplitOptionCombination", "`-split` takes a pattern, a limit and options"),
        };
        let source = to_text(delimiter);
        let source: Cow<'_, str> = if options.is_simple { Cow::Owned(regex_syntax::escape(&source)) } else { source };
        let source = if options.is_lines { Cow::Owned(format!("(?m){source}")) } else { source };
        let pattern = Pattern::new(&source, options.case)?;
        let mut out = Vec::new();
        for_each_text(left, |text| {
            self.spend(text.len() / 8 + 1)?;
            split_text(&pattern, text, limit, &mut out);
            Ok(())
        })?;
        self.spend(out.len())?;
        Ok(array(out))
    }

    /// `-split { condition on a character }`
    pub(super) fn split_by(&mut self, left: &Value, body: &Body) -> Outcome<Value> {
        let mut out = Vec::new();
        for_each_text(left, |text| {
            let mut piece = String::new();
            for c in text.chars() {
                self.spend(1)?;
                let put_out = self.with_item(Value::from(c.to_string()), body)?;
                if super::statement::collected(put_out).is_true() {
                    out.push(Value::from(std::mem::take(&mut piece)));
                } else {
                    piece.push(c);
                }
            }
            out.push(Value::from(piece));
            Ok(())
        })?;
        Ok(array(out))
    }
}

struct SplitOptions {
    case: Case,
    is_simple: bool,
    is_lines: bool,
}

fn for_each_text(value: &Value, mut each: impl FnMut(&str) -> Outcome<()>) -> Outcome<()> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| each(&to_text(item))),
        value => each(&to_text(value)),
    }
}

fn split_limit(value: &Value) -> Outcome<i64> {
    match to_integer::<i32>(value) {
        Ok(limit) => Ok(limit.into()),
        Err(_) => fault("RuntimeException", "the limit of `-split` is a whole number"),
    }
}

fn split_options(text: &str, case: Case) -> Outcome<SplitOptions> {
    let mut options = SplitOptions { case, is_simple: false, is_lines: false };
    let mut has_case = false;
    for option in text.split(',') {
        match option.trim().to_ascii_lowercase().as_str() {
            "simplematch" => options.is_simple = true,
            "regexmatch" | "0" | "" => {}
            "ignorecase" => {
                options.case = Case::Ignore;
                has_case = true;
            }
            "multiline" => options.is_lines = true,
            "singleline" => return refused("the option `SingleLine` of `-split` is not available"),
            "cultureinvariant" => {}
            other => return fault("RuntimeException", format!("`{other}` is no option of `-split`")),
        }
    }
    if options.is_simple && (options.is_lines || (has_case && text.to_ascii_lowercase().contains("multiline"))) {
        return fault("InvalidSplitOptionCombination", "these options of `-split` exclude each other");
    }
    Ok(options)
}

fn split_text(pattern: &Pattern, text: &str, limit: i64, out: &mut Vec<Value>) {
    if limit < 0 {
        return split_from_end(pattern, text, limit.unsigned_abs(), out);
    }
    let mut last = 0;
    let mut pieces = 1;
    if limit != 1 {
        for found in pattern.all(text) {
            push_pieces(text, last, found.start(), &found, out);
            last = found.end();
            pieces += 1;
            if limit > 0 && pieces >= limit {
                break;
            }
        }
    }
    out.push(Value::from(&text[last..]));
}

/// A piece and the groups of the delimiter behind it.
fn push_pieces(text: &str, from: usize, to: usize, found: &Found, out: &mut Vec<Value>) {
    out.push(Value::from(&text[from..to]));
    for (start, end) in found.spans.iter().skip(1).flatten() {
        out.push(Value::from(&text[*start..*end]));
    }
}

/// A negative limit counts pieces from the end.
fn split_from_end(pattern: &Pattern, text: &str, limit: u64, out: &mut Vec<Value>) {
    let all: Vec<Found> = pattern.all(text).collect();
    let keep = usize::try_from(limit).unwrap_or(usize::MAX).saturating_sub(1);
    let mut last = 0;
    for found in all.iter().skip(all.len().saturating_sub(keep)) {
        push_pieces(text, last, found.start(), found, out);
        last = found.end();
    }
    out.push(Value::from(&text[last..]));
}
