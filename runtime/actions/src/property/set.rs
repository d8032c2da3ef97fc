//! `property.set`: its parameters become properties of the subscription when the run completes.

use futures::future::{BoxFuture, FutureExt, ready};
use model::{Effect, Object, Signature};

use crate::signature::signature;
use crate::{Context, Done, Native, Outcome};

pub(crate) struct Set(Signature);

impl Set {
    /// It needs no undo: a run that is taken back never completes, so nothing was written.
    pub(crate) fn new() -> Self {
        let declared = signature("property.set", "Writes its parameters to properties of the subscription.", Effect::Idempotent);
        Set(Signature { open: true, ..declared })
    }
}

impl Native for Set {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn run<'a>(&'a self, _context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        ready(Outcome::Done(Done { outputs: Object::new(), results: parameters.clone() })).boxed()
    }
}
