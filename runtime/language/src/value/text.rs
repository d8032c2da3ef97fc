//! What PowerShell makes of a value as a string.

use std::borrow::Cow;
use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::{ObjectKind, Value, Version};
use crate::clock;

/// The value as a string: the conversion of `"$x"`, `[string]`, `-join` and every operator that wants text.
pub(crate) fn to_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Array(items) => {
            let mut out = String::new();
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(' ');
                }
                out.push_str(&item_text(item));
            }
            Cow::Owned(out)
        }
        _ => item_text(value),
    }
}

/// The same for an item of a list: an inner list is only named.
pub(crate) fn item_text(value: &Value) -> Cow<'_, str> {
    Cow::Owned(match value {
        Value::Null => return Cow::Borrowed(""),
        Value::String(text) => return Cow::Borrowed(text),
        Value::Uri(text) => crate::uri::display(text),
        Value::Bool(true) => return Cow::Borrowed("True"),
        Value::Bool(false) => return Cow::Borrowed("False"),
        Value::Array(_) => return Cow::Borrowed("System.Object[]"),
        Value::Table(table) if table.is_ordered() => return Cow::Borrowed("System.Collections.Specialized.OrderedDictionary"),
        Value::Table(_) => return Cow::Borrowed("System.Collections.Hashtable"),
        Value::Block(block) => return Cow::Borrowed(&block.text),
        Value::Double(value) => double_general(*value, Some(15)),
        Value::Char(unit) => char_text(*unit),
        Value::DateTime(value) => clock::to_general(*value),
        Value::Type(value) => value.display(),
        other => plain_text(other),
    })
}

/// `.ToString()` of the value, which differs from [`item_text`] in doubles and types.
pub(crate) fn plain_text(value: &Value) -> String {
    match value {
        Value::SByte(value) => value.to_string(),
        Value::Byte(value) => value.to_string(),
        Value::Short(value) => value.to_string(),
        Value::UShort(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::UInt(value) => value.to_string(),
        Value::Long(value) => value.to_string(),
        Value::ULong(value) => value.to_string(),
        Value::Big(value) => value.to_string(),
        Value::Double(value) => double_general(*value, None),
        Value::Decimal(value) => decimal(*value),
        Value::TimeSpan(ticks) => clock::span_constant(*ticks),
        Value::Guid(value) => value.to_string(),
        Value::Version(value) => version(*value),
        Value::Enum(value) => value.name(),
        Value::Type(value) => value.full_name(),
        Value::Object(object) if object.kind == ObjectKind::Custom => {
            let members: Vec<String> = object.members.iter().map(|(name, value)| format!("{name}={}", item_text(value))).collect();
            format!("@{{{}}}", members.join("; "))
        }
        Value::Object(object) => match object.member("Value") {
            Some(value) => item_text(value).into_owned(),
            None => object.kind.full_name().to_owned(),
        },
        other => item_text(other).into_owned(),
    }
}

pub(crate) fn char_text(unit: u16) -> String {
    String::from_utf16_lossy(&[unit])
}

pub(crate) fn decimal(value: Decimal) -> String {
    if value.is_zero() { value.abs().to_string() } else { value.to_string() }
}

fn version(value: Version) -> String {
    let mut out = format!("{}.{}", value.major, value.minor);
    for part in [value.build, value.revision] {
        if part >= 0 {
            let _ = write!(out, ".{part}");
        }
    }
    out
}

/// The general form of a double: the shortest digits that read back, or `digits` of them.
pub(crate) fn double_general(value: f64, digits: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let digits_limit = digits.and_then(|digits| i32::try_from(digits).ok());
    let scientific = match digits {
        Some(digits) => format!("{value:.*e}", digits - 1),
        None => format!("{value:e}"),
    };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    // The shortest form has up to 17 digits before it becomes scientific.
    let limit = digits_limit.unwrap_or(17);
    if !(-5..limit).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let mark = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}E{mark}{:02}", exponent.abs());
    }
    let text = place_point(digits, exponent);
    format!("{sign}{text}")
}

/// Digits with the point after the digit of weight `exponent`.
fn place_point(digits: &str, exponent: i32) -> String {
    let Ok(whole) = usize::try_from(exponent) else {
        let zeros = usize::try_from(-exponent - 1).unwrap_or(0);
        return format!("0.{}{digits}", "0".repeat(zeros));
    };
    if digits.len() <= whole + 1 {
        return format!("{digits}{}", "0".repeat(whole + 1 - digits.len()));
    }
    format!("{}.{}", &digits[..=whole], &digits[whole + 1..])
}

/// The upper case of one character, as far as it is one character.
pub(crate) fn upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// The lower case of one character, as far as it is one character.
pub(crate) fn lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

/// The length in UTF-16 units, which is what .NET counts.
pub(crate) fn utf16_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}
