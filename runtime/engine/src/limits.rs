//! The limits of a property or parameter: listed values, lowest, highest, pattern. One check for what is known when a definition is loaded and for what a run computes.

use std::cmp::Ordering;

use language::{Expression, Names, Shape};
use model::{DataType, Parameter, Property, Scalar, Value};
use package::{Checker, bridge::to_language};

/// What a value must hold to besides its type. Made once, when a definition is compiled.
#[derive(Debug)]
pub(crate) enum Limits {
    /// Nothing.
    None,
    /// What a property says of its values.
    Property(Box<Checker>),
    /// What `param()` says of a parameter.
    Parameter(Box<OfParameter>),
}

/// `ValidateSet`, `ValidateRange` and `ValidatePattern`.
#[derive(Debug)]
pub(crate) struct OfParameter {
    values: Vec<Value>,
    min: Option<Value>,
    max: Option<Value>,
    /// Matches anywhere, case-insensitive, in .NET's sense; and how it was written.
    pattern: Option<(Expression, String)>,
}

impl Limits {
    /// Limits of a property.
    pub(crate) fn of_property(property: &Property) -> Self {
        // A pattern that does not compile was reported when the definition was read.
        Checker::new(property).map_or(Limits::None, |checker| Limits::Property(Box::new(checker)))
    }

    /// Limits of a parameter.
    pub(crate) fn of_parameter(parameter: &Parameter) -> Self {
        // A pattern that the linear engine refuses is left to PowerShell, which checks it again in any case.
        let compiled = |pattern: &String| {
            let text = format!("$Value -match '{}'", pattern.replace('\'', "''"));
            let names = Names::new().with("Value", Shape::Any);
            Some((Expression::compile(&text, 1, 1, &names).ok()?, pattern.clone()))
        };
        let pattern = parameter.pattern.as_ref().and_then(compiled);
        if parameter.values.is_empty() && parameter.min.is_none() && parameter.max.is_none() && pattern.is_none() {
            return Limits::None;
        }
        let of = OfParameter { values: parameter.values.clone(), min: parameter.min.clone(), max: parameter.max.clone(), pattern };
        Limits::Parameter(Box::new(of))
    }

    /// Whether a value of the right type, for what is called `name`, holds; otherwise why not, in a sentence.
    pub(crate) fn check(&self, name: &str, value: &Value) -> Result<(), String> {
        match self {
            Limits::None => Ok(()),
            Limits::Property(checker) => checker.check(value.clone()).map(|_| ()).map_err(|refused| refused.message),
            Limits::Parameter(of) => of.check(value).map_err(|what| format!("`{name}`: {what}")),
        }
    }
}

impl OfParameter {
    /// Whether `value`, or each item of a list, holds; otherwise why not.
    fn check(&self, value: &Value) -> Result<(), String> {
        match value {
            Value::List(items) => items.iter().try_for_each(|item| self.check(item)),
            Value::Null => Ok(()),
            one => self.check_one(one),
        }
    }

    fn check_one(&self, value: &Value) -> Result<(), String> {
        if !self.values.is_empty() && !self.values.iter().any(|known| same(known, value)) {
            let known: Vec<String> = self.values.iter().map(shown).collect();
            return Err(format!("{} is not one of {}", shown(value), known.join(", ")));
        }
        if let Some(min) = self.min.as_ref().filter(|min| compare(value, min) == Some(Ordering::Less)) {
            return Err(format!("{} is below {}", shown(value), shown(min)));
        }
        if let Some(max) = self.max.as_ref().filter(|max| compare(value, max) == Some(Ordering::Greater)) {
            return Err(format!("{} is above {}", shown(value), shown(max)));
        }
        match &self.pattern {
            Some((expression, text)) if !expression.evaluate(&[to_language(value)]).is_ok_and(|found| found.is_true()) => {
                Err(format!("{} does not match the pattern {text}", shown(value)))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a value is a listed one; text as `ValidateSet` compares it, without regard to letter case.
fn same(known: &Value, value: &Value) -> bool {
    match (known.as_text(), value.as_text()) {
        (Some(known), Some(value)) => known.to_lowercase() == value.to_lowercase(),
        _ => compare(known, value) == Some(Ordering::Equal) || known == value,
    }
}

/// The order of two values of kinds that have one: numbers among themselves, moments, durations.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    let decimal = |value: &Value| match value {
        Value::Int(_) | Value::Long(_) | Value::Decimal(_) | Value::Double(_) => {
            match DataType::one(Scalar::Decimal).convert(value.clone()) {
                Ok(Value::Decimal(number)) => Some(number),
                _ => None,
            }
        }
        _ => None,
    };
    match (left, right) {
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
        (Value::Duration(left), Value::Duration(right)) => Some(left.cmp(right)),
        _ => match (decimal(left), decimal(right)) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => double(left)?.partial_cmp(&double(right)?),
        },
    }
}

fn double(value: &Value) -> Option<f64> {
    match DataType::one(Scalar::Double).convert(value.clone()) {
        Ok(Value::Double(number)) if !matches!(value, Value::Text(_)) => Some(number),
        _ => None,
    }
}

/// A value as a sentence shows it.
pub(crate) fn shown(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => format!("'{text}'"),
        Value::Null => "$null".to_owned(),
        other => other.to_wire().to_string().trim_matches('"').to_owned(),
    };
    if text.chars().count() > 60 { format!("{}...", text.chars().take(57).collect::<String>()) } else { text }
}
