//! `[convert]` and the `Parse` of number types, which are stricter than casts.

use super::{argument, no_overload};
use crate::convert::{cast, to_datetime, to_integer};
use crate::eval::text::byte_list;
use crate::fault::{Outcome, fault, refused};
use crate::value::text::{plain_text, to_text};
use crate::value::{Base, Type, Value};

/// What a method throws where a cast would fail.
pub(super) fn renamed(converted: Outcome<Value>) -> Outcome<Value> {
    converted.map_err(|mut failed| {
        if !failed.code.starts_with("Stoa") {
            failed.code = "FormatException".into();
        }
        failed
    })
}

pub(super) fn call(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let target = match name {
        "toboolean" => Base::Bool,
        "tosbyte" => Base::SByte,
        "tobyte" => Base::Byte,
        "toint16" => Base::Short,
        "touint16" => Base::UShort,
        "toint32" => Base::Int,
        "touint32" => Base::UInt,
        "toint64" => Base::Long,
        "touint64" => Base::ULong,
        "todouble" => Base::Double,
        "todecimal" => Base::Decimal,
        "tochar" => Base::Char,
        _ => return other(name, arguments),
    };
    match arguments {
        [Value::String(text)] => parse(target, "parse", &[Value::String(text.clone())]),
        [Value::Null] if target != Base::Char => cast(&Value::Int(0), Type::of(target)),
        [Value::DateTime(_) | Value::TimeSpan(_) | Value::Array(_) | Value::Table(_)] => no_overload(Type::of(Base::Convert), name),
        [value] => argument(cast(value, Type::of(target))),
        [Value::String(text), radix] => from_radix(target, text, radix),
        [value, Value::Object(_) | Value::Null] => argument(cast(value, Type::of(target))),
        _ => no_overload(Type::of(Base::Convert), name),
    }
}

fn other(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    match (name, arguments) {
        ("tostring", [value]) => Ok(Value::from(plain_text(value))),
        ("tostring", [value, radix @ Value::Int(_)]) => to_radix(value, radix),
        ("todatetime", [text]) => renamed(to_datetime(text).map(Value::DateTime)),
        ("tobase64string", [bytes]) => match byte_list(bytes) {
            Some(bytes) => Ok(Value::from(base64(&bytes))),
            None => no_overload(Type::of(Base::Convert), name),
        },
        ("frombase64string", [text]) => match from_base64(&to_text(text)) {
            Some(bytes) => Ok(Value::from(bytes.into_iter().map(Value::Byte).collect::<Vec<_>>())),
            None => fault("FormatException", "the text is not base 64"),
        },
        ("tohexstring", [bytes]) => match byte_list(bytes) {
            Some(bytes) => Ok(Value::from(bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>())),
            None => no_overload(Type::of(Base::Convert), name),
        },
        ("fromhexstring", [text]) => match from_hex(&to_text(text)) {
            Some(bytes) => Ok(Value::from(bytes.into_iter().map(Value::Byte).collect::<Vec<_>>())),
            None => fault("FormatException", "the text is not hexadecimal"),
        },
        _ => no_overload(Type::of(Base::Convert), name),
    }
}

/// `[int]::Parse('5')` and its like: digits with white space around them, no suffixes, no hexadecimal.
pub(super) fn parse(base: Base, name: &str, arguments: &[Value]) -> Outcome<Value> {
    let is_culture = |value: &Value| matches!(value, Value::Null | Value::Object(_));
    let text = match arguments {
        [text] => to_text(text),
        [text, culture] if is_culture(culture) => to_text(text),
        [_, _] | [_, _, _] => return refused("`Parse` with a style of numbers is not available in an expression"),
        _ => return no_overload(Type::of(base), name),
    };
    let bad = || fault("FormatException", format!("`{text}` is not a number of this type"));
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
    match base {
        Base::Bool => match trimmed.to_ascii_lowercase().as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => bad(),
        },
        Base::Char => renamed(cast(&Value::from(text.as_ref()), Type::of(base))),
        Base::Double => {
            let is_plain = digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'e' | b'E' | b'+' | b'-'));
            let is_named = matches!(digits.to_ascii_lowercase().as_str(), "nan" | "infinity");
            if digits.is_empty() || !(is_plain || is_named) { bad() } else { renamed(cast(&Value::from(trimmed), Type::of(base))) }
        }
        Base::Decimal => {
            let plain = trimmed.replace(',', "");
            let is_plain =
                digits.bytes().any(|b| b.is_ascii_digit()) && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
            match crate::value::decimal::parse(plain.trim_start_matches('+')) {
                Some(number) if is_plain => Ok(Value::Decimal(number)),
                _ => bad(),
            }
        }
        _ if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) => bad(),
        _ => renamed(cast(&Value::from(trimmed), Type::of(base))),
    }
}

fn radix_of(radix: &Value) -> Outcome<u32> {
    match to_integer::<u32>(radix) {
        Ok(radix @ (2 | 8 | 10 | 16)) => Ok(radix),
        _ => fault("ArgumentException", "a number's base is 2, 8, 10 or 16"),
    }
}

fn from_radix(base: Base, text: &str, radix: &Value) -> Outcome<Value> {
    let radix = radix_of(radix)?;
    let digits = if radix == 16 { text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text) } else { text };
    let bits = match base {
        Base::SByte | Base::Byte => 8,
        Base::Short | Base::UShort => 16,
        Base::Int | Base::UInt => 32,
        Base::Long | Base::ULong => 64,
        _ => return no_overload(Type::of(Base::Convert), "ToInt32"),
    };
    let Ok(mut number) = i128::from_str_radix(digits, radix) else {
        return fault("FormatException", format!("`{text}` is not a number of base {radix}"));
    };
    let is_signed = matches!(base, Base::SByte | Base::Short | Base::Int | Base::Long);
    // As many digits as the type has bits are its bits.
    if radix != 10 && is_signed && number < (1 << bits) && number >> (bits - 1) == 1 {
        number -= 1 << bits;
    }
    renamed(cast(&Value::Big(std::sync::Arc::new(number)), Type::of(base)))
}

fn to_radix(value: &Value, radix: &Value) -> Outcome<Value> {
    let radix = radix_of(radix)?;
    let bits = match value {
        Value::Int(number) => u64::from(number.cast_unsigned()),
        Value::Long(number) => number.cast_unsigned(),
        Value::Short(number) => u64::from(number.cast_unsigned()),
        Value::Byte(number) => u64::from(*number),
        _ => return no_overload(Type::of(Base::Convert), "ToString"),
    };
    Ok(Value::from(match radix {
        2 => format!("{bits:b}"),
        8 => format!("{bits:o}"),
        16 => format!("{bits:x}"),
        _ => plain_text(value),
    }))
}

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = (group >> (18 - 6 * place)) & 63;
            out.push(if place <= chunk.len() { char::from(DIGITS[digit as usize]) } else { '=' });
        }
    }
    out
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let plain: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    if !plain.len().is_multiple_of(4) {
        return None;
    }
    let padding = plain.iter().rev().take_while(|b| **b == b'=').count();
    let mut out = Vec::with_capacity(plain.len() / 4 * 3);
    let (mut group, mut count) = (0_u32, 0);
    for byte in plain.get(..plain.len() - padding)? {
        let digit = DIGITS.iter().position(|digit| digit == byte)?;
        group = group << 6 | u32::try_from(digit).ok()?;
        count += 1;
        if count == 4 {
            out.extend(&group.to_be_bytes()[1..]);
            (group, count) = (0, 0);
        }
    }
    match (count, padding) {
        (0, 0) => {}
        (2, 2) => out.push(u8::try_from(group >> 4 & 255).ok()?),
        (3, 1) => out.extend([u8::try_from(group >> 10 & 255).ok()?, u8::try_from(group >> 2 & 255).ok()?]),
        _ => return None,
    }
    Some(out)
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let bytes = text.as_bytes();
    if !bytes.len().is_multiple_of(2) || !bytes.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    (0..bytes.len() / 2).map(|at| u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()).collect()
}
