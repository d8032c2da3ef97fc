//! What went wrong, for the caller: the shape of `application/problem+json` (RFC 9457) with our members.

use serde::{Deserialize, Serialize};

use crate::words;

words! {
    /// Whether anything in the world changed before the failure.
    Happened {
        /// Proved: nothing.
        Nothing = "nothing",
        /// Something, and it is on record.
        Some = "some",
        /// Nobody can tell.
        Unknown = "unknown",
    }
}

/// A problem as the API, `--json` and steps show it. Never holds a secret or a stack trace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Stable code: ours snake_case, a package's `BK004`.
    pub code: String,
    /// The kind of problem in a few words; the same for each code.
    pub title: String,
    /// HTTP status that goes with it.
    pub status: u16,
    /// The sentence for this occurrence.
    pub detail: String,
    /// The field of the body or query it is about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub field: Option<String>,
    /// All that is wrong, where there can be more than one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<FieldError>,
    /// Ties the answer to the log.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub correlation_id: Option<String>,
    /// The exact next step.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recommended_action: Option<String>,
    /// Whether anything happened.
    pub happened: Happened,
    /// Public id of a run this is about (`active_run`), if there is one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub run_id: Option<String>,
}

/// One of several errors: of a field of a body, or a line of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// The field's name or `file:line:column`.
    pub field: String,
    /// Stable code.
    pub code: String,
    /// The sentence.
    pub detail: String,
}

impl Problem {
    /// A problem before which nothing happened.
    pub fn new(code: &str, title: &str, status: u16, detail: impl Into<String>) -> Self {
        Problem {
            code: code.to_owned(),
            title: title.to_owned(),
            status,
            detail: detail.into(),
            field: None,
            errors: Vec::new(),
            correlation_id: None,
            recommended_action: None,
            happened: Happened::Nothing,
            run_id: None,
        }
    }

    /// With the next step to take.
    #[must_use]
    pub fn advise(mut self, action: impl Into<String>) -> Self {
        self.recommended_action = Some(action.into());
        self
    }

    /// About one field.
    #[must_use]
    pub fn about(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// With what is known of effects.
    #[must_use]
    pub fn happened(mut self, happened: Happened) -> Self {
        self.happened = happened;
        self
    }
}
