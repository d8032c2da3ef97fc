//! The properties that values have by themselves.

use super::access::int;
use super::array;
use crate::clock;
use crate::convert::to_integer;
use crate::fault::{Outcome, refused};
use crate::uri;
use crate::value::text::utf16_len;
use crate::value::{EnumKind, EnumValue, Table, Type, Value};

/// A property of a value that is no list; `None` where there is no such property.
pub(super) fn own_property(value: &Value, name: &str, lower: &str) -> Outcome<Option<Value>> {
    Ok(match value {
        Value::String(text) => match lower {
            "length" => Some(int(utf16_len(text))),
            "chars" => return refused("`.Chars` is not available in an expression; use an index"),
            _ => None,
        },
        Value::Table(table) => return table_property(table, name, lower),
        Value::DateTime(moment) => date_property(*moment, lower),
        Value::TimeSpan(ticks) => span_property(*ticks, lower),
        Value::Version(version) => match lower {
            "major" => Some(Value::Int(version.major)),
            "minor" => Some(Value::Int(version.minor)),
            "build" => Some(Value::Int(version.build)),
            "revision" => Some(Value::Int(version.revision)),
            "majorrevision" => Some(Value::Short(i16::try_from(version.revision >> 16).unwrap_or(-1))),
            "minorrevision" => Some(Value::Short(i16::try_from(version.revision & 0xffff).unwrap_or(-1))),
            _ => None,
        },
        Value::Uri(text) => return uri_property(text, lower),
        Value::Type(found) => type_property(*found, lower),
        Value::Object(object) => object.member(name).cloned(),
        Value::Block(_)
            if matches!(
                lower,
                "ast" | "attributes" | "file" | "id" | "module" | "startposition" | "isfilter" | "isconfiguration" | "debuggerhidden"
            ) =>
        {
            return refused(format!("the member `{name}` of a block is not available in an expression"));
        }
        Value::Enum(_) if lower == "value__" => to_integer::<i32>(value).ok().map(Value::Int),
        Value::Big(number) => match lower {
            "iszero" => Some(Value::Bool(**number == 0)),
            "isone" => Some(Value::Bool(**number == 1)),
            "iseven" => Some(Value::Bool(**number % 2 == 0)),
            "sign" => Some(Value::Int(i32::try_from(number.signum()).unwrap_or(0))),
            "ispoweroftwo" => Some(Value::Bool(**number > 0 && (**number & (**number - 1)) == 0)),
            _ => None,
        },
        Value::Decimal(number) if lower == "scale" => Some(Value::Byte(u8::try_from(number.scale()).unwrap_or(0))),
        Value::Guid(_) if matches!(lower, "variant" | "version") => {
            return refused(format!("the member `{name}` of a guid is not available in an expression"));
        }
        _ => None,
    })
}

fn table_property(table: &Table, name: &str, lower: &str) -> Outcome<Option<Value>> {
    if let Some(found) = table.get(name) {
        return Ok(Some(found.clone()));
    }
    if let Ok(number) = name.parse::<i32>()
        && let Some(found) = table.find(&Value::Int(number))
    {
        return Ok(Some(found.clone()));
    }
    Ok(match lower {
        "count" => Some(int(table.len())),
        "keys" => Some(array(table.keys().collect())),
        "values" => Some(array(table.values().cloned().collect())),
        "isreadonly" | "isfixedsize" | "issynchronized" => Some(Value::Bool(false)),
        "syncroot" => return refused("the member `SyncRoot` is not available in an expression"),
        _ => None,
    })
}

fn small(number: i64) -> Option<Value> {
    i32::try_from(number).ok().map(Value::Int)
}

fn date_property(moment: crate::value::DateTime, lower: &str) -> Option<Value> {
    let parts = clock::parts(moment.ticks);
    match lower {
        "year" => small(parts.year),
        "month" => small(parts.month),
        "day" => small(parts.day),
        "hour" => small(parts.hour),
        "minute" => small(parts.minute),
        "second" => small(parts.second),
        "millisecond" => small(parts.fraction / 10_000),
        "microsecond" => small(parts.fraction / 10 % 1000),
        "nanosecond" => small(parts.fraction % 10 * 100),
        "ticks" => Some(Value::Long(moment.ticks)),
        "dayofyear" => small(clock::day_of_year(moment.ticks)),
        "dayofweek" => Some(Value::Enum(EnumValue { kind: EnumKind::DayOfWeek, number: clock::day_of_week(moment.ticks) })),
        "date" => {
            Some(Value::DateTime(crate::value::DateTime { ticks: moment.ticks - moment.ticks % clock::TICKS_DAY, kind: moment.kind }))
        }
        "timeofday" => Some(Value::TimeSpan(moment.ticks % clock::TICKS_DAY)),
        "kind" => Some(Value::Enum(EnumValue { kind: EnumKind::DateTimeKind, number: moment.kind as i32 })),
        // PowerShell adds this one to every date.
        "datetime" => clock::format::format(moment, "dddd, dd MMMM yyyy HH:mm:ss").map(Value::from),
        _ => None,
    }
}

fn span_property(ticks: i64, lower: &str) -> Option<Value> {
    #[expect(clippy::cast_precision_loss, reason = "as .NET computes it")]
    let total = |unit: i64| Some(Value::Double(ticks as f64 / unit as f64));
    let second = clock::TICKS_SECOND;
    match lower {
        "ticks" => Some(Value::Long(ticks)),
        "days" => small(ticks / clock::TICKS_DAY),
        "hours" => small(ticks / (3600 * second) % 24),
        "minutes" => small(ticks / (60 * second) % 60),
        "seconds" => small(ticks / second % 60),
        "milliseconds" => small(ticks / 10_000 % 1000),
        "microseconds" => small(ticks / 10 % 1000),
        "nanoseconds" => small(ticks % 10 * 100),
        "totaldays" => total(clock::TICKS_DAY),
        "totalhours" => total(3600 * second),
        "totalminutes" => total(60 * second),
        "totalseconds" => total(second),
        "totalmilliseconds" => total(10_000),
        "totalmicroseconds" => total(10),
        "totalnanoseconds" => total(1).and_then(|value| match value {
            Value::Double(ticks) => Some(Value::Double(ticks * 100.0)),
            _ => None,
        }),
        _ => None,
    }
}

fn uri_property(text: &str, lower: &str) -> Outcome<Option<Value>> {
    if lower == "originalstring" {
        return Ok(Some(Value::from(text)));
    }
    let parts = uri::split(text);
    if lower == "isabsoluteuri" {
        return Ok(Some(Value::Bool(parts.is_some())));
    }
    const KNOWN: &str = " absolutepath absoluteuri authority dnssafehost fragment host hostnametype idnhost isdefaultport isfile isloopback isunc localpath pathandquery port query scheme segments userescaped userinfo ";
    if !KNOWN.contains(&format!(" {lower} ")) {
        return Ok(None);
    }
    // A property of a relative uri throws in .NET, which PowerShell turns into $null.
    let Some(parts) = parts else { return Ok(None) };
    Ok(Some(match lower {
        "scheme" => Value::from(parts.scheme.as_str()),
        "host" | "dnssafehost" | "idnhost" => Value::from(parts.host.as_str()),
        "port" => Value::Int(parts.port),
        "isdefaultport" => Value::Bool(parts.has_default_port),
        "absolutepath" => Value::from(parts.path.as_str()),
        "localpath" => Value::from(uri::unescape_data(&parts.path)),
        "query" => Value::from(parts.query.as_str()),
        "fragment" => Value::from(parts.fragment.as_str()),
        "pathandquery" => Value::from(format!("{}{}", parts.path, parts.query)),
        "authority" => Value::from(parts.authority()),
        "absoluteuri" => Value::from(parts.absolute()),
        "userinfo" => Value::from(parts.user),
        "userescaped" | "isunc" => Value::Bool(false),
        "isfile" => Value::Bool(parts.scheme == "file"),
        "isloopback" => Value::Bool(parts.host.is_empty() || matches!(parts.host.as_str(), "localhost" | "127.0.0.1" | "[::1]")),
        "segments" => segments(&parts.path),
        _ => return refused("this member of a uri is not available in an expression"),
    }))
}

fn segments(path: &str) -> Value {
    let mut out = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let end = rest.find('/').map_or(rest.len(), |at| at + 1);
        out.push(Value::from(&rest[..end]));
        rest = &rest[end..];
    }
    array(out)
}

fn type_property(found: Type, lower: &str) -> Option<Value> {
    match lower {
        "name" => Some(Value::from(found.short_name())),
        "fullname" => Some(Value::from(found.full_name())),
        "isarray" => Some(Value::Bool(found.is_array)),
        _ => None,
    }
}
