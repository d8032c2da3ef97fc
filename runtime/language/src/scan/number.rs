//! Number literals: bases, suffixes, multipliers, and the type that PowerShell gives each.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::value::Value;

/// A literal that was read: its value, or `None` when its suffix cannot hold it; and its length in bytes.
pub(crate) struct Literal {
    pub(crate) value: Option<Value>,
    pub(crate) len: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Suffix {
    None,
    Decimal,
    Unsigned,
    SByte,
    Byte,
    Short,
    UShort,
    Long,
    ULong,
    Big,
}

/// Reads a literal at the start of `text`, with its sign where `signed`. What follows is not looked at.
pub(crate) fn scan(text: &str, signed: bool) -> Option<Literal> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut negative = false;
    if signed {
        let first = text.chars().next()?;
        if super::is_dash(first) || first == '+' {
            negative = first != '+';
            at = first.len_utf8();
        }
    }
    let (digits, base, end) = digits(bytes, at)?;
    let (suffix, multiplier, end) = suffix(bytes, end, base);
    let digits = &text[digits.0..digits.1];
    let value = if base == 10 { decimal(digits, suffix, multiplier, negative) } else { based(digits, base, suffix, multiplier, negative) };
    Some(Literal { value, len: end })
}

/// The range of the digits (with point and exponent when decimal), the base, and where the suffix begins.
fn digits(bytes: &[u8], at: usize) -> Option<((usize, usize), u32, usize)> {
    let run = |mut at: usize, is: fn(&u8) -> bool| {
        while bytes.get(at).is_some_and(is) {
            at += 1;
        }
        at
    };
    if bytes.get(at) == Some(&b'0') {
        let base = match bytes.get(at + 1) {
            Some(b'x' | b'X') => Some((16, u8::is_ascii_hexdigit as fn(&u8) -> bool)),
            Some(b'b' | b'B') => Some((2, (|b: &u8| matches!(b, b'0' | b'1')) as fn(&u8) -> bool)),
            _ => None,
        };
        if let Some((base, is)) = base {
            let end = run(at + 2, is);
            if end > at + 2 {
                return Some(((at + 2, end), base, end));
            }
        }
    }
    let mut end = run(at, u8::is_ascii_digit);
    let whole = end - at;
    let mut fraction = 0;
    // `1..3` is a range: its first number ends before the points.
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1) != Some(&b'.') {
        let after = run(end + 1, u8::is_ascii_digit);
        fraction = after - end - 1;
        if fraction > 0
            || whole > 0 && !bytes.get(end + 1).is_some_and(|b| (b.is_ascii_alphabetic() && !matches!(b, b'e' | b'E')) || *b == b'_')
        {
            end = after;
        }
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let after = run(end + 1 + sign, u8::is_ascii_digit);
        if after > end + 1 + sign {
            end = after;
        }
    }
    Some(((at, end), 10, end))
}

fn suffix(bytes: &[u8], mut at: usize, base: u32) -> (Suffix, u64, usize) {
    let lower = |at: usize| bytes.get(at).map(u8::to_ascii_lowercase);
    let mut suffix = Suffix::None;
    match lower(at) {
        Some(b'u') => {
            suffix = match lower(at + 1) {
                Some(b'y') => Suffix::Byte,
                Some(b's') => Suffix::UShort,
                Some(b'l') => Suffix::ULong,
                _ => Suffix::Unsigned,
            };
            at += if suffix == Suffix::Unsigned { 1 } else { 2 };
        }
        Some(letter) => {
            let found = match letter {
                b'd' if base == 10 => Some(Suffix::Decimal),
                b'y' => Some(Suffix::SByte),
                b's' => Some(Suffix::Short),
                b'l' => Some(Suffix::Long),
                b'n' => Some(Suffix::Big),
                _ => None,
            };
            if let Some(found) = found {
                suffix = found;
                at += 1;
            }
        }
        None => {}
    }
    let power = match lower(at) {
        Some(b'k') => 10,
        Some(b'm') => 20,
        Some(b'g') => 30,
        Some(b't') => 40,
        Some(b'p') => 50,
        _ => 0,
    };
    if power > 0 && lower(at + 1) == Some(b'b') { (suffix, 1 << power, at + 2) } else { (suffix, 1, at) }
}

/// Hexadecimal and binary literals: as many digits as the type has bits are its bits, so `0xffffffff` is -1.
fn based(digits: &str, base: u32, suffix: Suffix, multiplier: u64, negative: bool) -> Option<Value> {
    let mut number = i128::from_str_radix(digits, base).ok()?;
    let unsigned = matches!(suffix, Suffix::Unsigned | Suffix::Byte | Suffix::UShort | Suffix::ULong);
    let bits = if base == 16 { digits.len() * 4 } else { digits.len() };
    let signed_at = match suffix {
        _ if base == 2 => bits % 8 == 0,
        Suffix::SByte => bits == 8,
        Suffix::Short => bits == 16,
        Suffix::Long => bits == 64,
        _ => bits == 32 || bits == 64,
    };
    if !unsigned && signed_at && bits < 127 && number >> (bits - 1) == 1 {
        number -= 1 << bits;
    }
    if negative {
        number = -number;
    }
    let number = number.checked_mul(i128::from(multiplier))?;
    if suffix == Suffix::None && base == 16 && digits.len() == 16 {
        return whole(number, Suffix::Long);
    }
    whole(number, suffix)
}

fn decimal(digits: &str, suffix: Suffix, multiplier: u64, negative: bool) -> Option<Value> {
    let is_real = digits.contains(['.', 'e', 'E']);
    if suffix == Suffix::Decimal {
        let value = parse_decimal(digits)?.checked_mul(Decimal::from(multiplier))?;
        return Some(Value::Decimal(if negative { -value } else { value }));
    }
    if is_real {
        #[expect(clippy::cast_precision_loss, reason = "multipliers are powers of two")]
        let value = digits.parse::<f64>().ok()? * multiplier as f64;
        let value = if negative { -value } else { value };
        if suffix == Suffix::None {
            return Some(Value::Double(value));
        }
        let rounded = value.round_ties_even();
        if rounded.abs() > 1e37 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked above")]
        return whole(rounded as i128, suffix);
    }
    let number = digits.parse::<i128>().ok().and_then(|n| n.checked_mul(i128::from(multiplier)));
    match number {
        Some(number) => whole(if negative { -number } else { number }, suffix),
        None if suffix == Suffix::None => {
            #[expect(clippy::cast_precision_loss, reason = "multipliers are powers of two")]
            let value = digits.parse::<f64>().ok()? * multiplier as f64;
            Some(Value::Double(if negative { -value } else { value }))
        }
        None => None,
    }
}

/// A decimal literal with its scale, exponent allowed.
pub(crate) fn parse_decimal(digits: &str) -> Option<Decimal> {
    if digits.contains(['e', 'E']) { Decimal::from_scientific(digits).ok() } else { crate::value::decimal::parse(digits) }
}

/// A whole number in the type its suffix names, or the first of int, long, decimal, double that holds it.
fn whole(number: i128, suffix: Suffix) -> Option<Value> {
    Some(match suffix {
        Suffix::None => {
            if let Ok(value) = i32::try_from(number) {
                Value::Int(value)
            } else if let Ok(value) = i64::try_from(number) {
                Value::Long(value)
            } else if let Ok(value) = Decimal::try_from_i128_with_scale(number, 0) {
                Value::Decimal(value)
            } else {
                #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is wanted")]
                Value::Double(number as f64)
            }
        }
        Suffix::Decimal => Value::Decimal(Decimal::try_from_i128_with_scale(number, 0).ok()?),
        Suffix::Unsigned => match u32::try_from(number) {
            Ok(value) => Value::UInt(value),
            Err(_) => Value::ULong(u64::try_from(number).ok()?),
        },
        Suffix::SByte => Value::SByte(i8::try_from(number).ok()?),
        Suffix::Byte => Value::Byte(u8::try_from(number).ok()?),
        Suffix::Short => Value::Short(i16::try_from(number).ok()?),
        Suffix::UShort => Value::UShort(u16::try_from(number).ok()?),
        Suffix::Long => Value::Long(i64::try_from(number).ok()?),
        Suffix::ULong => Value::ULong(u64::try_from(number).ok()?),
        Suffix::Big => Value::Big(Arc::new(number)),
    })
}
