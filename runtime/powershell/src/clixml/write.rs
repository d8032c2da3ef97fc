//! Values to CLIXML.

use model::{Object, Value, format_duration};

use super::escape::encode;

const HEAD: &str = r#"<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">"#;

/// The CLIXML document of `value`.
///
/// An object is a queue of names and values in turn: the dictionary of CLIXML comes back without its order. The host makes an ordered
/// hashtable of it again.
pub(crate) fn write(value: &Value) -> String {
    let mut out = String::with_capacity(4 * 1024);
    out.push_str(HEAD);
    put(&mut out, value);
    out.push_str("</Objs>");
    out
}

fn put(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("<Nil/>"),
        Value::Bool(value) => element(out, "B", if *value { "true" } else { "false" }),
        Value::Int(value) => element(out, "I32", &value.to_string()),
        Value::Long(value) => element(out, "I64", &value.to_string()),
        Value::Double(value) => element(out, "Db", &double(*value)),
        Value::Decimal(value) => element(out, "D", &value.to_string()),
        Value::Text(text) => element(out, "S", text),
        Value::DateTime(time) => {
            element(out, "DT", &format!("{}.{:07}Z", time.format("%Y-%m-%dT%H:%M:%S"), time.timestamp_subsec_nanos() / 100))
        }
        Value::Duration(ticks) => element(out, "TS", &duration(*ticks)),
        Value::Guid(guid) => element(out, "G", &guid.to_string()),
        Value::Version(version) => element(out, "Version", version),
        Value::List(items) => {
            out.push_str("<Obj><LST>");
            items.iter().for_each(|item| put(out, item));
            out.push_str("</LST></Obj>");
        }
        Value::Object(object) => put_object(out, object),
    }
}

fn put_object(out: &mut String, object: &Object) {
    out.push_str("<Obj><QUE>");
    for (name, value) in object.iter() {
        element(out, "S", name);
        put(out, value);
    }
    out.push_str("</QUE></Obj>");
}

fn element(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    encode(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

fn double(value: f64) -> String {
    if value == f64::INFINITY {
        "INF".to_owned()
    } else if value == f64::NEG_INFINITY {
        "-INF".to_owned()
    } else {
        value.to_string()
    }
}

/// A time span as XML Schema writes it: `-P1DT2H3M4.5S`.
fn duration(ticks: i64) -> String {
    let text = format_duration(ticks);
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |text| ("-", text));
    let mut parts = text.split(':');
    let mut part = || parts.next().expect("a duration has hours, minutes and seconds");
    let (first, minutes, seconds) = (part(), part(), part());
    let (days, hours) = first.split_once('.').unwrap_or(("0", first));
    format!("{sign}P{days}DT{hours}H{minutes}M{seconds}S")
}
