//! What values a property takes, and its value when nobody gave one.

use std::cmp::Ordering;

use language::data::Node;
use model::{DataType, Default, Property, Scalar, Value};

use super::pattern;
use crate::{
    Checker, checker,
    fields::{Fields, block, mistyped},
    literal::literal,
    report::At,
};

/// Reads `Values`, `Min`, `Max` and `Pattern`, each where it says something for the type.
pub(super) fn read(fields: &Fields<'_>, data_type: DataType, property: &mut Property) {
    let one = DataType::one(data_type.scalar);
    if !fields.list("Values").is_empty() && is_in(data_type.scalar, &[Scalar::Object, Scalar::Bool]) {
        refuse(fields, "Values", data_type);
    } else {
        property.values = values(fields, one);
    }
    (property.min, property.max) = limits(fields, one);
    if fields.entry("Pattern").is_some() {
        if is_text(data_type.scalar) {
            property.pattern = pattern(fields, "Pattern");
        } else {
            refuse(fields, "Pattern", data_type);
        }
    }
}

fn values(fields: &Fields<'_>, one: DataType) -> Vec<Value> {
    let mut values = Vec::new();
    for node in fields.list("Values") {
        let Some(value) = converted(fields, "Values", node, one) else { continue };
        if values.contains(&value) {
            fields.report.error(node, "duplicate", format!("`Values` lists {} twice", checker::shown(&value)));
        } else {
            values.push(value);
        }
    }
    values
}

/// Both limits; neither where they shut everything out, so that no value is measured by a mistake.
fn limits(fields: &Fields<'_>, one: DataType) -> (Option<Value>, Option<Value>) {
    let limits = (limit(fields, "Min", one), limit(fields, "Max", one));
    if let (Some(min), Some(max)) = &limits
        && checker::compare(min, max) == Some(Ordering::Greater)
    {
        let message = format!("`Max` is below `Min`: nothing is both at least {} and at most {}", checker::shown(min), checker::shown(max));
        fields.report.error(fields.at("Max"), "bad_value", message);
        return (None, None);
    }
    limits
}

/// A limit: of the property's own type, or a length where that is text.
fn limit(fields: &Fields<'_>, key: &str, one: DataType) -> Option<Value> {
    let node = fields.node(key)?;
    if is_text(one.scalar) {
        return converted(fields, key, node, DataType::one(Scalar::Int));
    }
    let ordered = [Scalar::Int, Scalar::Long, Scalar::Decimal, Scalar::Double, Scalar::Date, Scalar::DateTime, Scalar::Duration];
    if is_in(one.scalar, &ordered) {
        return converted(fields, key, node, one);
    }
    refuse(fields, key, one);
    None
}

fn converted(fields: &Fields<'_>, key: &str, node: &Node, one: DataType) -> Option<Value> {
    let value = literal(fields.report, &format!("`{key}`"), node)?;
    match one.convert(value) {
        Ok(Value::Null) => {
            mistyped(fields.report, key, node, "a value");
            None
        }
        Ok(value) => Some(value),
        Err(error) => {
            fields.report.error(node, "wrong_type", format!("`{key}` must be {}, not {}", error.wanted, error.shown));
            None
        }
    }
}

/// Reads `Default`: an expression, or a literal that the property takes itself.
pub(super) fn default(fields: &Fields<'_>, checker: Option<&Checker>) -> Option<Default> {
    let node = fields.node("Default")?;
    if let Some(block) = block(fields.report, node) {
        return Some(Default::Block(block));
    }
    let value = literal(fields.report, "`Default`", node)?;
    let Some(checker) = checker else { return Some(Default::Value(value)) };
    match checker.check(value) {
        Ok(value) => Some(Default::Value(value)),
        Err(refused) => {
            fields.report.add(node, refused.code, format!("`Default`: {}", refused.message), refused.hint);
            None
        }
    }
}

fn refuse(fields: &Fields<'_>, key: &str, data_type: DataType) {
    let at = fields.entry(key).map_or(fields.at, At::from);
    fields.report.error(at, "key_not_here", format!("`{key}` says nothing for the type {data_type}"));
}

fn is_text(scalar: Scalar) -> bool {
    use Scalar as S;
    is_in(scalar, &[S::String, S::Text, S::Uri, S::Email, S::Hostname, S::Domain, S::IpAddress, S::Cidr, S::Secret])
}

fn is_in(scalar: Scalar, scalars: &[Scalar]) -> bool {
    scalars.contains(&scalar)
}
