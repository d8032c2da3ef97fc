//! A typed value as properties, parameters, outputs and results have it.

use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{Object, format_duration, parse_duration};

/// A value of one of the types of the design. Its serde form is the *stored* one, which loses nothing; [`Value::to_wire`] is what the API shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// PowerShell's `$null`; for a property a value set on purpose (unlimited).
    #[default]
    Null,
    /// `[bool]`.
    Bool(bool),
    /// `[int]`.
    Int(i32),
    /// `[long]`.
    Long(i64),
    /// `[double]`, finite or not.
    Double(f64),
    /// `[decimal]`, with its scale.
    Decimal(Decimal),
    /// `[string]` and every type that is one underneath (uri, email, secret's name ...).
    Text(String),
    /// `[datetime]` in UTC.
    DateTime(DateTime<Utc>),
    /// `[timespan]`, in ticks of 100 ns as .NET counts.
    Duration(i64),
    /// `[guid]`.
    Guid(Uuid),
    /// `[version]`, as written: two to four numbers.
    Version(String),
    /// An array.
    List(Vec<Value>),
    /// An ordered hashtable.
    Object(Object),
}

impl Value {
    /// Text without ceremony.
    pub fn text(text: impl Into<String>) -> Self {
        Value::Text(text.into())
    }

    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether it is `$null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The word for its type in messages and on the wire.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Long(_) => "long",
            Value::Double(_) => "double",
            Value::Decimal(_) => "decimal",
            Value::Text(_) => "string",
            Value::DateTime(_) => "datetime",
            Value::Duration(_) => "duration",
            Value::Guid(_) => "guid",
            Value::Version(_) => "version",
            Value::List(_) => "list",
            Value::Object(_) => "object",
        }
    }

    /// As plain JSON for the API: `long` and `decimal` are strings, times RFC 3339 with `Z`, durations `d.hh:mm:ss`.
    pub fn to_wire(&self) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(value) => Json::from(*value),
            Value::Long(value) => Json::String(value.to_string()),
            Value::Double(value) => serde_json::Number::from_f64(*value).map_or_else(|| Json::String(value.to_string()), Json::Number),
            Value::Decimal(value) => Json::String(value.to_string()),
            Value::Text(value) | Value::Version(value) => Json::String(value.clone()),
            Value::DateTime(value) => Json::String(format_time(value)),
            Value::Duration(ticks) => Json::String(format_duration(*ticks)),
            Value::Guid(value) => Json::String(value.to_string()),
            Value::List(items) => Json::Array(items.iter().map(Value::to_wire).collect()),
            Value::Object(object) => object.to_wire(),
        }
    }

    /// From JSON whose types nobody declared, such as the body of an answer: integers are int or long, other numbers double, strings stay strings.
    pub fn from_json(json: &Json) -> Value {
        match json {
            Json::Null => Value::Null,
            Json::Bool(value) => Value::Bool(*value),
            Json::Number(number) => match number.as_i64() {
                Some(value) => i32::try_from(value).map_or(Value::Long(value), Value::Int),
                None => Value::Double(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => Value::Text(text.clone()),
            Json::Array(items) => Value::List(items.iter().map(Value::from_json).collect()),
            Json::Object(map) => Value::Object(map.iter().map(|(key, value)| (key.clone(), Value::from_json(value))).collect()),
        }
    }

    fn to_stored(&self) -> Json {
        let tagged = |name: &str, value: Json| serde_json::json!({ "$type": name, "value": value });
        match self {
            Value::Long(value) if i32::try_from(*value).is_err() => Json::from(*value),
            Value::Long(_) => tagged("long", self.to_wire()),
            Value::Double(value) if !value.is_finite() => tagged("double", self.to_wire()),
            Value::Decimal(_) | Value::DateTime(_) | Value::Guid(_) | Value::Version(_) => tagged(self.type_name(), self.to_wire()),
            Value::Duration(ticks) => tagged("duration", Json::String(ticks.to_string())),
            Value::List(items) => Json::Array(items.iter().map(Value::to_stored).collect()),
            Value::Object(object) => {
                let entries = object.iter().map(|(key, value)| (key.to_owned(), value.to_stored())).collect();
                if object.contains("$type") { tagged("object", Json::Object(entries)) } else { Json::Object(entries) }
            }
            other => other.to_wire(),
        }
    }

    fn from_stored(json: &Json) -> Result<Value, String> {
        let Json::Object(map) = json else {
            return match json {
                Json::Array(items) => items.iter().map(Value::from_stored).collect::<Result<_, _>>().map(Value::List),
                other => Ok(Value::from_json(other)),
            };
        };
        let object = |map: &serde_json::Map<String, Json>| {
            map.iter()
                .map(|(key, value)| Ok((key.clone(), Value::from_stored(value)?)))
                .collect::<Result<Object, String>>()
                .map(Value::Object)
        };
        let (Some(Json::String(name)), Some(value)) = (map.get("$type"), map.get("value")) else {
            return object(map);
        };
        if let (true, Json::Object(inner)) = (name == "object", value) {
            return object(inner);
        }
        let text = value.as_str().ok_or_else(|| format!("a stored {name} must be text"))?;
        untag(name, text).ok_or_else(|| format!("`{text}` is not a stored {name}"))
    }
}

fn untag(name: &str, text: &str) -> Option<Value> {
    Some(match name {
        "long" => Value::Long(text.parse().ok()?),
        "double" => Value::Double(text.parse().ok()?),
        "decimal" => Value::Decimal(text.parse().ok()?),
        "datetime" => Value::DateTime(DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc)),
        "duration" => Value::Duration(text.parse().ok().or_else(|| parse_duration(text))?),
        "guid" => Value::Guid(text.parse().ok()?),
        "version" => Value::Version(text.to_owned()),
        _ => return None,
    })
}

fn format_time(time: &DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_stored().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::from_stored(&Json::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::Text(text)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Value::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_comes_back_with_its_type() {
        let object: Object = [("a", Value::Int(1)), ("$type", Value::text("trap")), ("value", Value::text("x"))].into_iter().collect();
        let values = [
            Value::Null,
            Value::Int(5),
            Value::Long(5),
            Value::Long(i64::MAX),
            Value::Double(2.0),
            Value::Double(f64::INFINITY),
            Value::Decimal("1.10".parse().unwrap()),
            Value::text("plain"),
            Value::DateTime("2026-11-24T01:02:03.1234567Z".parse().unwrap()),
            Value::Duration(12_345_678),
            Value::Guid(Uuid::nil()),
            Value::Version("1.2.3".into()),
            Value::List(vec![Value::Long(1), Value::Null]),
            Value::Object(object),
        ];
        for value in values {
            let text = serde_json::to_string(&value).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value, "{text}");
        }
    }

    #[test]
    fn the_wire_shows_long_and_decimal_as_text() {
        assert_eq!(Value::Long(7).to_wire(), Json::from("7"));
        assert_eq!(Value::Decimal("12.50".parse().unwrap()).to_wire(), Json::from("12.50"));
        assert_eq!(Value::Int(7).to_wire(), Json::from(7));
    }
}
