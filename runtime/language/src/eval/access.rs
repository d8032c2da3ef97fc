//! Members and indexes.

use super::{Machine, array};
use crate::arith::SIZE;
use crate::clock;
use crate::convert::to_integer;
use crate::fault::{Outcome, fault, refused};
use crate::uri;
use crate::value::text::utf16_len;
use crate::value::{EnumKind, EnumValue, Object, Table, Type, Value};

impl Machine<'_> {
    /// `value.Name`; what is not there is `$null`.
    pub(super) fn member(&mut self, value: &Value, name: &str) -> Outcome<Value> {
        if let Value::Table(table) = value
            && let Some(found) = table.get(name)
        {
            return Ok(found.clone());
        }
        let lower = name.to_ascii_lowercase();
        match self.property(value, name, &lower)? {
            Some(found) => Ok(found),
            None => Ok(Value::Null),
        }
    }

    fn property(&mut self, value: &Value, name: &str, lower: &str) -> Outcome<Option<Value>> {
        self.spend(1)?;
        if lower.starts_with("ps") && matches!(lower, "psobject" | "psbase" | "psadapted" | "psextended" | "pstypenames") {
            return refused(format!("the member `{name}` is not available in an expression"));
        }
        if let Value::Array(items) = value {
            return match lower {
                "count" | "length" => Ok(Some(int(items.len()))),
                "longlength" => Ok(Some(Value::Long(i64::try_from(items.len()).unwrap_or(i64::MAX)))),
                "rank" => Ok(Some(Value::Int(1))),
                "isfixedsize" => Ok(Some(Value::Bool(true))),
                "isreadonly" | "issynchronized" => Ok(Some(Value::Bool(false))),
                "syncroot" => refused("the member `SyncRoot` is not available in an expression"),
                _ => self.of_each(items, name, lower),
            };
        }
        let own = own_property(value, name, lower)?;
        if own.is_none() && matches!(lower, "count" | "length") {
            return Ok(Some(Value::Int(i32::from(!matches!(value, Value::Null)))));
        }
        Ok(own)
    }

    /// The member of every item that has it, in one list.
    fn of_each(&mut self, items: &[Value], name: &str, lower: &str) -> Outcome<Option<Value>> {
        let mut found = Vec::new();
        for item in items {
            let member = match item {
                Value::Array(_) => self.property(item, name, lower)?,
                item => own_property(item, name, lower)?,
            };
            self.spend(1)?;
            match member {
                Some(Value::Array(inner)) => found.extend(inner.iter().cloned()),
                Some(member) => found.push(member),
                None => {}
            }
        }
        Ok(match found.len() {
            0 => None,
            1 => found.pop(),
            _ => Some(array(found)),
        })
    }

    /// `value[index]`
    pub(super) fn index(&mut self, value: &Value, index: &Value) -> Outcome<Value> {
        if matches!(value, Value::Null) {
            return fault("NullArray", "$null has no items");
        }
        match index {
            Value::Null => fault("NullArrayIndex", "an index cannot be $null"),
            Value::Array(indexes) => {
                self.spend(indexes.len())?;
                // Only lists, strings and hashtables have items to choose from.
                if !matches!(value, Value::Array(_) | Value::String(_) | Value::Table(_) | Value::Object(_)) {
                    return Ok(Value::Null);
                }
                if indexes.len() > SIZE {
                    return crate::arith::too_large();
                }
                let is_table = matches!(value, Value::Table(_));
                let mut found = Vec::new();
                for index in indexes.iter() {
                    match at(value, index)? {
                        Some(item) => found.push(item),
                        // A key that is not there is $null; an index that is not there is nothing.
                        None if is_table => found.push(Value::Null),
                        None => {}
                    }
                }
                Ok(array(found))
            }
            index => Ok(at(value, index)?.unwrap_or(Value::Null)),
        }
    }
}

fn int(number: usize) -> Value {
    Value::Int(i32::try_from(number).unwrap_or(i32::MAX))
}

fn at(value: &Value, index: &Value) -> Outcome<Option<Value>> {
    if let Value::Table(table) = value {
        if table.is_ordered()
            && let Value::Int(_) = index
        {
            return Ok(position(index, table.len()).and_then(|position| table.at(position)).cloned());
        }
        return Ok(table.find(index).cloned());
    }
    Ok(match value {
        Value::Array(items) => position(index, items.len()).map(|position| items[position].clone()),
        Value::String(text) if text.is_ascii() => {
            position(index, text.len()).map(|position| Value::Char(u16::from(text.as_bytes()[position])))
        }
        Value::String(text) => {
            let units: Vec<u16> = text.encode_utf16().collect();
            position(index, units.len()).map(|position| Value::Char(units[position]))
        }
        Value::Object(object) => return refused(format!("an index of a {} is not available", object.kind.full_name())),
        // What is no list has itself as its only item.
        one => position(index, 1).map(|_| one.clone()),
    })
}

/// An index as a position, counted from the end where negative.
fn position(index: &Value, len: usize) -> Option<usize> {
    let index: i32 = to_integer(index).ok()?;
    let index = i64::from(index);
    let len = i64::try_from(len).ok()?;
    let position = if index < 0 { len + index } else { index };
    usize::try_from(position).ok().filter(|_| position < len)
}

/// A property of a value that is no list; `None` where there is no such property.
fn own_property(value: &Value, name: &str, lower: &str) -> Outcome<Option<Value>> {
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
        Value::Object(object) => object_property(object, name),
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

fn object_property(object: &Object, name: &str) -> Option<Value> {
    object.member(name).cloned()
}
