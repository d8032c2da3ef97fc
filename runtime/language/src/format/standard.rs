//! Standard formats: a letter and a precision.

use super::digits::Digits;
use crate::convert::to_whole;
use crate::value::Value;
use crate::value::text::{double_general, plain_text};

pub(super) fn format(value: &Value, letter: char, precision: Option<usize>) -> Option<String> {
    let is_whole = !matches!(value, Value::Double(_) | Value::Decimal(_));
    let places = precision.unwrap_or(2);
    match letter.to_ascii_uppercase() {
        'F' => Some(shown(&Digits::rounded(value, places), places, false)),
        'N' => Some(shown(&Digits::rounded(value, places), places, true)),
        'P' => {
            let mut digits = Digits::rounded(value, places + 2);
            digits.shift(2);
            Some(shown(&digits, places, true) + " %")
        }
        'C' => {
            let mut digits = Digits::rounded(value, places);
            let is_negative = std::mem::take(&mut digits.is_negative);
            let text = shown(&digits, places, true);
            Some(if is_negative { format!("(¤{text})") } else { format!("¤{text}") })
        }
        'E' => {
            let places = precision.unwrap_or(6);
            Some(scientific(Digits::significant(value, places + 1), letter, places, 3))
        }
        'G' => Some(general(value, letter, precision.unwrap_or(0))),
        'R' => match value {
            Value::Double(number) => Some(double_general(*number, None)),
            other => Some(plain_text(other)),
        },
        'D' if is_whole => {
            let number = to_whole(value).ok()?;
            let sign = if number < 0 { "-" } else { "" };
            Some(format!("{sign}{:0width$}", number.unsigned_abs(), width = precision.unwrap_or(1)))
        }
        'X' if is_whole => {
            let bits = bits(value)?;
            let width = precision.unwrap_or(1);
            Some(if letter == 'X' { format!("{bits:0width$X}") } else { format!("{bits:0width$x}") })
        }
        'B' if is_whole => Some(format!("{:0width$b}", bits(value)?, width = precision.unwrap_or(1))),
        _ => None,
    }
}

fn bits(value: &Value) -> Option<u64> {
    Some(match value {
        Value::SByte(n) => u64::from(n.cast_unsigned()),
        Value::Byte(n) => u64::from(*n),
        Value::Short(n) => u64::from(n.cast_unsigned()),
        Value::UShort(n) => u64::from(*n),
        Value::Int(n) => u64::from(n.cast_unsigned()),
        Value::UInt(n) => u64::from(*n),
        Value::Long(n) => n.cast_unsigned(),
        Value::ULong(n) => *n,
        _ => return None,
    })
}

fn shown(digits: &Digits, places: usize, is_grouped: bool) -> String {
    let sign = if digits.is_negative { "-" } else { "" };
    let point = if places > 0 { "." } else { "" };
    format!("{sign}{}{point}{}", digits.whole_text(is_grouped), digits.fraction_text(places))
}

/// `d.dddE+ddd`; the digits are rounded already.
fn scientific(mut digits: Digits, letter: char, places: usize, least: usize) -> String {
    let exponent = digits.exponent();
    digits.shift(-exponent);
    let mark = if exponent < 0 { '-' } else { '+' };
    format!("{}{letter}{mark}{:0least$}", shown(&digits, places, false), exponent.unsigned_abs())
}

fn general(value: &Value, letter: char, precision: usize) -> String {
    let digits = match (value, precision) {
        (Value::Double(number), 0) => Digits::scientific(&format!("{number:e}")),
        (_, 0) => return plain_text(value),
        _ => Digits::significant(value, precision),
    };
    let limit = if precision == 0 { 17 } else { i32::try_from(precision).unwrap_or(i32::MAX) };
    let exponent = digits.exponent();
    if exponent >= limit || exponent < -5 {
        let mut mantissa = digits.clone();
        mantissa.shift(-exponent);
        let places = mantissa.fraction.len();
        return scientific(digits, if letter == 'g' { 'e' } else { 'E' }, places, 2);
    }
    let places = digits.fraction.len();
    shown(&digits, places, false)
}
