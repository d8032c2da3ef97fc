//! How commands fail: a problem for the reader and an exit code for the caller.

use std::io::Write;

use model::Problem;

/// Exit codes, as the design names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// The run did not succeed, or the check failed.
    Failed = 1,
    /// The command line makes no sense.
    Usage = 2,
    /// The server is not reachable.
    Unreachable = 3,
    /// The server, or what is there already, refuses.
    Refused = 4,
    /// Our own fault.
    Internal = 70,
    /// The configuration is not right.
    Configuration = 78,
}

/// A command that did not do what it was asked.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) problem: Box<Problem>,
}

impl Failure {
    /// A failure with the stable `code` and the sentence `detail`.
    pub(crate) fn new(exit: Exit, code: &str, detail: impl Into<String>) -> Self {
        let (title, status) = match exit {
            Exit::Failed => ("It failed", 422),
            Exit::Usage => ("The command makes no sense", 400),
            Exit::Unreachable => ("No server answers", 503),
            Exit::Refused => ("It is refused", 409),
            Exit::Internal => ("Something went wrong in the program", 500),
            Exit::Configuration => ("The configuration is not right", 500),
        };
        Failure { exit, problem: Box::new(Problem::new(code, title, status, detail)) }
    }

    /// With the next step to take.
    pub(crate) fn advise(mut self, action: impl Into<String>) -> Self {
        self.problem.recommended_action = Some(action.into());
        self
    }

    /// Tells a person in a sentence and a next step, or a program in JSON; standard output stays what the command promises.
    pub(crate) fn tell(&self, json: bool) {
        let mut out = std::io::stderr().lock();
        if json {
            let problem = api::wire::Problem::from(*self.problem.clone());
            let _ = writeln!(out, "{}", serde_json::to_string(&problem).expect("a problem is JSON"));
            return;
        }
        let _ = writeln!(out, "stoa: {}", self.problem.detail);
        for error in &self.problem.errors {
            let _ = writeln!(out, "  {}: {}", error.field, error.detail);
        }
        if let Some(action) = &self.problem.recommended_action {
            let _ = writeln!(out, "  {action}");
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let exit = if problem.status >= 500 { Exit::Internal } else { Exit::Refused };
        Failure { exit, problem: Box::new(problem) }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure::new(Exit::Internal, "internal", format!("{error:#}"))
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        let exit = match error {
            store::Error::Locked { .. } => Exit::Refused,
            store::Error::Newer { .. } | store::Error::Changed { .. } | store::Error::NotDurable { .. } => Exit::Configuration,
            _ => Exit::Internal,
        };
        let code = if exit == Exit::Refused { "data_folder_in_use" } else { "store_unavailable" };
        let failure = Failure::new(exit, code, format!("{:#}", anyhow::Error::new(error)));
        if exit == Exit::Refused { failure.advise("stop that server, or name another folder with --data") } else { failure }
    }
}
