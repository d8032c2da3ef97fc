//! Bitwise operators and shifts.

use crate::arith;
use crate::convert::{string_to_number, to_double, to_integer, to_whole};
use crate::fault::{Outcome, fault, refused};
use crate::tree::Binary;
use crate::value::Value;

/// The number an operand of a bitwise operator stands for, in the type it is computed in.
fn bits(value: &Value, other: &Value) -> Outcome<Value> {
    match value {
        Value::Null => Ok(Value::Int(0)),
        Value::Bool(value) => Ok(Value::Int(i32::from(*value))),
        Value::Enum(_) => refused("an enumeration's bits are not available in an expression"),
        Value::Big(_) => Ok(value.clone()),
        Value::String(text) => string_to_number(text, other),
        value if arith::type_code(value).is_some() => Ok(value.clone()),
        _ => fault("MethodNotFound", "this has no bits"),
    }
}

fn is_wide(value: &Value) -> bool {
    matches!(value, Value::Double(_) | Value::Decimal(_))
}

pub(super) fn bitwise(op: Binary, left: &Value, right: &Value) -> Outcome<Value> {
    if matches!(op, Binary::ShiftLeft | Binary::ShiftRight) {
        return shift(op, left, right);
    }
    let combine = |a: i128, b: i128| match op {
        Binary::BitAnd => a & b,
        Binary::BitOr => a | b,
        _ => a ^ b,
    };
    let (a, b) = (bits(left, right)?, bits(right, left)?);
    if is_wide(&a) || is_wide(&b) {
        let (a, b) = if matches!(arith::width(&a, &b), Some(arith::Width::Double)) { (as_double(&a)?, as_double(&b)?) } else { (a, b) };
        let bits = combine(unsigned(&a)?, unsigned(&b)?);
        let is_signed = is_negative(&a) || is_negative(&b);
        return Ok(if is_signed { Value::Long(signed(bits)) } else { wide(bits) });
    }
    if matches!(a, Value::Big(_)) || matches!(b, Value::Big(_)) {
        return Ok(Value::Big(std::sync::Arc::new(combine(to_whole(&a)?, to_whole(&b)?))));
    }
    if matches!(a, Value::ULong(_)) || matches!(b, Value::ULong(_)) {
        return Ok(wide(combine(to_whole(&a)?, to_whole(&b)?)));
    }
    match arith::width(&a, &b) {
        Some(width) => {
            let result = combine(to_whole(&a)?, to_whole(&b)?);
            Ok(match width {
                arith::Width::Int => int_or_long(result),
                arith::Width::UInt => Value::UInt(truncated(result)),
                arith::Width::Long => i64::try_from(result).map_or(Value::Null, Value::Long),
                _ => wide(result),
            })
        }
        None => fault("MethodNotFound", "these have no bits"),
    }
}

fn int_or_long(number: i128) -> Value {
    i32::try_from(number).map_or_else(|_| i64::try_from(number).map_or(Value::Null, Value::Long), Value::Int)
}

fn truncated(number: i128) -> u32 {
    u32::try_from(number & i128::from(u32::MAX)).unwrap_or(0)
}

/// The sixty-four bits of a number with a fraction.
fn unsigned(value: &Value) -> Outcome<i128> {
    let number = if is_negative(value) { i128::from(to_integer::<i64>(value)?) } else { i128::from(to_integer::<u64>(value)?) };
    Ok(number & i128::from(u64::MAX))
}

fn as_double(value: &Value) -> Outcome<Value> {
    to_double(value).map(Value::Double)
}

fn is_negative(value: &Value) -> bool {
    match value {
        Value::Double(number) => *number < 0.0,
        Value::Decimal(number) => number.is_sign_negative() && !number.is_zero(),
        other => to_whole(other).is_ok_and(|number| number < 0),
    }
}

fn signed(bits: i128) -> i64 {
    u64::try_from(bits & i128::from(u64::MAX)).unwrap_or(0).cast_signed()
}

fn wide(bits: i128) -> Value {
    Value::ULong(u64::try_from(bits & i128::from(u64::MAX)).unwrap_or(0))
}

fn shift(op: Binary, left: &Value, right: &Value) -> Outcome<Value> {
    let left = match left {
        Value::Null => return Ok(Value::Int(0)),
        Value::Bool(_) | Value::Char(_) => return fault("NotADefinedOperationForType", "this cannot be shifted"),
        value => match bits(value, right)? {
            value @ (Value::Double(_) | Value::Decimal(_)) => Value::Int(to_integer(&value)?),
            value => value,
        },
    };
    let by: i32 = to_integer(&match right {
        Value::String(text) => string_to_number(text, &Value::Int(0))?,
        other => other.clone(),
    })?;
    let by = by.cast_unsigned();
    let is_left = op == Binary::ShiftLeft;
    if let Some(done) = shift_small(&left, by, is_left) {
        return Ok(done);
    }
    Ok(match left {
        Value::Big(_) => return refused("shifting a [bigint] is not available in an expression"),
        Value::Long(n) => Value::Long(if is_left { n.wrapping_shl(by) } else { n.wrapping_shr(by) }),
        Value::ULong(n) => Value::ULong(if is_left { n.wrapping_shl(by) } else { n.wrapping_shr(by) }),
        Value::UInt(n) => Value::UInt(if is_left { n.wrapping_shl(by) } else { n.wrapping_shr(by) }),
        other => {
            let n: i32 = to_integer(&other)?;
            Value::Int(if is_left { n.wrapping_shl(by) } else { n.wrapping_shr(by) })
        }
    })
}

/// Types of fewer than 32 bits are shifted as ints and cut to their own width.
fn shift_small(left: &Value, by: u32, is_left: bool) -> Option<Value> {
    let number = i32::try_from(to_whole(left).ok()?).ok()?;
    let shifted = if is_left { number.wrapping_shl(by) } else { number.wrapping_shr(by) };
    let [low, high, ..] = shifted.to_le_bytes();
    Some(match left {
        Value::Byte(_) => Value::Byte(low),
        Value::SByte(_) => Value::SByte(low.cast_signed()),
        Value::UShort(_) => Value::UShort(u16::from_le_bytes([low, high])),
        Value::Short(_) => Value::Short(i16::from_le_bytes([low, high])),
        _ => return None,
    })
}

/// `-bnot`
pub(super) fn bit_not(value: &Value) -> Outcome<Value> {
    match bits(value, &Value::Int(0))? {
        Value::Long(n) => Ok(Value::Long(!n)),
        Value::Big(n) => Ok(Value::Big(std::sync::Arc::new(!*n))),
        Value::ULong(n) => Ok(Value::ULong(!n)),
        Value::UInt(n) => Ok(Value::UInt(!n)),
        value @ (Value::Double(_) | Value::Decimal(_)) => {
            // The smallest whole type that holds it.
            let number = to_double(&value)?.round_ties_even();
            match to_integer::<i32>(&Value::Double(number)) {
                Ok(n) => Ok(Value::Int(!n)),
                Err(_) => to_integer::<i64>(&Value::Double(number)).map(|n| Value::Long(!n)),
            }
        }
        other => to_integer::<i32>(&other).map(|n| Value::Int(!n)),
    }
}
