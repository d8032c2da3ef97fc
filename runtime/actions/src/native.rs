//! The face of every native action.

use futures::future::{BoxFuture, FutureExt};
use model::{Effect, Object, Signature};

use crate::{Context, Outcome, Verified};

/// One task in Rust. Parameters arrive converted to the types of the signature; a mandatory one is there, an optional one may be missing.
pub trait Native: Send + Sync {
    /// Parameters, outputs, effect class, undo.
    fn signature(&self) -> &Signature;

    /// Does the task once.
    fn run<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome>;

    /// Whether this step (known by the context's token) has already done the task.
    fn verify<'a>(&'a self, _context: &'a Context, _parameters: &'a Object) -> BoxFuture<'a, Verified> {
        futures::future::ready(Verified::Unsupported).boxed()
    }

    /// The class for these parameters: the signature's, unless they decide it (`http.request` by its method).
    fn effect(&self, _parameters: &Object) -> Effect {
        self.signature().effect
    }
}
