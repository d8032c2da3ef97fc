//! A failure inside an operation, before it is known where in the text it happened.

use std::borrow::Cow;

use crate::diagnostic::Place;

/// PowerShell's error id and a sentence. Ids that begin with `Stoa` are ours: the operation is outside the subset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// Where, once it is known.
    pub(crate) at: Option<Place>,
}

/// What an operation gives. Boxed, because nearly all succeed.
pub(crate) type Outcome<T> = Result<T, Box<Fault>>;

pub(crate) fn fault<T>(code: &'static str, message: impl Into<String>) -> Outcome<T> {
    Err(Box::new(Fault { code: Cow::Borrowed(code), message: message.into(), at: None }))
}

/// Something PowerShell could do and the subset cannot.
pub(crate) fn refused<T>(message: impl Into<String>) -> Outcome<T> {
    fault("StoaNotInSubset", message)
}
