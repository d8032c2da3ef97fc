//! Conversions to numbers.

use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};

use super::parse;
use crate::fault::{Outcome, fault};
use crate::value::{Type, Value};

/// A whole-number type that casts can aim at.
pub(crate) trait Integer: TryFrom<i128> {}

impl Integer for i8 {}
impl Integer for u8 {}
impl Integer for i16 {}
impl Integer for u16 {}
impl Integer for i32 {}
impl Integer for u32 {}
impl Integer for i64 {}
impl Integer for u64 {}

/// A value as a whole number: halves go to the even neighbour.
pub(crate) fn to_integer<T: Integer>(value: &Value) -> Outcome<T> {
    if let Value::String(text) = value {
        return match parse::string_to_whole(text).and_then(|number| T::try_from(number).ok()) {
            Some(number) => Ok(number),
            None => fault("InvalidCastFromStringToInteger", format!("`{text}` is not a whole number of this type")),
        };
    }
    let number = to_whole(value)?;
    match T::try_from(number) {
        Ok(number) => Ok(number),
        Err(_) => fault("InvalidCastIConvertible", format!("{number} is too large or too small for this type")),
    }
}

/// A value that is not a string as a whole number of any size.
pub(crate) fn to_whole(value: &Value) -> Outcome<i128> {
    Ok(match value {
        Value::Null => 0,
        Value::Bool(value) => i128::from(*value),
        Value::SByte(value) => i128::from(*value),
        Value::Byte(value) => i128::from(*value),
        Value::Short(value) => i128::from(*value),
        Value::UShort(value) | Value::Char(value) => i128::from(*value),
        Value::Int(value) => i128::from(*value),
        Value::UInt(value) => i128::from(*value),
        Value::Long(value) => i128::from(*value),
        Value::ULong(value) => i128::from(*value),
        Value::Big(value) => **value,
        Value::Enum(value) => i128::from(value.number),
        Value::Double(value) => return double_to_whole(*value),
        Value::Decimal(value) => value.round().to_i128().unwrap_or(0),
        other => return not_a_number(other),
    })
}

fn double_to_whole(value: f64) -> Outcome<i128> {
    let rounded = value.round_ties_even();
    if rounded.is_nan() || rounded.abs() > 1e37 {
        return fault("InvalidCastIConvertible", format!("{value} is no whole number of this type"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    Ok(rounded as i128)
}

fn not_a_number<T>(value: &Value) -> Outcome<T> {
    let code = match value {
        Value::DateTime(_) | Value::TimeSpan(_) => "InvalidCastIConvertible",
        _ => "ConvertToFinalInvalidCastException",
    };
    let from = value.type_of().map_or_else(|| "value".to_owned(), Type::full_name);
    fault(code, format!("a {from} is not a number"))
}

/// A value as a `[bigint]`; a fraction is cut off.
pub(crate) fn to_big(value: &Value) -> Outcome<Value> {
    let number = match value {
        Value::Double(value) => double_to_whole(value.trunc())?,
        Value::Decimal(value) => value.trunc().to_i128().unwrap_or(0),
        Value::String(text) => match parse::string_to_whole(text) {
            Some(number) => number,
            None => return fault("InvalidCastParseTargetInvocationWithFormatProvider", format!("`{text}` is not a whole number")),
        },
        other => to_whole(other)?,
    };
    Ok(Value::Big(Arc::new(number)))
}

/// A value as a double.
pub(crate) fn to_double(value: &Value) -> Outcome<f64> {
    match value {
        Value::Double(value) => Ok(*value),
        Value::Decimal(value) => Ok(value.to_f64().unwrap_or(f64::NAN)),
        Value::String(text) => match parse::string_to_double(text) {
            Some(number) => Ok(number),
            None => fault("InvalidCastFromStringToDoubleOrSingle", format!("`{text}` is not a number")),
        },
        #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is wanted")]
        other => to_whole(other).map(|number| number as f64),
    }
}

/// A value as a decimal.
pub(crate) fn to_decimal(value: &Value) -> Outcome<Decimal> {
    match value {
        Value::Decimal(value) => Ok(*value),
        Value::Double(value) => match double_to_decimal(*value) {
            Some(number) => Ok(number),
            None => fault("InvalidCastIConvertible", format!("{value} is too large for a decimal")),
        },
        Value::String(text) => match parse::string_to_decimal(text) {
            Some(number) => Ok(number),
            None => fault("InvalidCastFromStringToDecimal", format!("`{text}` is not a number")),
        },
        other => {
            let number = to_whole(other)?;
            match Decimal::from_i128(number) {
                Some(number) => Ok(number),
                None => fault("InvalidCastIConvertible", "the number is too large for a decimal"),
            }
        }
    }
}

/// A double as a decimal: .NET keeps 15 significant digits.
pub(crate) fn double_to_decimal(value: f64) -> Option<Decimal> {
    if !value.is_finite() || value.abs() >= 7.922_816_251_426_434e28 {
        return None;
    }
    if value == 0.0 {
        return Some(Decimal::ZERO);
    }
    let scientific = format!("{value:.14e}");
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let digits: i128 = mantissa.replace('.', "").parse().ok()?;
    // The value is digits * 10^(exponent - 14).
    let scale = 14 - exponent;
    if scale <= 0 {
        let factor = 10_i128.checked_pow(u32::try_from(-scale).ok()?)?;
        return Decimal::try_from_i128_with_scale(digits.checked_mul(factor)?, 0).ok();
    }
    let scale = u32::try_from(scale).ok()?;
    if scale > 28 {
        let cut = 10_i128.checked_pow((scale - 28).min(38))?;
        let rounded = (digits.abs() + cut / 2) / cut * digits.signum();
        return Decimal::try_from_i128_with_scale(rounded, 28).ok().map(|d| d.normalize());
    }
    Decimal::try_from_i128_with_scale(digits, scale).ok().map(|d| d.normalize())
}
