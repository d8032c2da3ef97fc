//! Whether a value may be that of a property: its type, its listed values, its limits, its pattern, its members.

use std::cmp::Ordering;

use model::{Property, PropertyKind, Value, nearest};

use crate::{
    Pattern,
    pattern::PatternError,
    report::{listed, meant},
};

/// Checks values of one property; made once, asked often.
#[derive(Clone, Debug)]
pub struct Checker {
    property: Property,
    pattern: Option<Pattern>,
    members: Vec<Checker>,
}

/// A value that a property does not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// Stable code, snake_case.
    pub code: &'static str,
    /// One sentence that names the property and the value.
    pub message: String,
    /// What was probably meant, or what is taken.
    pub hint: Option<String>,
}

impl Checker {
    /// A checker for `property`. Fails on a pattern that does not compile, which a loaded package has none of.
    pub fn new(property: &Property) -> Result<Checker, PatternError> {
        Ok(Checker {
            pattern: property.pattern.as_deref().map(Pattern::compile).transpose()?,
            members: property.schema.iter().map(Checker::new).collect::<Result<_, _>>()?,
            property: property.clone(),
        })
    }

    /// The property it checks for.
    pub fn property(&self) -> &Property {
        &self.property
    }

    /// `value` converted to the property's type, if the property takes it.
    pub fn check(&self, value: Value) -> Result<Value, Refused> {
        let property = &self.property;
        if value.is_null() && !property.data_type.list {
            return if self.takes_null() { Ok(value) } else { Err(self.refuse("null_value", "may not be $null")) };
        }
        let wrong = |error: model::Mismatch| self.refuse("wrong_type", &format!("must be {}, not {}", error.wanted, error.shown));
        match property.data_type.convert(value).map_err(wrong)? {
            Value::List(items) if property.data_type.list => {
                items.into_iter().map(|item| self.check_one(item)).collect::<Result<_, _>>().map(Value::List)
            }
            one => self.check_one(one),
        }
    }

    fn takes_null(&self) -> bool {
        self.property.unlimited || (!self.property.required && self.property.kind != PropertyKind::Plan)
    }

    fn check_one(&self, value: Value) -> Result<Value, Refused> {
        let property = &self.property;
        if !property.values.is_empty() && !property.values.contains(&value) {
            let hint = meant_of(&value, &property.values);
            return Err(Refused { hint, ..self.refuse("not_in_values", &format!("does not take {}", shown(&value))) });
        }
        if let Some(limit) = property.min.as_ref().filter(|limit| measure(&value, limit) == Some(Ordering::Less)) {
            return Err(self.refuse("below_min", &format!("must be {}, not {}", at_least(&value, limit), shown(&value))));
        }
        if let Some(limit) = property.max.as_ref().filter(|limit| measure(&value, limit) == Some(Ordering::Greater)) {
            return Err(self.refuse("above_max", &format!("must be {}, not {}", at_most(&value, limit), shown(&value))));
        }
        if let (Some(pattern), Some(text)) = (&self.pattern, value.as_text())
            && !pattern.is_match(text)
        {
            let pattern = property.pattern.as_deref().unwrap_or_default();
            return Err(self.refuse("no_match", &format!("does not take {}: it does not match {pattern}", shown(&value))));
        }
        match value {
            Value::Object(object) if !self.members.is_empty() => self.check_members(object).map(Value::Object),
            value => Ok(value),
        }
    }

    fn check_members(&self, object: model::Object) -> Result<model::Object, Refused> {
        for member in self.members.iter().map(Checker::property).filter(|member| member.required && member.default.is_none()) {
            if !object.contains(&member.name) {
                return Err(self.refuse("missing_member", &format!("needs the member `{}`", member.name)));
            }
        }
        let mut checked = model::Object::new();
        for (name, value) in object {
            let Some(member) = self.members.iter().find(|member| member.property.name.eq_ignore_ascii_case(&name)) else {
                let known = self.members.iter().map(|member| member.property.name.as_str());
                let hint = meant(&name, known);
                return Err(Refused { hint, ..self.refuse("unknown_member", &format!("has no member `{name}`")) });
            };
            checked.insert(member.property.name.clone(), member.check(value)?);
        }
        Ok(checked)
    }

    fn refuse(&self, code: &'static str, what: &str) -> Refused {
        Refused { code, message: format!("`{}` {what}", self.property.name), hint: None }
    }
}

/// The nearest listed value, else all of them if they are few.
fn meant_of(value: &Value, values: &[Value]) -> Option<String> {
    match value.as_text().and_then(|text| nearest(text, values.iter().filter_map(Value::as_text))) {
        Some(word) => Some(format!("did you mean '{word}'?")),
        None => listed(&values.iter().map(shown).collect::<Vec<_>>()),
    }
}

/// How `value` stands to a limit: text by its length, everything else by itself.
fn measure(value: &Value, limit: &Value) -> Option<Ordering> {
    match (value, limit) {
        (Value::Text(text), Value::Int(length)) => Some(i64::try_from(text.chars().count()).ok()?.cmp(&i64::from(*length))),
        _ => compare(value, limit),
    }
}

/// The order of two values of one type, if that type has one.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Long(left), Value::Long(right)) | (Value::Duration(left), Value::Duration(right)) => Some(left.cmp(right)),
        (Value::Decimal(left), Value::Decimal(right)) => Some(left.cmp(right)),
        (Value::Double(left), Value::Double(right)) => left.partial_cmp(right),
        (Value::DateTime(left), Value::DateTime(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn at_least(value: &Value, limit: &Value) -> String {
    match value {
        Value::Text(_) => format!("at least {} characters long", shown(limit)),
        _ => format!("at least {}", shown(limit)),
    }
}

fn at_most(value: &Value, limit: &Value) -> String {
    match value {
        Value::Text(_) => format!("at most {} characters long", shown(limit)),
        _ => format!("at most {}", shown(limit)),
    }
}

/// A value as an author writes it, cut where it is long.
pub(crate) fn shown(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => format!("'{text}'"),
        Value::Null => "$null".to_owned(),
        Value::Bool(value) => format!("${value}"),
        Value::Long(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        other => other.to_wire().to_string(),
    };
    if text.chars().count() > 60 { format!("{}...", text.chars().take(57).collect::<String>()) } else { text }
}
