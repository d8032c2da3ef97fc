//! Static members and methods of the closed list of types.

mod convert;
mod math;
mod text;

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::clock;
use crate::convert as conversions;
use crate::fault::{Outcome, fault, refused};
use crate::value::text::to_text;
use crate::value::{Base, DateKind, DateTime, EnumKind, Object, ObjectKind, Table, Type, Value, Version};

/// `[type]::Member`
pub(super) fn member(owner: Type, name: &'static str) -> Outcome<Value> {
    let object = |kind: ObjectKind| {
        let mut members = Table::new();
        if kind == ObjectKind::Culture {
            members.insert("Name", "");
        }
        Ok(Value::Object(Arc::new(Object { kind, members })))
    };
    match (owner.base, name) {
        (Base::Math | Base::Double, "pi") => Ok(Value::Double(std::f64::consts::PI)),
        (Base::Math | Base::Double, "e") => Ok(Value::Double(std::f64::consts::E)),
        (Base::String, "empty") => Ok(Value::from("")),
        (Base::Guid, "empty") => Ok(Value::Guid(uuid::Uuid::nil())),
        (Base::TimeSpan, "zero") => Ok(Value::TimeSpan(0)),
        (Base::TimeSpan, "maxvalue") => Ok(Value::TimeSpan(i64::MAX)),
        (Base::TimeSpan, "minvalue") => Ok(Value::TimeSpan(i64::MIN)),
        (Base::TimeSpan, "ticksperday") => Ok(Value::Long(clock::TICKS_DAY)),
        (Base::TimeSpan, "ticksperhour") => Ok(Value::Long(3600 * clock::TICKS_SECOND)),
        (Base::TimeSpan, "ticksperminute") => Ok(Value::Long(60 * clock::TICKS_SECOND)),
        (Base::TimeSpan, "tickspersecond") => Ok(Value::Long(clock::TICKS_SECOND)),
        (Base::TimeSpan, "tickspermillisecond") => Ok(Value::Long(10_000)),
        (Base::DateTime, "minvalue") => Ok(Value::DateTime(DateTime { ticks: 0, kind: DateKind::Unspecified })),
        (Base::DateTime, "maxvalue") => Ok(Value::DateTime(DateTime { ticks: clock::MAX_TICKS, kind: DateKind::Unspecified })),
        (Base::DateTime, "unixepoch") => Ok(Value::DateTime(DateTime { ticks: 621_355_968_000_000_000, kind: DateKind::Utc })),
        (Base::Culture, "invariantculture") => object(ObjectKind::Culture),
        (Base::Encoding, "utf8") => object(ObjectKind::Utf8),
        (Base::Encoding, "ascii") => object(ObjectKind::Ascii),
        (Base::Encoding, "unicode") => object(ObjectKind::Utf16),
        (Base::Bool, "truestring") => Ok(Value::from("True")),
        (Base::Bool, "falsestring") => Ok(Value::from("False")),
        (base, name) => match bound(base, name) {
            Some(value) => Ok(value),
            None => refused(format!("`[{}]::{name}` is a method; call it with `( )`", owner.display())),
        },
    }
}

/// The limits and constants of number types.
fn bound(base: Base, name: &str) -> Option<Value> {
    let small = |number: i64| conversions::cast(&Value::Long(number), Type::of(base)).ok();
    match name {
        "zero" => return small(0),
        "one" => return small(1),
        "minusone" => return small(-1),
        _ => {}
    }
    let is_max = match name {
        "maxvalue" => true,
        "minvalue" => false,
        _ => {
            return match (base, name) {
                (Base::Double, "nan") => Some(Value::Double(f64::NAN)),
                (Base::Double, "positiveinfinity") => Some(Value::Double(f64::INFINITY)),
                (Base::Double, "negativeinfinity") => Some(Value::Double(f64::NEG_INFINITY)),
                (Base::Double, "epsilon") => Some(Value::Double(5e-324)),
                _ => None,
            };
        }
    };
    let pick = |min: Value, max: Value| Some(if is_max { max } else { min });
    match base {
        Base::SByte => pick(Value::SByte(i8::MIN), Value::SByte(i8::MAX)),
        Base::Byte => pick(Value::Byte(u8::MIN), Value::Byte(u8::MAX)),
        Base::Short => pick(Value::Short(i16::MIN), Value::Short(i16::MAX)),
        Base::UShort => pick(Value::UShort(u16::MIN), Value::UShort(u16::MAX)),
        Base::Int => pick(Value::Int(i32::MIN), Value::Int(i32::MAX)),
        Base::UInt => pick(Value::UInt(u32::MIN), Value::UInt(u32::MAX)),
        Base::Long => pick(Value::Long(i64::MIN), Value::Long(i64::MAX)),
        Base::ULong => pick(Value::ULong(u64::MIN), Value::ULong(u64::MAX)),
        Base::Double => pick(Value::Double(f64::MIN), Value::Double(f64::MAX)),
        Base::Decimal => pick(Value::Decimal(Decimal::MIN), Value::Decimal(Decimal::MAX)),
        Base::Char => pick(Value::Char(u16::MIN), Value::Char(u16::MAX)),
        _ => None,
    }
}

/// `[type]::Method( )`
pub(super) fn call(owner: Type, name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    match owner.base {
        Base::Math => math::call(name, arguments),
        Base::String => text::string(name, arguments),
        Base::Regex => text::regex(name, arguments),
        Base::Char => text::char(name, arguments),
        Base::WebUtility => text::web(name, arguments),
        Base::Convert => convert::call(name, arguments),
        Base::DateTime => dates(name, arguments),
        Base::TimeSpan => spans(name, arguments),
        Base::Guid | Base::Version => parsed(owner, name, arguments),
        Base::Uri => uris(name, arguments),
        Base::Bool => convert::parse(owner.base, name, arguments),
        Base::Array => match (name, arguments) {
            ("indexof", [Value::Array(items), wanted]) => {
                super::list::array_method(items, "indexof", std::slice::from_ref(wanted)).map(|found| found.unwrap_or(Value::Int(-1)))
            }
            _ => no_overload(owner, name),
        },
        Base::Decimal if matches!(name, "round" | "floor" | "ceiling" | "truncate") => decimals(name, arguments),
        Base::Double if name.starts_with("is") => doubles(name, arguments),
        _ if name == "parse" => convert::parse(owner.base, name, arguments),
        _ => refused(format!("`[{}]::{name}` is not available in an expression", owner.display())),
    }
}

pub(super) fn no_overload<T>(owner: Type, name: &str) -> Outcome<T> {
    fault("MethodCountCouldNotFindBest", format!("`[{}]::{name}` does not take these arguments", owner.display()))
}

/// A conversion on the way into a method fails under an id of its own.
pub(super) fn argument<T>(converted: Outcome<T>) -> Outcome<T> {
    converted.map_err(|mut failed| {
        if !failed.code.starts_with("Stoa") {
            failed.code = "MethodArgumentConversionInvalidCastArgument".into();
        }
        failed
    })
}

fn number(value: &Value) -> Outcome<i32> {
    argument(conversions::to_integer(value))
}

fn dates(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let owner = Type::of(Base::DateTime);
    let is_culture = |value: &Value| matches!(value, Value::Null | Value::Object(_));
    match (name, arguments) {
        ("parse", [text]) => convert::renamed(conversions::to_datetime(text).map(Value::DateTime)),
        ("parse", [text, culture]) if is_culture(culture) => convert::renamed(conversions::to_datetime(text).map(Value::DateTime)),
        ("parseexact", [text, pattern, culture]) if is_culture(culture) && !matches!(pattern, Value::Array(_)) => {
            match clock::parse_exact(&to_text(text), &to_text(pattern)) {
                Some(moment) => Ok(Value::DateTime(moment)),
                None => fault("FormatException", format!("`{}` is not a date of this format", to_text(text))),
            }
        }
        ("daysinmonth", [year, month]) => {
            let (year, month) = (i64::from(number(year)?), i64::from(number(month)?));
            if !(1..=12).contains(&month) || !(1..=9999).contains(&year) {
                return fault("ArgumentOutOfRangeException", "there is no such month");
            }
            Ok(Value::Int(i32::try_from(clock::days_in_month(year, month)).unwrap_or(0)))
        }
        ("isleapyear", [year]) => {
            let year = i64::from(number(year)?);
            if (1..=9999).contains(&year) {
                Ok(Value::Bool(clock::is_leap(year)))
            } else {
                fault("ArgumentOutOfRangeException", "there is no such year")
            }
        }
        ("compare", [a, b]) => {
            let (a, b) = (argument(conversions::to_datetime(a))?, argument(conversions::to_datetime(b))?);
            Ok(Value::Int(a.ticks.cmp(&b.ticks) as i32))
        }
        ("specifykind", [moment, kind]) => {
            let moment = argument(conversions::to_datetime(moment))?;
            let kind = match super::call::enum_argument(kind, EnumKind::DateTimeKind) {
                Some(0) => DateKind::Unspecified,
                Some(1) => DateKind::Utc,
                Some(2) => DateKind::Local,
                _ => return no_overload(owner, name),
            };
            Ok(Value::DateTime(DateTime { ticks: moment.ticks, kind }))
        }
        ("new", parts) => new_date(parts),
        _ => no_overload(owner, name),
    }
}

fn new_date(given: &[Value]) -> Outcome<Value> {
    let mut numbers = [1, 1, 1, 0, 0, 0, 0];
    if !matches!(given.len(), 3 | 6 | 7) {
        return if given.len() == 1 {
            argument(conversions::to_integer::<i64>(&given[0]))
                .and_then(|ticks| conversions::to_datetime(&Value::Long(ticks)))
                .map(Value::DateTime)
        } else {
            no_overload(Type::of(Base::DateTime), "new")
        };
    }
    for (slot, value) in numbers.iter_mut().zip(given) {
        *slot = i64::from(number(value)?);
    }
    let [year, month, day, hour, minute, second, millisecond] = numbers;
    let parts = clock::Parts { year, month, day, hour, minute, second, fraction: millisecond * 10_000 };
    match parts.ticks().filter(|_| (0..1000).contains(&millisecond)) {
        Some(ticks) => Ok(Value::DateTime(DateTime { ticks, kind: DateKind::Unspecified })),
        None => fault("ArgumentOutOfRangeException", "there is no such date"),
    }
}

fn spans(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let of = |unit: i64, value: &Value| argument(super::date::scaled(value, unit)).map(Value::TimeSpan);
    let second = clock::TICKS_SECOND;
    match (name, arguments) {
        ("fromdays", [value]) => of(clock::TICKS_DAY, value),
        ("fromhours", [value]) => of(3600 * second, value),
        ("fromminutes", [value]) => of(60 * second, value),
        ("fromseconds", [value]) => of(second, value),
        ("frommilliseconds", [value]) => of(10_000, value),
        ("fromticks", [value]) => argument(conversions::to_integer(value)).map(Value::TimeSpan),
        ("parse", [text]) => convert::renamed(conversions::to_timespan(text).map(Value::TimeSpan)),
        ("compare", [a, b]) => {
            let (a, b) = (argument(conversions::to_timespan(a))?, argument(conversions::to_timespan(b))?);
            Ok(Value::Int(a.cmp(&b) as i32))
        }
        ("new", [ticks]) => argument(conversions::to_integer(ticks)).map(Value::TimeSpan),
        ("new", parts @ ([_, _, _] | [_, _, _, _] | [_, _, _, _, _])) => {
            let mut numbers = [0_i64; 5];
            let offset = usize::from(parts.len() == 3);
            for (slot, value) in numbers.iter_mut().skip(offset).zip(parts) {
                *slot = i64::from(number(value)?);
            }
            let [days, hours, minutes, seconds, milliseconds] = numbers;
            Ok(Value::TimeSpan(days * clock::TICKS_DAY + ((hours * 60 + minutes) * 60 + seconds) * second + milliseconds * 10_000))
        }
        _ => no_overload(Type::of(Base::TimeSpan), name),
    }
}

fn parsed(owner: Type, name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    match (owner.base, name, arguments) {
        (_, "parse", [text]) => convert::renamed(conversions::cast(&Value::from(to_text(text).as_ref()), owner)),
        (_, "new", [text]) => convert::renamed(conversions::cast(text, owner)),
        (Base::Version, "new", [_, _] | [_, _, _] | [_, _, _, _]) => {
            let mut numbers = [-1; 4];
            for (slot, value) in numbers.iter_mut().zip(arguments) {
                *slot = number(value)?;
            }
            let [major, minor, build, revision] = numbers;
            if numbers[..arguments.len()].iter().any(|number| *number < 0) {
                return fault("ArgumentOutOfRangeException", "the parts of a version are not negative");
            }
            Ok(Value::Version(Version { major, minor, build, revision }))
        }
        _ => no_overload(owner, name),
    }
}

fn uris(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    match (name, arguments) {
        ("escapedatastring", [text]) => Ok(Value::from(crate::uri::escape_data(&to_text(text)))),
        ("unescapedatastring", [text]) => Ok(Value::from(crate::uri::unescape_data(&to_text(text)))),
        ("new", [text]) => match conversions::cast(text, Type::of(Base::Uri)) {
            Ok(Value::Uri(text)) if crate::uri::split(&text).is_some() => Ok(Value::Uri(text)),
            _ => fault("UriFormatException", format!("`{}` is not an absolute uri", to_text(text))),
        },
        ("iswellformeduristring", [text, _]) => {
            let text = to_text(text);
            match crate::uri::split(&text) {
                Some(_)
                    if !text.contains(|c: char| {
                        c.is_whitespace() || !c.is_ascii() || matches!(c, '<' | '>' | '"' | '\\' | '^' | '`' | '{' | '}' | '|')
                    }) =>
                {
                    Ok(Value::Bool(true))
                }
                _ => refused("whether this text is a well-formed uri is not decided in an expression"),
            }
        }
        _ => no_overload(Type::of(Base::Uri), name),
    }
}

fn decimals(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let [first, rest @ ..] = arguments else { return no_overload(Type::of(Base::Decimal), name) };
    let first = Value::Decimal(argument(conversions::to_decimal(first))?);
    math::call(name, &[std::slice::from_ref(&first), rest].concat())
}

fn doubles(name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    let [value] = arguments else { return no_overload(Type::of(Base::Double), name) };
    let value = argument(conversions::to_double(value))?;
    Ok(Value::Bool(match name {
        "isnan" => value.is_nan(),
        "isinfinity" => value.is_infinite(),
        "isfinite" => value.is_finite(),
        "ispositiveinfinity" => value == f64::INFINITY,
        _ => value == f64::NEG_INFINITY,
    }))
}
