//! Methods of dates and durations.

use super::call;
use crate::clock::{self, TICKS_DAY, TICKS_SECOND};
use crate::convert::{to_double, to_integer, to_timespan};
use crate::fault::{Outcome, fault};
use crate::value::{DateKind, DateTime, Value};

pub(super) fn date_method(moment: DateTime, name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let by = |unit: i64, argument: &Value| {
        let ticks = scaled(argument, unit)?;
        moved(moment, Some(ticks))
    };
    match (name, arguments) {
        ("adddays", [days]) => by(TICKS_DAY, days),
        ("addhours", [hours]) => by(3600 * TICKS_SECOND, hours),
        ("addminutes", [minutes]) => by(60 * TICKS_SECOND, minutes),
        ("addseconds", [seconds]) => by(TICKS_SECOND, seconds),
        ("addmilliseconds", [milliseconds]) => by(10_000, milliseconds),
        ("addticks", [ticks]) => moved(moment, Some(to_integer(ticks)?)),
        ("addmonths", [months]) => month(moment, to_integer::<i32>(months)?.into()),
        ("addyears", [years]) => month(moment, i64::from(to_integer::<i32>(years)?) * 12),
        ("add", [span]) => moved(moment, Some(to_timespan(span)?)),
        ("subtract", [Value::DateTime(other)]) => Ok(Value::TimeSpan(moment.ticks - other.ticks)),
        ("subtract", [span]) => moved(moment, to_timespan(span)?.checked_neg()),
        ("touniversaltime", []) => Ok(Value::DateTime(DateTime { ticks: moment.ticks, kind: DateKind::Utc })),
        ("tolocaltime", []) => Ok(Value::DateTime(DateTime { ticks: moment.ticks, kind: DateKind::Local })),
        ("toshortdatestring", []) => formatted(moment, "d"),
        ("tolongdatestring", []) => formatted(moment, "D"),
        ("toshorttimestring", []) => formatted(moment, "t"),
        ("tolongtimestring", []) => formatted(moment, "T"),
        _ => call::not_found(&Value::DateTime(moment), name),
    }
}

fn formatted(moment: DateTime, format: &str) -> Outcome<Value> {
    Ok(clock::format::format(moment, format).map_or(Value::Null, Value::from))
}

fn moved(moment: DateTime, ticks: Option<i64>) -> Outcome<Value> {
    match ticks.and_then(|ticks| clock::add(moment, ticks)) {
        Some(moment) => Ok(Value::DateTime(moment)),
        None => fault("ArgumentOutOfRangeException", "there is no such date"),
    }
}

fn month(moment: DateTime, months: i64) -> Outcome<Value> {
    match clock::add_months(moment.ticks, months) {
        Some(ticks) => Ok(Value::DateTime(DateTime { ticks, kind: moment.kind })),
        None => fault("ArgumentOutOfRangeException", "there is no such date"),
    }
}

/// A number of units as ticks, as .NET rounds it: the whole part exactly, the fraction cut.
pub(super) fn scaled(argument: &Value, unit: i64) -> Outcome<i64> {
    let number = to_double(argument)?;
    #[expect(clippy::cast_precision_loss, reason = "units are small")]
    let ticks = number.trunc() * unit as f64 + (number.fract() * unit as f64).trunc();
    if !ticks.is_finite() || ticks.abs() > 9.2e18 {
        return fault("ArgumentOutOfRangeException", "the duration is too long");
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
    Ok(ticks as i64)
}

pub(super) fn span_method(ticks: i64, name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let done = |ticks: Option<i64>| match ticks {
        Some(ticks) => Ok(Value::TimeSpan(ticks)),
        None => fault("OverflowException", "the duration is too long"),
    };
    match (name, arguments) {
        ("add", [other]) => done(ticks.checked_add(to_timespan(other)?)),
        ("subtract", [other]) => done(ticks.checked_sub(to_timespan(other)?)),
        ("negate", []) => done(ticks.checked_neg()),
        ("duration", []) => done(ticks.checked_abs()),
        ("multiply", [_]) => crate::arith::binary(crate::arith::Op::Multiply, &Value::TimeSpan(ticks), &arguments[0]),
        ("divide", [_]) => crate::arith::binary(crate::arith::Op::Divide, &Value::TimeSpan(ticks), &arguments[0]),
        _ => call::not_found(&Value::TimeSpan(ticks), name),
    }
}
