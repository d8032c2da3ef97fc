//! Arithmetic: the left operand decides what kind of operation it is, the wider type what kind of number.

mod implicit;
mod numeric;

use numeric::{numeric, whole};

use crate::convert::{string_to_number, to_integer};
use crate::fault::{Outcome, fault, refused};
use crate::value::text::{char_text, to_text};
use crate::value::{Table, Value};

/// The operators that compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// The longest string or list an operator may make.
pub(crate) const SIZE: usize = 1 << 20;

/// What a pair of numbers is computed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Width {
    Int,
    UInt,
    Long,
    ULong,
    Double,
    Decimal,
    Big,
}

/// .NET's type codes, which order the numeric types.
pub(crate) fn type_code(value: &Value) -> Option<u8> {
    Some(match value {
        Value::Bool(_) => 3,
        Value::Char(_) => 4,
        Value::SByte(_) => 5,
        Value::Byte(_) => 6,
        Value::Short(_) => 7,
        Value::UShort(_) => 8,
        Value::Int(_) | Value::Enum(_) => 9,
        Value::UInt(_) => 10,
        Value::Long(_) => 11,
        Value::ULong(_) => 12,
        Value::Double(_) => 14,
        Value::Decimal(_) => 15,
        _ => return None,
    })
}

/// A number proper: no bool, no char.
pub(crate) fn is_number(value: &Value) -> bool {
    type_code(value).is_some_and(|code| code >= 5) && !matches!(value, Value::Enum(_))
}

fn is_below_zero(value: &Value) -> bool {
    match value {
        Value::SByte(n) => *n < 0,
        Value::Short(n) => *n < 0,
        Value::Int(n) => *n < 0,
        Value::Long(n) => *n < 0,
        _ => false,
    }
}

fn is_signed(code: u8) -> bool {
    matches!(code, 5 | 7 | 9 | 11)
}

/// The type two numbers are computed in.
pub(crate) fn width(left: &Value, right: &Value) -> Option<Width> {
    let (a, b) = (type_code(left)?, type_code(right)?);
    // An unsigned type stays one beside a signed number that is not negative.
    let signed = (is_signed(a) && is_below_zero(left)) || (is_signed(b) && is_below_zero(right));
    Some(match a.max(b) {
        0..=9 => Width::Int,
        10 => {
            if signed {
                Width::Long
            } else {
                Width::UInt
            }
        }
        11 => Width::Long,
        12 => {
            if signed {
                Width::Decimal
            } else {
                Width::ULong
            }
        }
        15 => Width::Decimal,
        _ => Width::Double,
    })
}

/// `left op right`
pub(crate) fn binary(op: Op, left: &Value, right: &Value) -> Outcome<Value> {
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        return whole(op, i128::from(*a), i128::from(*b), Width::Int);
    }
    match op {
        Op::Add => add(left, right),
        Op::Multiply => multiply(left, right),
        _ => other(op, left, right),
    }
}

fn add(left: &Value, right: &Value) -> Outcome<Value> {
    match left {
        Value::Null => Ok(right.clone()),
        Value::String(text) => text_of(text, &to_text(right)),
        Value::Char(unit) if matches!(right, Value::String(_) | Value::Char(_)) => text_of(&char_text(*unit), &to_text(right)),
        Value::Char(unit) if type_code(right).is_some() => text_of(&char_text(*unit), &to_text(right)),
        Value::Array(items) => {
            let added = match right {
                Value::Array(more) => more.as_slice(),
                one => std::slice::from_ref(one),
            };
            if items.len() + added.len() > SIZE {
                return too_large();
            }
            Ok(Value::from([items.as_slice(), added].concat()))
        }
        Value::Table(table) => match right {
            Value::Table(more) => merge(table, more),
            _ => fault("AddHashTableToNonHashTable", "a hashtable can only be added to another hashtable"),
        },
        _ => numbers(Op::Add, left, right),
    }
}

fn text_of(left: &str, right: &str) -> Outcome<Value> {
    if left.len() + right.len() > SIZE {
        return too_large();
    }
    Ok(Value::String([left, right].concat().into()))
}

pub(crate) fn too_large<T>() -> Outcome<T> {
    fault("StoaTooLarge", "the value would be too large; an expression may make up to a million characters or items")
}

fn merge(left: &Table, right: &Table) -> Outcome<Value> {
    let mut sum = left.clone();
    for (key, value) in right.keys().zip(right.values()) {
        let name = to_text(&key).into_owned();
        if !sum.add(key, value.clone()) {
            return fault("System.ArgumentException", format!("both hashtables have the key `{name}`"));
        }
    }
    Ok(Value::from(sum))
}

fn multiply(left: &Value, right: &Value) -> Outcome<Value> {
    let times = |right: &Value| -> Outcome<usize> {
        let count: i32 = match right {
            Value::String(text) => to_integer(&string_to_number(text, &Value::Int(0))?)?,
            other => to_integer(other)?,
        };
        match usize::try_from(count) {
            Ok(count) => Ok(count),
            Err(_) => fault("System.ArgumentOutOfRangeException", "nothing can be repeated less than zero times"),
        }
    };
    match left {
        Value::Null => Ok(Value::Null),
        Value::String(text) => {
            let count = times(right)?;
            if text.len().saturating_mul(count) > SIZE {
                return too_large();
            }
            Ok(Value::from(text.repeat(count)))
        }
        Value::Array(items) => {
            let count = times(right)?;
            if items.len().saturating_mul(count) > SIZE {
                return too_large();
            }
            Ok(Value::from(items.iter().cycle().take(items.len() * count).cloned().collect::<Vec<_>>()))
        }
        Value::Bool(value) if matches!(right, Value::Decimal(_)) => numeric(Op::Multiply, &Value::Int(i32::from(*value)), right),
        Value::Char(unit) if matches!(right, Value::Decimal(_)) => numeric(Op::Multiply, &Value::Int(i32::from(*unit)), right),
        Value::Bool(_) | Value::Char(_) => fault("NotADefinedOperationForType", "this cannot be multiplied"),
        _ => numbers(Op::Multiply, left, right),
    }
}

fn other(op: Op, left: &Value, right: &Value) -> Outcome<Value> {
    match left {
        Value::Null => numbers(op, &Value::Int(0), right),
        Value::String(text) => {
            let left = string_to_number(text, right)?;
            match right {
                Value::String(text) => numbers(op, &left, &string_to_number(text, &left)?),
                _ => numbers(op, &left, right),
            }
        }
        _ => numbers(op, left, right),
    }
}

/// The left side is a number or something with operators of its own.
fn numbers(op: Op, left: &Value, right: &Value) -> Outcome<Value> {
    if type_code(left).is_some() && !matches!(left, Value::Enum(_)) {
        match right {
            Value::Null => return numeric(op, left, &Value::Int(0)),
            Value::String(text) => {
                let right = string_to_number(text, left)?;
                return numbers(op, left, &right);
            }
            _ if type_code(right).is_some() => return numeric(op, left, right),
            _ => {}
        }
    }
    if let Value::Enum(member) = left {
        return match right {
            Value::Int(_) | Value::Enum(_) | Value::Null => {
                refused(format!("arithmetic with [{}] is not available", member.kind.full_name()))
            }
            _ => fault("MethodNotFound", "an enumeration computes only with numbers"),
        };
    }
    implicit::operator(op, left, right)
}

/// `-value`, which is zero minus the value, and `+value`, which is zero plus it.
pub(crate) fn sign(op: Op, value: &Value) -> Outcome<Value> {
    match (op, value) {
        (Op::Subtract, Value::TimeSpan(ticks)) => match ticks.checked_neg() {
            Some(ticks) => Ok(Value::TimeSpan(ticks)),
            None => fault("System.OverflowException", "the duration has no negative"),
        },
        _ => binary(op, &Value::Int(0), value),
    }
}
