//! Why a body or query is refused, and where.

use std::fmt;

use model::nearest;
use serde::de;

/// One refusal; the first one ends the reading.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{detail}")]
pub(crate) struct Refusal {
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    /// `properties.Username`, `items[2]`; empty for the whole body.
    pub(crate) field: String,
    /// What to do about it.
    pub(crate) advice: Option<String>,
}

impl Refusal {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Refusal { code, detail: detail.into(), field: String::new(), advice: None }
    }

    /// The same, seen from one level further out.
    pub(crate) fn within(mut self, outer: &str) -> Self {
        let joint = if self.field.is_empty() || self.field.starts_with('[') { "" } else { "." };
        self.field = format!("{outer}{joint}{}", self.field);
        self
    }
}

impl de::Error for Refusal {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Refusal::new("invalid_value", message.to_string())
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Refusal::new("invalid_type", format!("{expected} is expected, not {}", shown(unexpected)))
    }

    fn invalid_value(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Refusal::new("invalid_value", format!("{expected} is expected, not {}", shown(unexpected)))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let refusal = Refusal::new("unknown_field", format!("`{field}` is not a field here")).within(field);
        Refusal { advice: Some(advice(field, expected)), ..refusal }
    }

    fn unknown_variant(word: &str, expected: &'static [&'static str]) -> Self {
        let refusal = Refusal::new("invalid_value", format!("`{word}` is not one of {}", expected.join(", ")));
        Refusal { advice: Some(advice(word, expected)), ..refusal }
    }

    fn missing_field(field: &'static str) -> Self {
        Refusal::new("missing_field", format!("`{field}` is missing")).within(field)
    }
}

fn advice(word: &str, known: &[&str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if known.is_empty() => "nothing is taken here".to_owned(),
        None => format!("known here: {}", known.join(", ")),
    }
}

fn shown(unexpected: de::Unexpected<'_>) -> String {
    match unexpected {
        de::Unexpected::Other(what) => what.to_owned(),
        de::Unexpected::Str(text) => format!("the text `{text}`"),
        other => other.to_string(),
    }
}
