//! How an action ended.

use model::{Failure, Object};

/// How an action ended. What follows from it is the table of effects, not the action's business.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is done.
    Done(Done),
    /// Proved: nothing happened in the world, or what had happened was taken back by the action itself.
    NotDone(Failure),
    /// Nobody can tell whether it happened.
    Unclear(Failure),
}

/// What a done action gives back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    /// Every declared output by name. `Null` is a value: the output is there. An output declared as `object` may be any JSON value
    /// where the target decides (`http.request` and its `Body`).
    pub outputs: Object,
    /// Values for properties of the subscription, written when the run completes.
    pub results: Object,
}

/// What an action's verify found.
#[derive(Clone, Debug, PartialEq)]
pub enum Verified {
    /// It is so already, by this very step; all declared outputs.
    Already(Object),
    /// It is not so.
    NotSo,
    /// It could not be found out.
    Failed(Failure),
    /// The action has no verify.
    Unsupported,
}

impl Outcome {
    /// Done with outputs and no results.
    pub fn done(outputs: Object) -> Self {
        Outcome::Done(Done { outputs, results: Object::new() })
    }
}
