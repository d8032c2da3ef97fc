//! Plain values of a data file, and values with expressions somewhere in them.

use language::data::{Kind, Node};
use model::Value;
use rust_decimal::prelude::ToPrimitive;

use crate::{
    Mapping,
    fields::{block, entries},
    report::Report,
};

/// A value without an expression anywhere in it; a script block in it is reported.
pub(crate) fn literal(report: &Report<'_>, what: &str, node: &Node) -> Option<Value> {
    match mapping(report, node)? {
        Mapping::Literal(value) => Some(value),
        _ => {
            report.error(node, "wrong_type", format!("{what} must be a plain value, without a script block"));
            None
        }
    }
}

/// A value that may have expressions at any depth.
pub(crate) fn mapping(report: &Report<'_>, node: &Node) -> Option<Mapping> {
    Some(match &node.kind {
        Kind::Block { .. } => Mapping::Block(block(report, node)?),
        Kind::Array(items) => {
            let items: Vec<Mapping> = items.iter().filter_map(|item| mapping(report, item)).collect();
            plain(&items, |mapping| mapping).map_or_else(|| Mapping::List(items), |values| Mapping::Literal(Value::List(values)))
        }
        Kind::Table(_) => {
            let entries = entries(report, "a value", node)?.iter();
            let entries: Vec<(String, Mapping)> =
                entries.filter_map(|entry| Some((entry.key.clone(), mapping(report, &entry.value)?))).collect();
            match plain(&entries, |(_, mapping)| mapping) {
                Some(values) => {
                    let names = entries.into_iter().map(|(name, _)| name);
                    Mapping::Literal(Value::Object(names.zip(values).collect()))
                }
                None => Mapping::Table(entries),
            }
        }
        Kind::Null => Mapping::Literal(Value::Null),
        Kind::Bool(value) => Mapping::Literal(Value::Bool(*value)),
        Kind::Int(value) => Mapping::Literal(Value::Int(*value)),
        Kind::Long(value) => Mapping::Literal(Value::Long(*value)),
        Kind::Double(value) => Mapping::Literal(Value::Double(*value)),
        Kind::Decimal(value) => Mapping::Literal(Value::Decimal(*value)),
        Kind::String(text) => Mapping::Literal(Value::text(text)),
    })
}

/// The values, if all of them are literals.
fn plain<T>(items: &[T], mapping: impl Fn(&T) -> &Mapping) -> Option<Vec<Value>> {
    items
        .iter()
        .map(|item| match mapping(item) {
            Mapping::Literal(value) => Some(value.clone()),
            _ => None,
        })
        .collect()
}

/// What a value is, in an author's words.
pub(crate) fn described(node: &Node) -> &'static str {
    match &node.kind {
        Kind::Null => "$null",
        Kind::Bool(true) => "$true",
        Kind::Bool(false) => "$false",
        Kind::Int(_) | Kind::Long(_) | Kind::Double(_) | Kind::Decimal(_) => "a number",
        Kind::String(_) => "text",
        Kind::Array(_) => "a list",
        Kind::Table(_) => "a hashtable",
        Kind::Block { .. } => "a script block",
    }
}

pub(crate) fn is_number(node: &Node) -> bool {
    number(node).is_some()
}

pub(crate) fn number(node: &Node) -> Option<f64> {
    match &node.kind {
        Kind::Int(value) => Some(f64::from(*value)),
        Kind::Long(value) => value.to_f64(),
        Kind::Double(value) => Some(*value),
        Kind::Decimal(value) => value.to_f64(),
        _ => None,
    }
}
