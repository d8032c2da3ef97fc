//! Operators of .NET types: dates, durations, big numbers. The other side is converted as a method's argument would be.

use super::numeric::{numeric, whole};
use super::{Op, Width};
use crate::clock;
use crate::convert::{to_datetime, to_decimal, to_double, to_integer, to_timespan, to_whole};
use crate::fault::{Outcome, fault};
use crate::value::Value;

/// `left op right` where at least one side is no plain number.
pub(super) fn operator(op: Op, left: &Value, right: &Value) -> Outcome<Value> {
    match (left, right) {
        (Value::Decimal(_), Value::Big(_)) => numeric(op, left, &Value::Decimal(to_decimal(right)?)),
        (Value::Big(_), _) | (_, Value::Big(_)) => big(op, left, right),
        (Value::DateTime(_), _) | (_, Value::DateTime(_)) => dates(op, left, right),
        (Value::TimeSpan(_), _) | (_, Value::TimeSpan(_)) => spans(op, left, right),
        _ => fault("MethodNotFound", "these values have no such operator"),
    }
}

fn big(op: Op, left: &Value, right: &Value) -> Outcome<Value> {
    let number = |value: &Value| match value {
        Value::Double(value) => to_whole(&Value::Double(value.trunc())),
        Value::Decimal(value) => to_whole(&Value::Decimal(value.trunc())),
        Value::String(_) => fault("MethodArgumentConversionInvalidCastArgument", "this is not a whole number"),
        other => to_whole(other),
    };
    whole(op, number(left)?, number(right)?, Width::Big)
}

fn dates(op: Op, left: &Value, right: &Value) -> Outcome<Value> {
    let moved = |left: &Value, ticks: i64| {
        let moment = argument(to_datetime(left))?;
        match clock::add(moment, ticks) {
            Some(moment) => Ok(Value::DateTime(moment)),
            None => fault("System.ArgumentOutOfRangeException", "there is no such date"),
        }
    };
    match (op, right) {
        (Op::Add, _) => moved(left, argument(to_timespan(right))?),
        (Op::Subtract, Value::DateTime(right)) => {
            let left = argument(to_datetime(left))?;
            Ok(Value::TimeSpan(left.ticks - right.ticks))
        }
        (Op::Subtract, Value::TimeSpan(ticks)) => moved(left, -ticks),
        (Op::Subtract, _) => fault("MethodCountCouldNotFindBest", "only a date or a duration can be taken from a date"),
        _ => fault("MethodNotFound", "dates have no such operator"),
    }
}

fn spans(op: Op, left: &Value, right: &Value) -> Outcome<Value> {
    let result = match (op, left, right) {
        (Op::Add, ..) => argument(to_timespan(left))?.checked_add(argument(to_timespan(right))?),
        (Op::Subtract, ..) => argument(to_timespan(left))?.checked_sub(argument(to_timespan(right))?),
        (Op::Multiply, Value::TimeSpan(ticks), factor) | (Op::Multiply, factor, Value::TimeSpan(ticks)) => {
            scaled(*ticks, |x| x * argument_number(factor))
        }
        (Op::Divide, Value::TimeSpan(a), Value::TimeSpan(b)) => {
            #[expect(clippy::cast_precision_loss, reason = "the ratio is a double")]
            return Ok(Value::Double(*a as f64 / *b as f64));
        }
        (Op::Divide, number, Value::TimeSpan(span)) => {
            let ticks = argument(to_timespan(number))?;
            #[expect(clippy::cast_precision_loss, reason = "the ratio is a double")]
            return Ok(Value::Double(ticks as f64 / *span as f64));
        }
        (Op::Divide | Op::Multiply, _, Value::Bool(_) | Value::Char(_)) => {
            return fault("MethodCountCouldNotFindBest", "durations have no such operator");
        }
        (Op::Divide, Value::TimeSpan(ticks), divisor) => scaled(*ticks, |x| x / argument_number(divisor)),
        _ => return fault("MethodNotFound", "durations have no such operator"),
    };
    match result {
        Some(ticks) => Ok(Value::TimeSpan(ticks)),
        None => fault("System.OverflowException", "the duration is too long"),
    }
}

fn argument_number(value: &Value) -> f64 {
    to_double(value).unwrap_or(f64::NAN)
}

fn scaled(ticks: i64, by: impl Fn(f64) -> f64) -> Option<i64> {
    #[expect(clippy::cast_precision_loss, reason = "as .NET computes it")]
    let product = by(ticks as f64).round_ties_even();
    to_integer(&Value::Double(product)).ok()
}

/// A conversion that fails on the way into a method has an id of its own.
fn argument<T>(converted: Outcome<T>) -> Outcome<T> {
    converted.map_err(|mut failed| {
        if !failed.code.starts_with("Stoa") {
            failed.code = "MethodArgumentConversionInvalidCastArgument".into();
        }
        failed
    })
}
