//! Methods: found by the value they are called on. A list hands on what it has not itself to each of its items.

use super::{Machine, array, date, list, text};
use crate::convert::is_a;
use crate::fault::{Outcome, fault, refused};
use crate::format;
use crate::tree::{Expr, Kind};
use crate::value::text::{plain_text, to_text};
use crate::value::{EnumKind, Type, Value};

impl Machine<'_> {
    pub(super) fn call(&mut self, target: &Value, name: &'static str, arguments: &[Expr]) -> Outcome<Value> {
        if matches!(target, Value::Null) {
            return fault("InvokeMethodOnNull", "a method cannot be called on $null");
        }
        match name {
            "where" => return self.where_method(target, arguments),
            "foreach" => return self.foreach_method(target, arguments),
            _ => {}
        }
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            if let Kind::Block(_) = argument.kind {
                return refused("a block is not available as an argument of this method");
            }
            values.push(self.eval(argument)?);
        }
        self.spend(1)?;
        self.call_with(target, name, &values)
    }

    pub(super) fn call_with(&mut self, target: &Value, name: &'static str, arguments: &[Value]) -> Outcome<Value> {
        let Value::Array(items) = target else { return method(target, name, arguments) };
        if let Some(done) = list::array_method(items, name, arguments)? {
            return Ok(done);
        }
        let mut out = Vec::with_capacity(items.len());
        for item in items.iter() {
            self.spend(1)?;
            match method(item, name, arguments)? {
                Value::Array(inner) => out.extend(inner.iter().cloned()),
                value => out.push(value),
            }
        }
        Ok(match out.len() {
            1 => out.remove(0),
            _ => array(out),
        })
    }
}

/// There is no such method for these arguments.
pub(super) fn not_found<T>(value: &Value, name: &str) -> Outcome<T> {
    let owner = value.type_of().map_or_else(|| "this value".to_owned(), Type::full_name);
    fault("MethodNotFound", format!("{owner} has no method `{name}` with these arguments"))
}

/// A method of a value that is no list.
pub(super) fn method(value: &Value, name: &'static str, arguments: &[Value]) -> Outcome<Value> {
    match (name, arguments) {
        ("gettype", []) => {
            return match value.type_of() {
                Some(found) => Ok(Value::Type(found)),
                None => refused("`GetType` of this value is not available in an expression"),
            };
        }
        ("tostring", _) => return to_string(value, arguments),
        ("equals", [other]) if !matches!(value, Value::String(_)) => return equals(value, other),
        ("compareto", [other]) if !matches!(value, Value::String(_)) => return compare_to(value, other),
        _ => {}
    }
    match value {
        Value::Null => fault("InvokeMethodOnNull", "a method cannot be called on $null"),
        Value::String(text) => text::method(text, name, arguments),
        Value::DateTime(moment) => date::date_method(*moment, name, arguments),
        Value::TimeSpan(ticks) => date::span_method(*ticks, name, arguments),
        Value::Table(table) => list::table_method(table, name, arguments),
        Value::Object(object) => text::encoding(object, name, arguments),
        other => not_found(other, name),
    }
}

/// `.ToString()` with a format or without one.
fn to_string(value: &Value, arguments: &[Value]) -> Outcome<Value> {
    let is_culture = |value: &Value| matches!(value, Value::Object(_) | Value::Null);
    let pattern = match arguments {
        [] => return Ok(Value::from(plain_text(value))),
        [culture] if is_culture(culture) => return Ok(Value::from(plain_text(value))),
        [Value::Int(fields)] if matches!(value, Value::Version(_)) => return version_fields(value, *fields),
        [pattern] => to_text(pattern),
        [pattern, culture] if is_culture(culture) => to_text(pattern),
        _ => return not_found(value, "ToString"),
    };
    match value {
        Value::String(_)
        | Value::Bool(_)
        | Value::Char(_)
        | Value::Table(_)
        | Value::Uri(_)
        | Value::Version(_)
        | Value::Block(_)
        | Value::Type(_) => not_found(value, "ToString"),
        _ => format::formatted(value, &pattern).map(Value::from),
    }
}

fn version_fields(value: &Value, fields: i32) -> Outcome<Value> {
    let text = plain_text(value);
    let parts: Vec<&str> = text.split('.').collect();
    match usize::try_from(fields) {
        Ok(fields) if fields <= parts.len() => Ok(Value::from(parts[..fields].join("."))),
        _ => fault("ArgumentException", "the version has not so many parts"),
    }
}

/// `.Equals()`, which converts nothing.
fn equals(value: &Value, other: &Value) -> Outcome<Value> {
    let is_same_type = value.type_of().is_some() && value.type_of() == other.type_of();
    Ok(Value::Bool(is_same_type && crate::compare::equal(value, other, crate::compare::Case::Respect)))
}

fn compare_to(value: &Value, other: &Value) -> Outcome<Value> {
    let Some(own) = value.type_of() else { return not_found(value, "CompareTo") };
    let converted = if is_a(other, own)? { other.clone() } else { crate::convert::cast(other, own)? };
    match crate::compare::order(value, &converted, crate::compare::Case::Respect)? {
        Some(ordering) => Ok(Value::Int(ordering as i32)),
        None => Ok(Value::Int(-1)),
    }
}

/// An argument that names a member of an enumeration.
pub(super) fn enum_argument(value: &Value, kind: EnumKind) -> Option<i32> {
    match value {
        Value::Enum(member) if member.kind == kind => Some(member.number),
        Value::String(text) => kind.parse(text).map(|member| member.number),
        Value::Int(number) => Some(*number),
        _ => None,
    }
}
