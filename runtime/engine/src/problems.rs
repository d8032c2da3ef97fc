//! How failures read: what a step's record, a run's reason and a refused caller are told.

use model::{Failure, Happened, Problem, Service};

/// A failure of a step as its record keeps it; a package's code brings its direction along.
pub(crate) fn of_step(service: &Service, failure: &Failure, happened: Happened) -> Problem {
    let direction = || service.codes.iter().find(|code| code.code == failure.code)?.direction.clone();
    let problem = Problem::new(&failure.code, "The step failed", 500, failure.message.clone()).happened(happened);
    Problem { recommended_action: failure.recommended_action.clone().or_else(direction), ..problem }
}

/// A message as a part of a sentence: without a full stop at its end.
pub(crate) fn sentence(message: &str) -> &str {
    message.trim_end().trim_end_matches('.')
}

/// There is no run of that id.
pub(crate) fn no_run(id: uuid::Uuid) -> Problem {
    Problem::new("run_not_found", "No such run", 404, format!("there is no run {id}"))
}
