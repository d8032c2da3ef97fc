//! `[math]`: the first argument's type decides.

use rust_decimal::{Decimal, RoundingStrategy};

use super::{argument, no_overload, number};
use crate::compare::{self, Case};
use crate::convert::{cast, to_decimal, to_double};
use crate::eval::call::enum_argument;
use crate::fault::{Outcome, fault, refused};
use crate::value::{Base, EnumKind, Type, Value};

pub(super) fn call(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let owner = Type::of(Base::Math);
    let is_overloaded = matches!(name, "abs" | "max" | "min" | "floor" | "ceiling" | "truncate" | "round" | "sign");
    if let Some(value) = arguments.first() {
        let has_none = match value {
            Value::Array(_) | Value::Table(_) | Value::DateTime(_) | Value::Big(_) => true,
            Value::Bool(_) => {
                is_overloaded
                    && !matches!(arguments, [Value::Bool(_), other] if crate::arith::is_number(other) && matches!(name, "max" | "min"))
            }
            Value::Char(_) => matches!(name, "abs" | "sign"),
            _ => false,
        };
        if has_none {
            return no_overload(owner, name);
        }
    }
    match (name, arguments) {
        ("abs", [value]) => abs(value),
        ("max" | "min", [a, b]) => extreme(name, a, b),
        ("floor" | "ceiling" | "truncate", [value]) => whole(name, value),
        ("round", [value, rest @ ..]) => round(value, rest),
        ("sign", [value]) => sign(value),
        ("pow", [a, b]) => Ok(Value::Double(double(a)?.powf(double(b)?))),
        ("log", [value, base]) => log(double(value)?, double(base)?),
        ("atan2", [a, b]) => Ok(Value::Double(double(a)?.atan2(double(b)?))),
        (_, [value]) => {
            let x = double(value)?;
            Ok(Value::Double(match name {
                "sqrt" => x.sqrt(),
                "exp" => x.exp(),
                "log" => x.ln(),
                "log10" => x.log10(),
                "log2" => x.log2(),
                "sin" => x.sin(),
                "cos" => x.cos(),
                "tan" => x.tan(),
                "asin" => x.asin(),
                "acos" => x.acos(),
                "atan" => x.atan(),
                _ => return no_overload(owner, name),
            }))
        }
        _ => no_overload(owner, name),
    }
}

fn double(value: &Value) -> Outcome<f64> {
    argument(to_double(value))
}

fn log(value: f64, base: f64) -> Outcome<Value> {
    Ok(Value::Double(if value.is_nan() || base.is_nan() || base == 1.0 || (value != 1.0 && (base == 0.0 || base == f64::INFINITY)) {
        f64::NAN
    } else {
        value.ln() / base.ln()
    }))
}

fn overflow<T>() -> Outcome<T> {
    fault("OverflowException", "the number has no such value in its type")
}

fn abs(value: &Value) -> Outcome<Value> {
    let checked = match value {
        Value::Int(n) => n.checked_abs().map(Value::Int),
        Value::Long(n) => n.checked_abs().map(Value::Long),
        Value::Short(n) => n.checked_abs().map(Value::Short),
        Value::SByte(n) => n.checked_abs().map(Value::SByte),
        Value::Byte(n) => Some(Value::Short(i16::from(*n))),
        Value::UShort(n) => Some(Value::Int(i32::from(*n))),
        Value::UInt(n) => Some(Value::Long(i64::from(*n))),
        Value::Decimal(n) => Some(Value::Decimal(n.abs())),
        Value::ULong(_) => Some(Value::Decimal(argument(to_decimal(value))?)),
        other => Some(Value::Double(double(other)?.abs())),
    };
    checked.map_or_else(overflow, Ok)
}

fn extreme(name: &str, a: &Value, b: &Value) -> Outcome<Value> {
    if matches!(a, Value::Char(_)) || matches!(b, Value::Char(_) | Value::Big(_) | Value::Array(_)) {
        return refused("`[math]::Max` and `Min` of characters are not available in an expression");
    }
    let is_small = |value: &Value| {
        matches!(
            value,
            Value::SByte(_) | Value::Byte(_) | Value::Short(_) | Value::UShort(_) | Value::UInt(_) | Value::ULong(_) | Value::Enum(_)
        )
    };
    if (is_small(a) || is_small(b)) && a.type_of() != b.type_of() {
        return refused("`[math]::Max` and `Min` of these types are not available in an expression; cast both to one type");
    }
    // The overload is that of the first argument that is a number.
    let own = |value: &Value| if crate::arith::is_number(value) { value.type_of() } else { None };
    let to = own(a).or_else(|| own(b)).unwrap_or(Type::of(Base::Double));
    let (a, b) = (argument(cast(a, to))?, argument(cast(b, to))?);
    if let (Value::Double(x), Value::Double(y)) = (&a, &b)
        && (x.is_nan() || y.is_nan())
    {
        return Ok(Value::Double(f64::NAN));
    }
    let is_less = compare::order(&a, &b, Case::Respect)?.is_some_and(std::cmp::Ordering::is_lt);
    Ok(if is_less == (name == "max") { b } else { a })
}

/// Whole numbers go by way of decimals; everything else is a double.
fn as_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(number) => Some(*number),
        Value::Double(_) | Value::String(_) | Value::Null | Value::Char(_) => None,
        other => to_decimal(other).ok(),
    }
}

fn whole(name: &str, value: &Value) -> Outcome<Value> {
    if let Some(number) = as_decimal(value) {
        return Ok(Value::Decimal(match name {
            "floor" => number.floor(),
            "ceiling" => number.ceil(),
            _ => number.trunc(),
        }));
    }
    let number = double(value)?;
    Ok(Value::Double(match name {
        "floor" => number.floor(),
        "ceiling" => number.ceil(),
        _ => number.trunc(),
    }))
}

fn round(value: &Value, rest: &[Value]) -> Outcome<Value> {
    let mode_of = |value: &Value| match value {
        Value::Enum(_) => enum_argument(value, EnumKind::MidpointRounding),
        Value::String(text) if text.trim().starts_with(|c: char| c.is_ascii_alphabetic()) => {
            enum_argument(value, EnumKind::MidpointRounding)
        }
        _ => None,
    };
    let (digits, mode) = match rest {
        [] => (0, 0),
        [only] => match mode_of(only) {
            Some(mode) => (0, mode),
            None if matches!(only, Value::Bool(_)) => return no_overload(Type::of(Base::Math), "Round"),
            None => (number(only)?, 0),
        },
        [digits, mode] => match mode_of(mode) {
            Some(mode) => (number(digits)?, mode),
            None => return no_overload(Type::of(Base::Math), "Round"),
        },
        _ => return no_overload(Type::of(Base::Math), "Round"),
    };
    let strategy = match mode {
        0 => RoundingStrategy::MidpointNearestEven,
        1 => RoundingStrategy::MidpointAwayFromZero,
        2 => RoundingStrategy::ToZero,
        3 => RoundingStrategy::ToNegativeInfinity,
        _ => RoundingStrategy::ToPositiveInfinity,
    };
    if let Some(decimal) = as_decimal(value) {
        let Some(digits) = u32::try_from(digits).ok().filter(|digits| *digits <= 28) else { return overflow_digits() };
        return Ok(Value::Decimal(decimal.round_dp_with_strategy(digits, strategy)));
    }
    if !(0..=15).contains(&digits) {
        return overflow_digits();
    }
    let value = double(value)?;
    let power = 10_f64.powi(digits);
    if value.abs() >= 1e16 {
        return Ok(Value::Double(value));
    }
    let scaled = value * power;
    Ok(Value::Double(
        match mode {
            0 => scaled.round_ties_even(),
            1 => scaled.round(),
            2 => scaled.trunc(),
            3 => scaled.floor(),
            _ => scaled.ceil(),
        } / power,
    ))
}

fn overflow_digits<T>() -> Outcome<T> {
    fault("ArgumentOutOfRangeException", "a number is not rounded to so many digits")
}

fn sign(value: &Value) -> Outcome<Value> {
    let number = double(value)?;
    if number.is_nan() {
        return fault("ArithmeticException", "NaN has no sign");
    }
    Ok(Value::Int(i32::from(number > 0.0) - i32::from(number < 0.0)))
}
