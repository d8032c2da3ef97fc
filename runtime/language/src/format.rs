//! `-f`: composite formats, and .NET's formats of numbers, dates, durations and guids in the invariant culture.

mod custom;
mod digits;
mod standard;

use crate::arith::{SIZE, too_large};
use crate::clock;
use crate::fault::{Outcome, fault, refused};
use crate::value::Value;
use crate::value::text::{plain_text, utf16_len};

/// `format -f arguments`
pub(crate) fn composite(format: &str, arguments: &Value) -> Outcome<String> {
    let one = std::slice::from_ref(arguments);
    let arguments = match arguments {
        Value::Array(items) => items.as_slice(),
        _ => one,
    };
    let mut out = String::with_capacity(format.len() + 16);
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            out.push_str(brace);
            rest = after;
        } else if brace == "}" {
            return wrong("a `}` stands alone");
        } else {
            rest = item(rest, arguments, &mut out)?;
        }
        if out.len() > SIZE {
            return too_large();
        }
    }
    out.push_str(rest);
    Ok(out)
}

fn wrong<T>(what: &str) -> Outcome<T> {
    fault("FormatError", format!("the format is wrong: {what}"))
}

/// `index[,width][:format]}`; gives what follows it.
fn item<'t>(text: &'t str, arguments: &[Value], out: &mut String) -> Outcome<&'t str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let Ok(index) = text[..digits].parse::<usize>() else { return wrong("after `{` stands a number") };
    let mut rest = text[digits..].trim_start_matches(' ');
    let mut width = 0_i64;
    if let Some(after) = rest.strip_prefix(',') {
        let after = after.trim_start_matches(' ');
        let is_left = after.starts_with('-');
        let number = after.strip_prefix('-').unwrap_or(after);
        let digits = number.bytes().take_while(u8::is_ascii_digit).count();
        let Some(size) = number[..digits].parse::<i64>().ok().filter(|size| *size < 1_000_000) else {
            return wrong("after `,` stands a width");
        };
        width = if is_left { -size } else { size };
        rest = number[digits..].trim_start_matches(' ');
    }
    let mut pattern = "";
    if let Some(after) = rest.strip_prefix(':') {
        let Some(end) = after.find(['{', '}']) else { return wrong("a `{` has no `}`") };
        pattern = &after[..end];
        rest = &after[end..];
    }
    let Some(after) = rest.strip_prefix('}') else { return wrong("a `{` has no `}`") };
    if pattern.is_empty() && rest.starts_with("}}") && text.as_bytes().get(digits) == Some(&b':') {
        return wrong("a `}` stands in a format");
    }
    let Some(value) = arguments.get(index) else { return wrong("there are fewer values than the format names") };
    let shown = if pattern.is_empty() { plain_text(value) } else { formatted(value, pattern)? };
    let padding = usize::try_from(width.abs()).unwrap_or(0).saturating_sub(utf16_len(&shown));
    if width > 0 {
        out.extend(std::iter::repeat_n(' ', padding));
    }
    out.push_str(&shown);
    if width < 0 {
        out.extend(std::iter::repeat_n(' ', padding));
    }
    Ok(after)
}

/// A value by a format; what has no formats ignores it.
pub(crate) fn formatted(value: &Value, pattern: &str) -> Outcome<String> {
    let known = match value {
        Value::DateTime(moment) => clock::format::format(*moment, pattern),
        Value::TimeSpan(ticks) => clock::span_format(*ticks, pattern),
        Value::Guid(guid) => match pattern.to_ascii_lowercase().as_str() {
            "" | "d" => Some(guid.to_string()),
            "n" => Some(guid.simple().to_string()),
            "b" => Some(format!("{{{guid}}}")),
            "p" => Some(format!("({guid})")),
            "x" => return refused("the format `X` of a guid is not available"),
            _ => None,
        },
        Value::Enum(member) => match pattern.to_ascii_lowercase().as_str() {
            "g" | "f" => Some(member.name()),
            "d" => Some(member.number.to_string()),
            "x" => Some(format!("{:08X}", member.number)),
            _ => None,
        },
        number if crate::arith::is_number(number) || matches!(number, Value::Big(_)) => number_format(number, pattern),
        other => Some(plain_text(other)),
    };
    match known {
        Some(text) => Ok(text),
        None => fault("FormatError", format!("`{pattern}` is not a format of this value")),
    }
}

fn number_format(value: &Value, pattern: &str) -> Option<String> {
    if let Value::Double(number) = value
        && !number.is_finite()
    {
        return Some(plain_text(value));
    }
    let mut chars = pattern.chars();
    let letter = chars.next()?;
    let precision = chars.as_str();
    let is_standard = letter.is_ascii_alphabetic() && precision.len() <= 3 && precision.bytes().all(|b| b.is_ascii_digit());
    if is_standard {
        let precision = if precision.is_empty() { None } else { precision.parse().ok() };
        return standard::format(value, letter, precision);
    }
    custom::format(value, pattern)
}
