//! What the world gives an action for one attempt of one step.

use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt};
use model::{Failure, LogLevel, Object, Timestamp};

use crate::Http;

/// Renders a template of the package that the step belongs to.
pub type Render = Arc<dyn Fn(RenderAsk) -> BoxFuture<'static, Result<String, Failure>> + Send + Sync>;

/// Takes what the action says while it works: level, stable code if it has one, sentence.
pub type Log = Arc<dyn Fn(LogLevel, Option<&str>, String) + Send + Sync>;

/// A template to render: its name in the package and the values it may use.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderAsk {
    /// Path of the template inside the package (`files/readme.txt.hbs`).
    pub template: String,
    /// The values by name.
    pub data: Object,
}

/// What the world gives an action for one attempt of one step. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The time of the run's last record: an action that is replayed sees the same.
    pub now: Timestamp,
    /// The same for every attempt of a step, different for every step.
    pub idempotency_token: String,
    /// The one HTTP client.
    pub http: Http,
    /// The package's templates.
    pub render: Render,
    /// The step's log.
    pub log: Log,
}

impl Context {
    /// A context with a default [`Http`], without templates, whose log goes nowhere; the fields are there to be set.
    pub fn new(now: Timestamp, idempotency_token: impl Into<String>) -> Self {
        Context {
            now,
            idempotency_token: idempotency_token.into(),
            http: Http::default(),
            render: Arc::new(|ask| async move { Err(no_templates(&ask)) }.boxed()),
            log: Arc::new(|_, _, _| ()),
        }
    }

    pub(crate) fn say(&self, level: LogLevel, code: Option<&str>, message: impl Into<String>) {
        (self.log)(level, code, message.into());
    }
}

fn no_templates(ask: &RenderAsk) -> Failure {
    Failure::new("not_available", format!("the template `{}` cannot be rendered here", ask.template))
}
