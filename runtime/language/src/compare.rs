//! Equality and order, with the right side converted to what the left side is.

mod collate;

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::arith::{self, Width};
use crate::convert::{cast, string_to_number, to_whole};
use crate::fault::{Outcome, fault};
use crate::value::text::to_text;
use crate::value::{Base, Type, Value};

pub(crate) use collate::compare as collate;

/// Whether letters of different case are different.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Ignore,
    Respect,
}

/// The operators that compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

/// `left op right` for a left side that is no list.
pub(crate) fn scalar(op: Op, left: &Value, right: &Value, case: Case) -> Outcome<bool> {
    if let (Value::Int(a), Value::Int(b)) = (left, right) {
        return Ok(holds(op, a.cmp(b)));
    }
    match op {
        Op::Eq => Ok(equal(left, right, case)),
        Op::Ne => Ok(!equal(left, right, case)),
        _ => match order(left, right, case)? {
            Some(ordering) => Ok(holds(op, ordering)),
            None => Ok(false),
        },
    }
}

fn holds(op: Op, ordering: Ordering) -> bool {
    match op {
        Op::Eq => ordering.is_eq(),
        Op::Ne => ordering.is_ne(),
        Op::Gt => ordering.is_gt(),
        Op::Ge => ordering.is_ge(),
        Op::Lt => ordering.is_lt(),
        Op::Le => ordering.is_le(),
    }
}

/// Whether two strings are the same to PowerShell.
pub(crate) fn same_text(left: &str, right: &str, case: Case) -> bool {
    collate(left, right, case).is_eq()
}

/// `left -eq right`. What cannot be converted is not equal.
pub(crate) fn equal(left: &Value, right: &Value, case: Case) -> bool {
    match (left, right) {
        (Value::Null, _) => matches!(right, Value::Null),
        (_, Value::Null) => false,
        (Value::String(a), Value::String(b)) => same_text(a, b, case),
        (Value::String(a), _) => same_text(a, &to_text(right), case),
        (Value::Bool(a), _) => *a == right.is_true(),
        (Value::Char(_), Value::String(b)) if b.chars().count() == 1 => same_text(&to_text(left), b, case),
        (Value::Char(_), Value::Char(_)) => same_text(&to_text(left), &to_text(right), case),
        (Value::Table(a), Value::Table(b)) => std::sync::Arc::ptr_eq(a, b),
        (Value::Block(a), Value::Block(b)) => std::sync::Arc::ptr_eq(a, b),
        (Value::Array(a), Value::Array(b)) => std::sync::Arc::ptr_eq(a, b),
        (Value::Type(a), Value::Type(b)) => a == b,
        (Value::Table(_) | Value::Block(_) | Value::Array(_) | Value::Type(_) | Value::Object(_), _) => false,
        _ => equal_numbers(left, right).unwrap_or(false),
    }
}

fn equal_numbers(left: &Value, right: &Value) -> Option<bool> {
    if arith::is_number(left) || matches!(left, Value::Big(_)) {
        let converted;
        let right = match right {
            Value::String(text) => {
                converted = string_to_number(text, left).ok()?;
                &converted
            }
            other => other,
        };
        return numbers(left, right).ok()?.map(Ordering::is_eq);
    }
    let right = cast(right, left.type_of()?).ok()?;
    same_type(left, &right).map(Ordering::is_eq)
}

/// The order of two values, `None` where a number is NaN.
pub(crate) fn order(left: &Value, right: &Value, case: Case) -> Outcome<Option<Ordering>> {
    match (left, right) {
        (Value::Array(_), _) => return fault("NotIcomparable", "a list has no order"),
        (Value::Null, Value::Null) => return Ok(Some(Ordering::Equal)),
        (Value::Null, other) => return Ok(Some(null_order(other, Ordering::Less))),
        (other, Value::Null) => return Ok(Some(null_order(other, Ordering::Greater))),
        (Value::String(a), _) => return Ok(Some(collate(a, &to_text(right), case))),
        (Value::Char(_), Value::String(text)) if text.chars().count() != 1 => return not_comparable(left, right),
        (Value::Char(_), Value::String(_) | Value::Char(_)) => return Ok(Some(collate(&to_text(left), &to_text(right), case))),
        (Value::Bool(a), _) => return Ok(Some(a.cmp(&right.is_true()))),
        (Value::Table(_) | Value::Block(_) | Value::Uri(_) | Value::Type(_) | Value::Object(_), _) => {
            return fault("NotIcomparable", "this has no order");
        }
        _ => {}
    }
    if arith::is_number(left) || matches!(left, Value::Big(_)) {
        if let Value::String(text) = right {
            return numbers(left, &string_to_number(text, left)?);
        }
        return match numbers(left, right) {
            Ok(ordering) => Ok(ordering),
            Err(_) => not_comparable(left, right),
        };
    }
    let own = left.type_of();
    match own.and_then(|own| cast(right, own).ok()).and_then(|right| same_type(left, &right)) {
        Some(ordering) => Ok(Some(ordering)),
        None => not_comparable(left, right),
    }
}

fn not_comparable<T>(left: &Value, right: &Value) -> Outcome<T> {
    let name = |value: &Value| value.type_of().map_or_else(|| "value".to_owned(), Type::full_name);
    fault("ComparisonFailure", format!("a {} cannot be compared with a {}", name(left), name(right)))
}

/// Null is less than everything but negative numbers.
fn null_order(other: &Value, side: Ordering) -> Ordering {
    let is_negative = match other {
        Value::Double(number) => *number < 0.0,
        Value::Decimal(number) => number.is_sign_negative() && !number.is_zero(),
        other if arith::is_number(other) => to_whole(other).is_ok_and(|number| number < 0),
        _ => false,
    };
    if is_negative { side.reverse() } else { side }
}

/// A number on the left and anything but a string on the right.
fn numbers(left: &Value, right: &Value) -> Outcome<Option<Ordering>> {
    match (left, right) {
        (Value::Big(left), _) => {
            let right = cast(right, Type::of(Base::Big))?;
            return Ok(Some(left.as_ref().cmp(&to_whole(&right)?)));
        }
        (Value::Double(_), Value::Big(_)) => return Ok(double(left).partial_cmp(&double(right))),
        (Value::Decimal(_), Value::Big(_)) => return Ok(decimals(left, right)),
        (_, Value::Big(right)) => return Ok(Some(to_whole(left)?.cmp(right.as_ref()))),
        _ => {}
    }
    match arith::width(left, right) {
        Some(Width::Double) => Ok(double(left).partial_cmp(&double(right))),
        Some(Width::Decimal) => Ok(decimals(left, right)),
        Some(_) => Ok(Some(to_whole(left)?.cmp(&to_whole(right)?))),
        None => not_comparable(left, right),
    }
}

fn double(value: &Value) -> f64 {
    crate::convert::to_double(value).unwrap_or(f64::NAN)
}

/// Decimals; a double that no decimal holds is beyond them all.
fn decimals(left: &Value, right: &Value) -> Option<Ordering> {
    let exact = |value: &Value| -> Option<Decimal> { crate::convert::to_decimal(value).ok() };
    match (exact(left), exact(right)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        _ => double(left).partial_cmp(&double(right)),
    }
}

/// Two values of one type.
fn same_type(left: &Value, right: &Value) -> Option<Ordering> {
    Some(match (left, right) {
        (Value::DateTime(a), Value::DateTime(b)) => a.ticks.cmp(&b.ticks),
        (Value::TimeSpan(a), Value::TimeSpan(b)) => a.cmp(b),
        (Value::Guid(a), Value::Guid(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Value::Version(a), Value::Version(b)) => a.cmp(b),
        (Value::Enum(a), Value::Enum(b)) => a.number.cmp(&b.number),
        (Value::Char(a), Value::Char(b)) => a.cmp(b),
        (Value::Uri(a), Value::Uri(b)) => crate::uri::display(a).cmp(&crate::uri::display(b)),
        _ => return None,
    })
}
