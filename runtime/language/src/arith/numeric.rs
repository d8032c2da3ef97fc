//! Two numbers: the type they are computed in, and what becomes of results that do not fit it.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::{Op, Width, width};
use crate::convert::{self, to_decimal, to_double, to_whole};
use crate::fault::{Outcome, fault, refused};
use crate::value::{Value, decimal};

/// Two numbers.
pub(crate) fn numeric(op: Op, left: &Value, right: &Value) -> Outcome<Value> {
    match width(left, right) {
        Some(Width::Double) => Ok(Value::Double(doubles(op, to_double(left)?, to_double(right)?))),
        Some(Width::Decimal) => {
            if matches!(left, Value::Bool(_) | Value::Char(_)) {
                return fault("System.InvalidOperationException", "this and a decimal do not compute");
            }
            decimals(op, to_decimal_exact(left)?, to_decimal_exact(right)?)
        }
        Some(width) => whole(op, to_whole(left)?, to_whole(right)?, width),
        None => fault("MethodNotFound", "this does not compute"),
    }
}

fn to_decimal_exact(value: &Value) -> Outcome<Decimal> {
    match value {
        Value::Double(number) => match convert::double_to_decimal(*number) {
            Some(number) => Ok(number),
            None => fault("System.OverflowException", "the number is too large for a decimal"),
        },
        other => to_decimal(other),
    }
}

fn doubles(op: Op, a: f64, b: f64) -> f64 {
    match op {
        Op::Add => a + b,
        Op::Subtract => a - b,
        Op::Multiply => a * b,
        Op::Divide => a / b,
        Op::Remainder => a % b,
    }
}

fn decimals(op: Op, a: Decimal, b: Decimal) -> Outcome<Value> {
    let result = match op {
        Op::Add => a.checked_add(b),
        Op::Subtract => a.checked_sub(b),
        Op::Multiply => decimal::multiply(a, b),
        Op::Divide | Op::Remainder if b.is_zero() => return divided_by_zero(),
        Op::Divide => decimal::divide(a, b),
        Op::Remainder => decimal::remainder(a, b),
    };
    match result {
        Some(number) => Ok(Value::Decimal(number)),
        None => fault("RuntimeException", "the result is too large for a decimal"),
    }
}

fn divided_by_zero<T>() -> Outcome<T> {
    fault("RuntimeException", "attempted to divide by zero")
}

/// Whole numbers: what does not fit its type, and what does not divide evenly, is a double.
pub(super) fn whole(op: Op, a: i128, b: i128, width: Width) -> Outcome<Value> {
    #[expect(clippy::cast_precision_loss, reason = "the nearest double is what is wanted")]
    let (x, y) = (a as f64, b as f64);
    if b == 0 && matches!(op, Op::Divide | Op::Remainder) {
        return divided_by_zero();
    }
    let exact = match op {
        Op::Add => a.checked_add(b),
        Op::Subtract => a.checked_sub(b),
        Op::Multiply => a.checked_mul(b),
        Op::Divide if width == Width::Big || a % b == 0 => Some(a / b),
        Op::Divide => None,
        Op::Remainder => Some(a % b),
    };
    if width == Width::Big {
        return match exact {
            Some(number) => Ok(Value::Big(Arc::new(number))),
            None => refused("a [bigint] of more than 128 bits is not available"),
        };
    }
    if let Some(number) = exact.and_then(|number| narrow(number, width)) {
        return Ok(number);
    }
    // A product of longs goes by way of a big number, whose conversion to a double cuts.
    Ok(Value::Double(match exact {
        Some(product) if op == Op::Multiply && width != Width::Int => cut_to_double(product),
        _ => doubles(op, x, y),
    }))
}

/// The nearest double that is not further from zero.
fn cut_to_double(number: i128) -> f64 {
    let size = number.unsigned_abs();
    let spare = (128 - size.leading_zeros()).saturating_sub(53);
    #[expect(clippy::cast_precision_loss, reason = "53 bits are left")]
    let cut = (size >> spare << spare) as f64;
    if number < 0 { -cut } else { cut }
}

fn narrow(number: i128, width: Width) -> Option<Value> {
    Some(match width {
        Width::Int => Value::Int(i32::try_from(number).ok()?),
        Width::UInt => Value::UInt(u32::try_from(number).ok()?),
        Width::Long => Value::Long(i64::try_from(number).ok()?),
        _ => Value::ULong(u64::try_from(number).ok()?),
    })
}
