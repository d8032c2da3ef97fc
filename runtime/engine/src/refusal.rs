//! What callers are told when something is not there, not allowed or not right: one place for the codes, so that the same slip always reads the same.

use model::{FieldError, Problem, nearest};

/// The store did not answer: the caller learns that, the log learns why.
pub(crate) fn store(error: &store::Error) -> Problem {
    tracing::error!(error = %error, source = ?std::error::Error::source(error).map(ToString::to_string), "the store failed");
    Problem::new("store_unavailable", "The store failed", 503, "the store did not take or give what was asked; the server's log says why")
}

/// Something of that name is not there; the nearest known name is suggested.
pub(crate) fn not_found<'a>(noun: &str, name: &str, known: impl IntoIterator<Item = &'a str>) -> Problem {
    let code = format!("{}_not_found", noun.replace(' ', "_"));
    let problem = Problem::new(&code, &format!("No such {noun}"), 404, format!("there is no {noun} `{name}`"));
    match nearest(name, known) {
        Some(near) => problem.advise(format!("did you mean `{near}`?")),
        None => problem,
    }
}

/// What was asked is well formed and cannot be.
pub(crate) fn unprocessable(code: &str, title: &str, detail: impl Into<String>) -> Problem {
    Problem::new(code, title, 422, detail)
}

/// What was asked does not go with what is there.
pub(crate) fn conflict(code: &str, title: &str, detail: impl Into<String>) -> Problem {
    Problem::new(code, title, 409, detail)
}

/// One thing that is wrong among several.
pub(crate) fn field(field: impl Into<String>, code: &str, detail: impl Into<String>) -> FieldError {
    FieldError { field: field.into(), code: code.to_owned(), detail: detail.into() }
}

/// Mistakes of a package's files, as a caller over the wire gets them.
pub(crate) fn of_package(errors: &[package::Error]) -> Problem {
    let detail = format!("the package has {} mistake{}", errors.len(), if errors.len() == 1 { "" } else { "s" });
    let mut problem = unprocessable("package_invalid", "The package is not right", detail);
    problem.errors = errors.iter().map(of_mistake).collect();
    problem.advise("mend the lines that `errors` names, then import again; nothing was changed")
}

fn of_mistake(error: &package::Error) -> FieldError {
    let detail = match &error.hint {
        Some(hint) => format!("{} ({hint})", error.message),
        None => error.message.clone(),
    };
    field(error.position.to_string(), error.code, detail)
}
