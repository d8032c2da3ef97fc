//! Reading numbers, guids and versions from strings.

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::fault::Outcome;
use crate::scan::number;
use crate::value::{Value, Version};

/// The text as a number literal with an optional sign, and nothing else.
pub(crate) fn scan_number(text: &str) -> Option<Value> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Value::Int(0));
    }
    let literal = number::scan(text, true)?;
    if literal.len == text.len() { literal.value } else { None }
}

/// What an arithmetic operator makes of a string: the literal it spells, else the conversion to the other side's type.
pub(crate) fn string_to_number(text: &str, other: &Value) -> Outcome<Value> {
    if let Some(number) = scan_number(text) {
        return Ok(number);
    }
    let text = Value::from(text);
    match other {
        Value::Double(_) => super::to_double(&text).map(Value::Double),
        Value::Decimal(_) => super::to_decimal(&text).map(Value::Decimal),
        Value::Long(_) => super::to_integer(&text).map(Value::Long),
        Value::ULong(_) => super::to_integer(&text).map(Value::ULong),
        Value::UInt(_) => super::to_integer(&text).map(Value::UInt),
        Value::Short(_) => super::to_integer(&text).map(Value::Short),
        Value::UShort(_) => super::to_integer(&text).map(Value::UShort),
        Value::SByte(_) => super::to_integer(&text).map(Value::SByte),
        Value::Byte(_) => super::to_integer(&text).map(Value::Byte),
        Value::Big(_) => super::number::to_big(&text),
        _ => super::to_integer(&text).map(Value::Int),
    }
}

/// A string as a whole number of any size; halves go to the even neighbour.
pub(super) fn string_to_whole(text: &str) -> Option<i128> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Some(0);
    }
    let hex = ["&h", "&H", "#"].iter().find_map(|prefix| trimmed.strip_prefix(prefix));
    if let Some(digits) = hex {
        return i128::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with(['+', '-']));
    }
    if let Ok(number) = trimmed.parse::<i128>() {
        return Some(number);
    }
    match scan_number(trimmed) {
        Some(number) => super::to_whole(&number).ok(),
        None => float(trimmed).and_then(|number| super::to_whole(&Value::Double(number)).ok()),
    }
}

pub(super) fn string_to_double(text: &str) -> Option<f64> {
    match scan_number(text) {
        Some(number) => super::to_double(&number).ok(),
        None => float(text.trim()),
    }
}

pub(super) fn string_to_decimal(text: &str) -> Option<Decimal> {
    if let Some(number) = scan_number(text) {
        return super::to_decimal(&number).ok();
    }
    let plain = without_thousands(text.trim())?;
    let unsigned = plain.strip_prefix(['+', '-']).unwrap_or(&plain);
    let is_number = !unsigned.is_empty() && unsigned.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if is_number { crate::value::decimal::parse(plain.strip_prefix('+').unwrap_or(&plain)) } else { None }
}

/// A floating number as .NET's default style reads it: thousands allowed, names for what is not finite.
fn float(text: &str) -> Option<f64> {
    match text.trim_start_matches('+').to_ascii_lowercase().as_str() {
        "nan" | "-nan" => return Some(f64::NAN),
        "infinity" | "∞" => return Some(f64::INFINITY),
        "-infinity" | "-∞" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    let plain = without_thousands(text)?;
    let is_mark = |b: u8| matches!(b, b'.' | b'e' | b'E' | b'+' | b'-');
    let is_number = plain.bytes().all(|b| b.is_ascii_digit() || is_mark(b)) && plain.bytes().any(|b| b.is_ascii_digit());
    if is_number { plain.parse().ok() } else { None }
}

/// The text without commas, which may stand anywhere between digits before the point.
fn without_thousands(text: &str) -> Option<String> {
    let point = text.find(['.', 'e', 'E']).unwrap_or(text.len());
    let (whole, rest) = text.split_at(point);
    if rest.contains(',') || whole.trim_start_matches(['+', '-']).starts_with(',') {
        return None;
    }
    Some(whole.replace(',', "") + rest)
}

pub(super) fn guid(text: &str) -> Option<Uuid> {
    let text = text.trim();
    let inner = if let Some(inner) = text.strip_prefix('{') {
        inner.strip_suffix('}')?
    } else if let Some(inner) = text.strip_prefix('(') {
        inner.strip_suffix(')')?
    } else {
        text
    };
    let is_form = match inner.len() {
        32 => inner == text,
        36 => [8, 13, 18, 23].iter().all(|at| inner.as_bytes().get(*at) == Some(&b'-')),
        _ => false,
    };
    if is_form { Uuid::try_parse(inner).ok() } else { None }
}

pub(super) fn version(text: &str) -> Option<Version> {
    let parts: Vec<&str> = text.split('.').collect();
    if !(2..=4).contains(&parts.len()) {
        return None;
    }
    let mut numbers = [-1; 4];
    for (slot, part) in numbers.iter_mut().zip(&parts) {
        let part = part.trim();
        // `-0` is a number like any other that is not negative.
        *slot = part.parse().ok().filter(|number| *number >= 0)?;
    }
    let [major, minor, build, revision] = numbers;
    Some(Version { major, minor, build, revision })
}
