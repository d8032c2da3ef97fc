//! Conversions between types, as PowerShell's casts and operators make them.

mod number;
mod parse;

use std::sync::Arc;

use crate::clock::{self, Parsed};
use crate::fault::{Outcome, fault, refused};
use crate::value::text::to_text;
use crate::value::{Base, DateKind, DateTime, Object, ObjectKind, Table, Type, Value};

pub(crate) use number::{double_to_decimal, to_decimal, to_double, to_integer, to_whole};
pub(crate) use parse::string_to_number;

/// `[type]value`
pub(crate) fn cast(value: &Value, to: Type) -> Outcome<Value> {
    if to.is_array {
        return to_array(value, to.base);
    }
    match to.base {
        Base::PsObject => Ok(custom(value)),
        Base::Object => Ok(value.clone()),
        Base::Bool => Ok(Value::Bool(value.is_true())),
        Base::String => Ok(match value {
            Value::String(_) => value.clone(),
            _ => Value::from(to_text(value).as_ref()),
        }),
        Base::SByte => to_integer::<i8>(value).map(Value::SByte),
        Base::Byte => to_integer::<u8>(value).map(Value::Byte),
        Base::Short => to_integer::<i16>(value).map(Value::Short),
        Base::UShort => to_integer::<u16>(value).map(Value::UShort),
        Base::Int => to_integer::<i32>(value).map(Value::Int),
        Base::UInt => to_integer::<u32>(value).map(Value::UInt),
        Base::Long => to_integer::<i64>(value).map(Value::Long),
        Base::ULong => to_integer::<u64>(value).map(Value::ULong),
        Base::Big => number::to_big(value),
        Base::Double => to_double(value).map(Value::Double),
        Base::Decimal => to_decimal(value).map(Value::Decimal),
        Base::Char => to_char(value),
        Base::DateTime => to_datetime(value).map(Value::DateTime),
        Base::TimeSpan => to_timespan(value).map(Value::TimeSpan),
        Base::Guid => to_guid(value),
        Base::Version => to_version(value),
        Base::Uri => to_uri(value),
        Base::Array => match value {
            Value::Array(_) | Value::Null => Ok(value.clone()),
            other => Ok(Value::from(vec![other.clone()])),
        },
        Base::Hashtable => match value {
            Value::Table(table) if !table.is_ordered() => Ok(value.clone()),
            Value::Null => Ok(Value::Null),
            Value::Table(table) => {
                let mut copy = Table::new();
                for (key, value) in table.keys().zip(table.values()) {
                    copy.add(key, value.clone());
                }
                Ok(Value::from(copy))
            }
            other => impossible(other, to),
        },
        Base::Enum(kind) => match value {
            Value::Enum(found) if found.kind == kind => Ok(value.clone()),
            Value::String(text) => match kind.parse(text) {
                Some(member) => Ok(Value::Enum(member)),
                None => fault("InvalidCastFromStringToEnum", format!("`{text}` is none of {}", kind.members().join(", "))),
            },
            other => to_integer::<i32>(other).map(|number| Value::Enum(crate::value::EnumValue { kind, number })),
        },
        Base::Block => match value {
            Value::Block(_) | Value::Null => Ok(value.clone()),
            other => impossible(other, to),
        },
        _ => match value {
            Value::Null => Ok(Value::Null),
            _ => refused(format!("a cast to [{}] is not available in an expression", to.display())),
        },
    }
}

/// `[pscustomobject]@{ }`
fn custom(value: &Value) -> Value {
    match value {
        Value::Table(table) => Value::Object(Arc::new(Object { kind: ObjectKind::Custom, members: table.as_ref().clone() })),
        other => other.clone(),
    }
}

fn impossible<T>(value: &Value, to: Type) -> Outcome<T> {
    let from = value.type_of().map_or_else(|| "$null".to_owned(), Type::full_name);
    fault("ConvertToFinalInvalidCastException", format!("cannot convert a {from} to {}", to.full_name()))
}

fn to_array(value: &Value, base: Base) -> Outcome<Value> {
    if matches!(value, Value::Null) {
        return Ok(Value::Null);
    }
    let one = std::slice::from_ref(value);
    let items = match value {
        Value::Array(items) => items.as_slice(),
        _ => one,
    };
    if base == Base::Object {
        return Ok(Value::from(items.to_vec()));
    }
    let converted: Outcome<Vec<Value>> = items.iter().map(|item| cast(item, Type::of(base))).collect();
    Ok(Value::from(converted?))
}

/// `$value -is [type]`
pub(crate) fn is_a(value: &Value, to: Type) -> Outcome<bool> {
    let Some(own) = value.type_of() else { return Ok(to == Type::of(Base::Object) && !matches!(value, Value::Null)) };
    if own == to || to == Type::of(Base::Object) {
        return Ok(true);
    }
    Ok(match (value, to.base, to.is_array) {
        (Value::Array(_), Base::Array | Base::List | Base::Enumerable, false) => true,
        (Value::Array(_), Base::Object, true) => true,
        // Which kind of array it is has not been kept.
        (Value::Array(_), _, true) => return refused("-is with a type of array other than [object[]] is not available"),
        (Value::Table(_), Base::Dictionary | Base::Enumerable, false) => true,
        (Value::String(_), Base::Enumerable | Base::Comparable, false) => true,
        (_, Base::ValueType, false) => !matches!(
            value,
            Value::String(_) | Value::Array(_) | Value::Table(_) | Value::Uri(_) | Value::Version(_) | Value::Block(_) | Value::Type(_)
        ),
        (_, Base::Comparable, false) => {
            !matches!(value, Value::Array(_) | Value::Table(_) | Value::Uri(_) | Value::Block(_) | Value::Type(_) | Value::Bool(_))
        }
        _ => false,
    })
}

fn to_char(value: &Value) -> Outcome<Value> {
    let unit = match value {
        Value::Char(unit) => *unit,
        Value::Null => 0,
        Value::String(text) => {
            let mut units = text.encode_utf16();
            match (units.next(), units.next()) {
                (Some(unit), None) => unit,
                _ => return fault("InvalidCastParseTargetInvocation", format!("`{text}` is not one character")),
            }
        }
        Value::Bool(_) | Value::Double(_) | Value::Decimal(_) | Value::DateTime(_) | Value::Enum(_) => {
            return fault("InvalidCastIConvertible", "this cannot be a character");
        }
        other => to_integer::<u16>(other)?,
    };
    Ok(Value::Char(unit))
}

/// The code of a date that cannot be completed.
pub(crate) const NEEDS_TODAY: &str = "StoaNeedsToday";

/// Dates from text, and from ticks.
pub(crate) fn to_datetime(value: &Value) -> Outcome<DateTime> {
    to_datetime_on(value, None)
}

/// The same on a given day, which a date without its year needs.
pub(crate) fn to_datetime_on(value: &Value, today: Option<DateTime>) -> Outcome<DateTime> {
    let parse = |text: &str| match clock::parse(text, today) {
        Parsed::Moment(moment) => Ok(moment),
        Parsed::NeedsToday => {
            fault(NEEDS_TODAY, "a date without its year depends on today, and there is no `$Now` here; write the whole date")
        }
        Parsed::No => fault("InvalidCastParseTargetInvocationWithFormatProvider", format!("`{text}` is not a date")),
    };
    match value {
        Value::DateTime(moment) => Ok(*moment),
        Value::String(text) => parse(text),
        Value::Null => fault("nullToObjectInvalidCast", "$null is not a date"),
        Value::Double(_) | Value::Decimal(_) => parse(&to_text(value)),
        Value::SByte(_)
        | Value::Byte(_)
        | Value::Short(_)
        | Value::UShort(_)
        | Value::Int(_)
        | Value::UInt(_)
        | Value::Long(_)
        | Value::Char(_) => {
            let ticks = to_integer::<i64>(value)?;
            if !(0..=clock::MAX_TICKS).contains(&ticks) {
                return fault("InvalidCastConstructorException", "this number of ticks is no date");
            }
            Ok(DateTime { ticks, kind: DateKind::Unspecified })
        }
        Value::Table(_) => fault("ObjectCreationError", "a hashtable is not a date"),
        Value::Bool(_) => fault("InvalidCastIConvertible", "this is not a date"),
        other => impossible(other, Type::of(Base::DateTime)),
    }
}

/// Durations from text, and from ticks.
pub(crate) fn to_timespan(value: &Value) -> Outcome<i64> {
    let parse = |text: &str| match clock::parse_span(text) {
        Some(ticks) => Ok(ticks),
        None => fault("InvalidCastParseTargetInvocationWithFormatProvider", format!("`{text}` is not a duration")),
    };
    match value {
        Value::TimeSpan(ticks) => Ok(*ticks),
        Value::String(text) => parse(text),
        Value::Null => fault("nullToObjectInvalidCast", "$null is not a duration"),
        Value::Double(_) | Value::Decimal(_) => parse(&to_text(value)),
        Value::SByte(_) | Value::Byte(_) | Value::Short(_) | Value::UShort(_) | Value::Int(_) => to_integer(value),
        Value::UInt(_) | Value::Long(_) | Value::ULong(_) | Value::Char(_) => to_integer(value),
        Value::Table(_) => fault("ObjectCreationError", "a hashtable is not a duration"),
        Value::Bool(_) => fault("InvalidCastIConvertible", "this is not a duration"),
        other => impossible(other, Type::of(Base::TimeSpan)),
    }
}

/// Whether a value becomes a string on its way to a type that is read from strings.
fn is_spelled(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Uri(_)) || crate::arith::is_number(value)
}

fn to_guid(value: &Value) -> Outcome<Value> {
    match value {
        Value::Guid(_) => Ok(value.clone()),
        Value::Null => fault("nullToObjectInvalidCast", "$null is not a guid"),
        other if !is_spelled(other) => impossible(other, Type::of(Base::Guid)),
        other => match parse::guid(&to_text(other)) {
            Some(guid) => Ok(Value::Guid(guid)),
            None => fault("InvalidCastParseTargetInvocationWithFormatProvider", format!("`{}` is not a guid", to_text(other))),
        },
    }
}

fn to_version(value: &Value) -> Outcome<Value> {
    match value {
        Value::Version(_) | Value::Null => Ok(value.clone()),
        Value::Table(_) => fault("ObjectCreationError", "a hashtable is not a version"),
        other if !is_spelled(other) => impossible(other, Type::of(Base::Version)),
        other => match parse::version(&to_text(other)) {
            Some(version) => Ok(Value::Version(version)),
            None => fault("InvalidCastParseTargetInvocation", format!("`{}` is not a version", to_text(other))),
        },
    }
}

fn to_uri(value: &Value) -> Outcome<Value> {
    match value {
        Value::Uri(_) | Value::Null => Ok(value.clone()),
        other if !is_spelled(other) => impossible(other, Type::of(Base::Uri)),
        other => {
            let text = to_text(other);
            match crate::uri::check(&text) {
                true => Ok(Value::Uri(Arc::from(text.as_ref()))),
                false => fault("InvalidCastFromStringToUri", format!("`{text}` is not a uri")),
            }
        }
    }
}
