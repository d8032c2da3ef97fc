//! The limits of a property or parameter: listed values, lowest, highest, pattern. One check for what is known when a definition is loaded and for what a run computes.

use std::cmp::Ordering;

use language::{Expression, Names, Shape};
use model::{DataType, Parameter, Property, Scalar, Value};
use package::bridge::to_language;
use regex_automata::meta::Regex;

/// What a value must hold to. Made once, when a definition is compiled.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    values: Vec<Value>,
    /// Listed text is compared without regard to letter case, as `ValidateSet` does.
    any_case: bool,
    min: Option<Value>,
    max: Option<Value>,
    pattern: Option<Pattern>,
}

#[derive(Debug)]
enum Pattern {
    /// A property's: the whole text, case-sensitive.
    Whole(Box<Regex>, String),
    /// `ValidatePattern`: anywhere, case-insensitive, in .NET's sense.
    Anywhere(Expression, String),
}

impl Limits {
    /// Limits of a property.
    pub(crate) fn of_property(property: &Property) -> Self {
        // The definition check has compiled the pattern already; one that does not compile was reported there.
        let whole = |pattern: &String| {
            let regex = Regex::new(&format!(r"\A(?:{pattern})\z")).ok()?;
            Some(Pattern::Whole(Box::new(regex), pattern.clone()))
        };
        Limits {
            values: property.values.clone(),
            any_case: false,
            min: property.min.clone(),
            max: property.max.clone(),
            pattern: property.pattern.as_ref().and_then(whole),
        }
    }

    /// Limits of a parameter.
    pub(crate) fn of_parameter(parameter: &Parameter) -> Self {
        // A pattern that the linear engine refuses is left to PowerShell, which checks it again in any case.
        let anywhere = |pattern: &String| {
            let text = format!("$Value -match '{}'", pattern.replace('\'', "''"));
            let names = Names::new().with("Value", Shape::Any);
            Some(Pattern::Anywhere(Expression::compile(&text, 1, 1, &names).ok()?, pattern.clone()))
        };
        Limits {
            values: parameter.values.clone(),
            any_case: true,
            min: parameter.min.clone(),
            max: parameter.max.clone(),
            pattern: parameter.pattern.as_ref().and_then(anywhere),
        }
    }

    /// Whether `value`, or each item of a list, holds; otherwise why not.
    pub(crate) fn check(&self, value: &Value) -> Result<(), String> {
        match value {
            Value::List(items) => items.iter().try_for_each(|item| self.check(item)),
            Value::Null => Ok(()),
            one => self.check_one(one),
        }
    }

    fn check_one(&self, value: &Value) -> Result<(), String> {
        if !self.values.is_empty() && !self.values.iter().any(|known| self.same(known, value)) {
            let known: Vec<String> = self.values.iter().map(shown).collect();
            return Err(format!("{} is not one of {}", shown(value), known.join(", ")));
        }
        let length = value.as_text().map(|text| i64::try_from(text.chars().count()).unwrap_or(i64::MAX));
        let measured = length.map_or_else(|| value.clone(), Value::Long);
        let unit = if length.is_some() { "the length of " } else { "" };
        if let Some(min) = self.min.as_ref().filter(|min| compare(&measured, min) == Some(Ordering::Less)) {
            return Err(format!("{unit}{} is below {}", shown(value), shown(min)));
        }
        if let Some(max) = self.max.as_ref().filter(|max| compare(&measured, max) == Some(Ordering::Greater)) {
            return Err(format!("{unit}{} is above {}", shown(value), shown(max)));
        }
        match &self.pattern {
            Some(pattern) if !pattern.fits(value) => Err(format!("{} does not match the pattern {}", shown(value), pattern.text())),
            _ => Ok(()),
        }
    }

    fn same(&self, known: &Value, value: &Value) -> bool {
        match (known.as_text(), value.as_text()) {
            (Some(known), Some(value)) if self.any_case => known.to_lowercase() == value.to_lowercase(),
            (Some(known), Some(value)) => known == value,
            _ => compare(known, value) == Some(Ordering::Equal) || known == value,
        }
    }
}

impl Pattern {
    fn fits(&self, value: &Value) -> bool {
        match self {
            Pattern::Whole(regex, _) => value.as_text().is_none_or(|text| regex.is_match(text)),
            Pattern::Anywhere(expression, _) => expression.evaluate(&[to_language(value)]).is_ok_and(|found| found.is_true()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Pattern::Whole(_, text) | Pattern::Anywhere(_, text) => text,
        }
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
