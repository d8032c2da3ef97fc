//! A value as the JSON of a request's body: numbers are numbers, exact to their last digit.

use model::{Failure, Value};
use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use crate::parameters::bad;

/// The bytes of `value` as JSON.
pub(super) fn json(value: &Value) -> Result<Vec<u8>, Failure> {
    if has_secret(value) {
        return Err(super::asked::no_secrets("Body"));
    }
    serde_json::to_vec(&Plain(value)).map_err(|error| bad("Body", error))
}

/// `@{ Secret = 'name' }` stands for the secret's value.
fn has_secret(value: &Value) -> bool {
    match value {
        Value::Object(object) => (object.len() == 1 && object.contains("Secret")) || object.iter().any(|(_, member)| has_secret(member)),
        Value::List(items) => items.iter().any(has_secret),
        _ => false,
    }
}

struct Plain<'a>(&'a Value);

impl Serialize for Plain<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Long(number) => serializer.serialize_i64(*number),
            Value::Double(number) if !number.is_finite() => {
                Err(S::Error::custom(format_args!("has {number}, which JSON has no number for")))
            }
            // As text, because a double would round it.
            Value::Decimal(number) => RawValue::from_string(number.to_string()).map_err(S::Error::custom)?.serialize(serializer),
            Value::List(items) => serializer.collect_seq(items.iter().map(Plain)),
            Value::Object(object) => {
                let mut map = serializer.serialize_map(Some(object.len()))?;
                for (name, member) in object.iter() {
                    map.serialize_entry(name, &Plain(member))?;
                }
                map.end()
            }
            other => other.to_wire().serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Object;

    fn check(value: Value, wanted: &str) {
        assert_eq!(String::from_utf8(json(&value).unwrap()).unwrap(), wanted);
    }

    #[test]
    fn numbers_are_numbers_exact_to_their_last_digit() {
        check(Value::Long(i64::MAX), "9223372036854775807");
        check(Value::Decimal("12345678901234567890.10".parse().unwrap()), "12345678901234567890.10");
        check(Value::Double(2.5), "2.5");
        check(Value::List(vec![Value::Int(1), Value::Null, Value::text("a\"b")]), r#"[1,null,"a\"b"]"#);
        let inner: Object = [("b", Value::Bool(true))].into_iter().collect();
        check(
            Value::Object([("Z", Value::Object(inner)), ("a", Value::Duration(50_000_000))].into_iter().collect()),
            r#"{"Z":{"b":true},"a":"00:00:05"}"#,
        );
        assert_eq!(json(&Value::Double(f64::NAN)).unwrap_err().code, "bad_parameter");
    }

    #[test]
    fn a_secret_in_the_body_is_refused_at_any_depth() {
        let secret = Value::Object([("secret", Value::text("api-token"))].into_iter().collect());
        let body = Value::Object([("list", Value::List(vec![secret]))].into_iter().collect());
        assert_eq!(json(&body).unwrap_err().code, "not_available");
    }
}
