//! Between the values that expressions compute with and those that are kept. Both directions run for each parameter of each step.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use language::{DateKind, Table, Value as Computed, Version};
use model::{Object, Value};

const TICKS_PER_SECOND: i64 = 10_000_000;
/// Seconds from the first day of year 1, where .NET begins to count, to 1970.
const EPOCH: i64 = 62_135_596_800;

/// What an expression computed, as it is kept.
///
/// A `[char]`, a `[uri]` and a script block become text; a `[datetime]` is taken as UTC whatever its kind says.
pub fn to_model(value: Computed) -> Value {
    match value {
        Computed::Bool(value) => Value::Bool(value),
        Computed::Int(value) => Value::Int(value),
        Computed::Long(value) => Value::Long(value),
        Computed::Double(value) => Value::Double(value),
        Computed::Decimal(value) => Value::Decimal(value),
        Computed::Char(unit) => Value::Text(String::from_utf16_lossy(&[unit])),
        Computed::String(text) | Computed::Uri(text) => Value::text(&*text),
        Computed::DateTime(time) => Value::DateTime(from_ticks(time.ticks)),
        Computed::TimeSpan(ticks) => Value::Duration(ticks),
        Computed::Guid(id) => Value::Guid(id),
        Computed::Version(version) => Value::Version(version_text(version)),
        Computed::Array(items) => Value::List(items.iter().cloned().map(to_model).collect()),
        Computed::Table(table) => Value::Object(table.iter().map(|(key, value)| (key, to_model(value.clone()))).collect()),
        Computed::Block(block) => Value::text(&*block.text),
        // `Null`, and kinds of value a later version of the language may add.
        _ => Value::Null,
    }
}

/// What is kept, as expressions compute with it.
pub fn to_language(value: &Value) -> Computed {
    match value {
        Value::Null => Computed::Null,
        Value::Bool(value) => Computed::Bool(*value),
        Value::Int(value) => Computed::Int(*value),
        Value::Long(value) => Computed::Long(*value),
        Value::Double(value) => Computed::Double(*value),
        Value::Decimal(value) => Computed::Decimal(*value),
        Value::Text(text) => Computed::String(Arc::from(text.as_str())),
        Value::DateTime(time) => Computed::DateTime(language::DateTime { ticks: to_ticks(*time), kind: DateKind::Utc }),
        Value::Duration(ticks) => Computed::TimeSpan(*ticks),
        Value::Guid(id) => Computed::Guid(*id),
        Value::Version(text) => version(text).map_or_else(|| Computed::String(Arc::from(text.as_str())), Computed::Version),
        Value::List(items) => Computed::Array(Arc::new(items.iter().map(to_language).collect())),
        Value::Object(object) => Computed::Table(Arc::new(table(object))),
    }
}

fn table(object: &Object) -> Table {
    let mut table = Table::new();
    for (name, value) in object.iter() {
        table.insert(name, to_language(value));
    }
    table
}

fn to_ticks(time: DateTime<Utc>) -> i64 {
    (time.timestamp() + EPOCH) * TICKS_PER_SECOND + i64::from(time.timestamp_subsec_nanos() / 100)
}

fn from_ticks(ticks: i64) -> DateTime<Utc> {
    let (seconds, rest) = (ticks.div_euclid(TICKS_PER_SECOND), ticks.rem_euclid(TICKS_PER_SECOND));
    let nanos = u32::try_from(rest * 100).expect("a second has fewer nanoseconds than 32 bits hold");
    DateTime::from_timestamp(seconds - EPOCH, nanos).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn version(text: &str) -> Option<Version> {
    let mut parts = [-1_i32; 4];
    let mut given = 0;
    for part in text.split('.') {
        *parts.get_mut(given)? = part.parse().ok().filter(|number: &i32| *number >= 0)?;
        given += 1;
    }
    let [major, minor, build, revision] = parts;
    (given >= 2).then_some(Version { major, minor, build, revision })
}

fn version_text(version: Version) -> String {
    let Version { major, minor, build, revision } = version;
    match (build, revision) {
        (..0, _) => format!("{major}.{minor}"),
        (_, ..0) => format!("{major}.{minor}.{build}"),
        _ => format!("{major}.{minor}.{build}.{revision}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_from_an_expression_as_it_was() {
        let object: Object = [("Name", Value::text("contoso")), ("Tags", Value::List(vec![Value::text("vip")]))].into_iter().collect();
        let values = [
            Value::Null,
            Value::Bool(true),
            Value::Int(-5),
            Value::Long(1 << 40),
            Value::Double(0.1),
            Value::Decimal("12.50".parse().unwrap()),
            Value::text("grüße"),
            Value::DateTime("2026-11-24T01:02:03.1234567Z".parse().unwrap()),
            Value::DateTime("0001-01-01T00:00:00Z".parse().unwrap()),
            Value::DateTime("9999-12-31T23:59:59.9999999Z".parse().unwrap()),
            Value::Duration(-12_345_678),
            Value::Guid(uuid::Uuid::from_u128(7)),
            Value::Version("1.2".into()),
            Value::Version("1.2.3.4".into()),
            Value::List(vec![Value::Int(1), Value::Null]),
            Value::Object(object),
        ];
        for value in values {
            assert_eq!(to_model(to_language(&value)), value);
        }
    }

    #[test]
    fn a_moment_before_year_one_or_after_9999_does_not_panic() {
        for ticks in [i64::MIN, -1, i64::MAX] {
            from_ticks(ticks);
        }
    }
}
