//! Problems: `application/problem+json` (RFC 9457) with our members.

use serde::Serialize;

/// A problem with the URI of its kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// `urn:stoa:problem:<code>`: the same for each code, and nothing to fetch.
    #[serde(rename = "type")]
    pub kind: String,
    /// The problem itself.
    #[serde(flatten)]
    pub problem: model::Problem,
}

impl From<model::Problem> for Problem {
    fn from(problem: model::Problem) -> Self {
        Problem { kind: format!("urn:stoa:problem:{}", problem.code), problem }
    }
}
