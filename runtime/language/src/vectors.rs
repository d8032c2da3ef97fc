//! Running vectors: lines of JSON that say what PowerShell answers to an expression.
//!
//! A vector agrees when both answer the same value, or both end with an error (with whichever id); it is refused when the
//! expression is outside the subset.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::Value as Json;

use crate::clock;
use crate::value::text::plain_text;
use crate::{DateKind, DateTime, Expression, Names, Shape, Table, Value};

/// What came of a file of vectors.
#[derive(Debug, Default)]
pub struct Report {
    /// Same answer.
    pub agree: usize,
    /// Outside the subset, and said so.
    pub refused: usize,
    /// Another answer.
    pub differ: usize,
    /// No answer at all.
    pub crashed: usize,
    /// Expression, expected and found answer of those that differ or crashed.
    pub differences: Vec<String>,
    /// Why expressions were refused, the most frequent first.
    pub reasons: Vec<(String, usize)>,
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "agree {}, refused {}, differ {}, crashed {}", self.agree, self.refused, self.differ, self.crashed)
    }
}

/// A context or a vector that is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The text is not JSON.
    #[error("not JSON")]
    Json(#[from] serde_json::Error),
    /// Not of the form of vectors.
    #[error("{0}")]
    Form(String),
}

/// The variables of a context, each a hashtable.
#[derive(Debug)]
pub struct Context {
    names: Names,
    slots: Vec<Value>,
}

impl Context {
    /// Reads a context: an object whose members are the variables. `$Now` is added where it is missing.
    ///
    /// # Errors
    /// When it is no JSON object.
    pub fn read(text: &str, now: DateTime) -> Result<Self, Error> {
        let Json::Object(variables) = serde_json::from_str(text)? else {
            return Err(Error::Form("a context is an object".to_owned()));
        };
        let mut names = Names::new().open();
        let mut slots = Vec::new();
        for (name, value) in &variables {
            names = names.with(name, Shape::Any);
            slots.push(from_json(value));
        }
        if names.slot("Now").is_none() {
            names = names.with("Now", Shape::Any);
            slots.push(Value::DateTime(now));
        }
        Ok(Self { names, slots })
    }

    /// Compiles an expression for the context's variables; others are `$null`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn compile(&self, text: &str) -> Result<Expression, Vec<crate::Diagnostic>> {
        Expression::compile(text, 1, 1, &self.names)
    }

    /// The variables' values in the order of the slots.
    #[must_use]
    pub fn slots(&self) -> &[Value] {
        &self.slots
    }
}

/// A JSON value as an author sees it: integers are int or long, `{ "$type": ..., "value": ... }` names other types.
#[must_use]
pub fn from_json(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => i32::try_from(whole).map_or(Value::Long(whole), Value::Int),
            None => Value::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::from(items.iter().map(from_json).collect::<Vec<_>>()),
        Json::Object(members) => typed(members).unwrap_or_else(|| {
            let mut table = Table::new();
            for (name, value) in members {
                table.insert(name.as_str(), from_json(value));
            }
            Value::from(table)
        }),
    }
}

fn typed(members: &serde_json::Map<String, Json>) -> Option<Value> {
    let text = members.get("value")?.as_str()?;
    match members.get("$type")?.as_str()? {
        "System.Decimal" => crate::convert::to_decimal(&Value::from(text)).ok().map(Value::Decimal),
        "System.DateTime" => match clock::parse(text, None) {
            clock::Parsed::Moment(moment) => Some(Value::DateTime(DateTime { ticks: moment.ticks, kind: DateKind::Local })),
            _ => None,
        },
        _ => None,
    }
}

/// Runs the vectors of a text, one a line.
///
/// # Errors
/// When the context or a vector is not what it should be.
pub fn run(context: &str, vectors: &str, now: DateTime) -> Result<Report, Error> {
    let context = Context::read(context, now)?;
    let mut report = Report::default();
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for line in vectors.lines().filter(|line| !line.trim().is_empty()) {
        let vector: Json = serde_json::from_str(line)?;
        let Some(text) = vector.get("e").and_then(Json::as_str) else {
            return Err(Error::Form(format!("a vector has `e`: {line}")));
        };
        let found = catch_unwind(AssertUnwindSafe(|| answer(&context, text)));
        let expected = expected(&vector);
        match found {
            Ok(Answer::Refused(_)) if expected == "error" && is_unparsed(&vector) => report.agree += 1,
            Ok(Answer::Refused(reason)) => {
                report.refused += 1;
                *reasons.entry(reason).or_default() += 1;
            }
            Ok(Answer::Value(found)) if found == expected => report.agree += 1,
            Ok(Answer::Error(_)) if expected == "error" => report.agree += 1,
            Ok(Answer::Value(found)) if is_unwritten(&vector, &found) => report.agree += 1,
            Ok(Answer::Value(found) | Answer::Error(found)) => {
                report.differ += 1;
                report.differences.push(format!("{text}   expected {expected}   found {found}"));
            }
            Err(_) => {
                report.crashed += 1;
                report.differences.push(format!("{text}   crashed"));
            }
        }
    }
    report.reasons = reasons.into_iter().collect();
    report.reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(report)
}

enum Answer {
    Value(String),
    Error(String),
    Refused(String),
}

/// What does not parse in PowerShell, or names a command that is not there, must not parse here.
fn is_unparsed(vector: &Json) -> bool {
    let error = vector.get("error").and_then(Json::as_str).unwrap_or_default();
    error.starts_with("parse:") || error == "CommandNotFoundException"
}

/// The maker of the vectors writes results by `ToString($null, culture)`, which versions and uris do not have: what it
/// reports there is its own failure to write the value, not PowerShell's to compute it.
fn is_unwritten(vector: &Json, found: &str) -> bool {
    let error = vector.get("error").and_then(Json::as_str).unwrap_or_default();
    error == "MethodCountCouldNotFindBest" && (found.starts_with("System.Version ") || found.starts_with("System.Uri "))
}

fn answer(context: &Context, text: &str) -> Answer {
    let expression = match context.compile(text) {
        Ok(expression) => expression,
        Err(errors) => {
            let reason = errors.first().map(|error| (error.code, error.message.clone())).unwrap_or_default();
            // A pattern or operand that PowerShell would refuse when it runs.
            return if reason.0 == "bad_operand" { Answer::Error(reason.1) } else { Answer::Refused(reason.1) };
        }
    };
    match expression.evaluate(context.slots()) {
        Ok(value) => Answer::Value(show(&value)),
        Err(error) if error.code.starts_with("Stoa") => Answer::Refused(error.message),
        Err(error) => Answer::Error(format!("error {} {}", error.code, error.message)),
    }
}

/// The expected answer in the form of [`show`].
fn expected(vector: &Json) -> String {
    if vector.get("error").is_some() { "error".to_owned() } else { expected_value(vector) }
}

fn expected_value(vector: &Json) -> String {
    let value = vector.get("v").unwrap_or(&Json::Null);
    match vector.get("t").and_then(Json::as_str) {
        None => "null".to_owned(),
        Some("array") => {
            let items: Vec<String> = value.as_array().into_iter().flatten().map(expected_value).collect();
            format!("[{}]", items.join(", "))
        }
        Some("hashtable") => {
            let mut members: Vec<String> =
                value.as_object().into_iter().flatten().map(|(name, value)| format!("{name}={}", expected_value(value))).collect();
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
        Some(name) => match value {
            Json::String(text) => format!("{name} {text}"),
            other => format!("{name} {other}"),
        },
    }
}

/// A value as type and text.
#[must_use]
pub fn show(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let mut members: Vec<String> = table.iter().map(|(name, value)| format!("{name}={}", show(value))).collect();
            members.sort();
            format!("{{{}}}", members.join(", "))
        }
        Value::Bool(value) => format!("System.Boolean {value}"),
        Value::DateTime(moment) => format!("System.DateTime {}", clock::to_round_trip(*moment)),
        Value::Type(_) => format!("System.RuntimeType {}", plain_text(value)),
        Value::Object(object) => object.kind.full_name().to_owned(),
        other => {
            let name = other.type_of().map(crate::Type::full_name).unwrap_or_default();
            format!("{name} {}", plain_text(other))
        }
    }
}
