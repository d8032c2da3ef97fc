//! The closed list of types of properties, parameters and outputs, and what each accepts.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Value, parse_duration, words};

words! {
    /// The type of one value.
    Scalar {
        /// One line of text.
        String = "string",
        /// Text with lines.
        Text = "text",
        /// 32 bits.
        Int = "int",
        /// 64 bits.
        Long = "long",
        /// Up to 28 digits, exact.
        Decimal = "decimal",
        /// Binary floating point.
        Double = "double",
        /// True or false.
        Bool = "bool",
        /// A day; midnight UTC.
        Date = "date",
        /// A moment in UTC.
        DateTime = "datetime",
        /// `d.hh:mm:ss`.
        Duration = "duration",
        /// RFC 9562.
        Guid = "guid",
        /// Absolute URI.
        Uri = "uri",
        /// An address `local@domain`.
        Email = "email",
        /// One host name.
        Hostname = "hostname",
        /// A domain name.
        Domain = "domain",
        /// IPv4 or IPv6.
        IpAddress = "ipaddress",
        /// Address and prefix length.
        Cidr = "cidr",
        /// Two to four numbers with dots.
        Version = "version",
        /// The name of a secret.
        Secret = "secret",
        /// Named values.
        Object = "object",
    }
}

/// A type: one value, or a list of such values. Written `int`, `string[]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DataType {
    /// Type of one value.
    pub scalar: Scalar,
    /// Whether it is a list of them.
    pub list: bool,
}

/// A value that is not of the type it must have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{shown} is not {wanted}")]
pub struct Mismatch {
    /// The value, shortened.
    pub shown: String,
    /// What it must be, with an article.
    pub wanted: String,
}

impl DataType {
    /// One value of `scalar`.
    pub const fn one(scalar: Scalar) -> Self {
        DataType { scalar, list: false }
    }

    /// A list of `scalar`.
    pub const fn list(scalar: Scalar) -> Self {
        DataType { scalar, list: true }
    }

    /// Reads `int`, `string[]`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_suffix("[]") {
            Some(scalar) => Scalar::parse(scalar).map(DataType::list),
            None => Scalar::parse(text).map(DataType::one),
        }
    }

    /// `value` as this type, converted where that loses nothing; text is read as the type is written. `Null` stays `Null`.
    ///
    /// For a list one value becomes a list of one, and `Null` an empty list.
    pub fn convert(self, value: Value) -> Result<Value, Mismatch> {
        match (self.list, value) {
            (true, Value::List(items)) => {
                items.into_iter().map(|item| self.scalar.convert(item)).collect::<Result<_, _>>().map(Value::List)
            }
            (true, Value::Null) => Ok(Value::List(Vec::new())),
            (true, one) => Ok(Value::List(vec![self.scalar.convert(one)?])),
            (false, value) => self.scalar.convert(value),
        }
    }

    /// Reads a value from the wire: numbers as number or text, times and the like as text.
    pub fn from_wire(self, json: &serde_json::Value) -> Result<Value, Mismatch> {
        self.convert(Value::from_json(json))
    }
}

impl std::fmt::Display for DataType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.scalar, if self.list { "[]" } else { "" })
    }
}

impl Serialize for DataType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DataType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        DataType::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a type")))
    }
}

impl Scalar {
    fn convert(self, value: Value) -> Result<Value, Mismatch> {
        if value.is_null() {
            return Ok(Value::Null);
        }
        self.converted(&value).ok_or_else(|| Mismatch { shown: shown(&value), wanted: self.with_article() })
    }

    fn converted(self, value: &Value) -> Option<Value> {
        match self {
            Scalar::String | Scalar::Text | Scalar::Secret => text_of(value).map(Value::Text),
            Scalar::Uri | Scalar::Email | Scalar::Hostname | Scalar::Domain | Scalar::IpAddress | Scalar::Cidr => {
                value.as_text().filter(|text| self.accepts(text)).map(Value::text)
            }
            Scalar::Int => whole(value).and_then(|number| i32::try_from(number).ok()).map(Value::Int),
            Scalar::Long => whole(value).map(Value::Long),
            Scalar::Decimal => decimal(value).map(Value::Decimal),
            Scalar::Double => double(value).map(Value::Double),
            Scalar::Bool => boolean(value).map(Value::Bool),
            Scalar::Date => moment(value).map(|time| time.date_naive()).and_then(midnight).map(Value::DateTime),
            Scalar::DateTime => moment(value).map(Value::DateTime),
            Scalar::Duration => match value {
                Value::Duration(ticks) => Some(Value::Duration(*ticks)),
                other => other.as_text().and_then(parse_duration).map(Value::Duration),
            },
            Scalar::Guid => match value {
                Value::Guid(id) => Some(Value::Guid(*id)),
                other => other.as_text()?.parse().ok().map(Value::Guid),
            },
            Scalar::Version => match value {
                Value::Version(version) => Some(Value::Version(version.clone())),
                other => other.as_text().filter(|text| is_version(text)).map(|text| Value::Version(text.to_owned())),
            },
            Scalar::Object => value.as_object().map(|object| Value::Object(object.clone())),
        }
    }

    fn accepts(self, text: &str) -> bool {
        match self {
            Scalar::Uri => {
                text.split_once(':').is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty())
                    && !text.contains(char::is_whitespace)
            }
            Scalar::Email => text.split_once('@').is_some_and(|(local, domain)| is_local_part(local) && is_domain(domain)),
            Scalar::Hostname | Scalar::Domain => is_domain(text),
            Scalar::IpAddress => text.parse::<std::net::IpAddr>().is_ok(),
            Scalar::Cidr => text.split_once('/').is_some_and(|(address, length)| is_cidr(address, length)),
            _ => true,
        }
    }

    fn with_article(self) -> String {
        match self {
            Scalar::Bool => "$true or $false".to_owned(),
            Scalar::String | Scalar::Text => "text".to_owned(),
            Scalar::Email => "an email address".to_owned(),
            Scalar::IpAddress => "an IP address".to_owned(),
            Scalar::Secret => "the name of a secret".to_owned(),
            Scalar::Int => "a whole number (int)".to_owned(),
            Scalar::Long => "a whole number (long)".to_owned(),
            Scalar::Duration => "a duration (d.hh:mm:ss)".to_owned(),
            Scalar::Object => "a hashtable".to_owned(),
            other => format!("a {other}"),
        }
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => format!("'{text}'"),
        other => other.to_wire().to_string(),
    };
    if text.chars().count() > 60 { format!("{}...", text.chars().take(57).collect::<String>()) } else { text }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) | Value::Version(text) => Some(text.clone()),
        Value::Guid(id) => Some(id.to_string()),
        _ => None,
    }
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(i64::from(*number)),
        Value::Long(number) => Some(*number),
        Value::Decimal(number) if number.fract().is_zero() => number.to_i64(),
        Value::Double(number) if number.fract() == 0.0 && number.abs() < 9.0e15 => number.to_i64(),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Decimal(number) => Some(*number),
        Value::Int(number) => Some(Decimal::from(*number)),
        Value::Long(number) => Some(Decimal::from(*number)),
        // The shortest text that reads back as the double is what its author typed.
        Value::Double(number) => number.to_string().parse().ok(),
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}

fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Double(number) => Some(*number),
        Value::Int(number) => Some(f64::from(*number)),
        Value::Long(number) => number.to_f64(),
        Value::Decimal(number) => number.to_f64(),
        Value::Text(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn moment(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::DateTime(time) => Some(*time),
        Value::Text(text) => DateTime::parse_from_rfc3339(text)
            .map(|time| time.with_timezone(&Utc))
            .ok()
            .or_else(|| text.parse::<NaiveDateTime>().ok().map(|time| time.and_utc()))
            .or_else(|| text.parse::<NaiveDate>().ok().and_then(midnight)),
        _ => None,
    }
}

fn midnight(day: NaiveDate) -> Option<DateTime<Utc>> {
    day.and_hms_opt(0, 0, 0).map(|time| time.and_utc())
}

fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    (2..=4).contains(&parts.len()) && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse::<i32>().is_ok())
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn is_local_part(text: &str) -> bool {
    !text.is_empty() && text.len() <= 64 && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "()<>[]:;@\\,\"".contains(c))
}

/// RFC 1123: labels of letters, digits and inner dashes, 63 octets each, 253 in all.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && !text.is_empty() && text.split('.').all(label)
}

fn is_cidr(address: &str, length: &str) -> bool {
    let bits = match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V4(_)) => 32,
        Ok(std::net::IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.parse::<u8>().is_ok_and(|length| length <= bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, value: Value, wanted: Option<Value>) {
        let data_type = DataType::parse(name).unwrap();
        assert_eq!(data_type.convert(value.clone()).ok(), wanted, "{name} {value:?}");
    }

    #[test]
    fn values_convert_where_nothing_is_lost() {
        check("int", Value::text("5"), Some(Value::Int(5)));
        check("int", Value::Double(2.5), None);
        check("int", Value::Long(1 << 40), None);
        check("decimal", Value::Double(12.5), Some(Value::Decimal("12.5".parse().unwrap())));
        check("string[]", Value::text("a"), Some(Value::List(vec![Value::text("a")])));
        check("string[]", Value::Null, Some(Value::List(vec![])));
        check("email", Value::text("it@tailspin.example"), Some(Value::text("it@tailspin.example")));
        check("email", Value::text("it at tailspin"), None);
        check("duration", Value::text("00:02:00"), Some(Value::Duration(1_200_000_000)));
        check("version", Value::text("1.2"), Some(Value::Version("1.2".into())));
        check("version", Value::text("1"), None);
        check("cidr", Value::text("10.0.0.0/33"), None);
        check("bool", Value::Int(1), None);
        check("string", Value::Int(1), None);
    }
}
