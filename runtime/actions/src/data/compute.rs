//! `data.compute`: gives its parameters back, for later rules.

use futures::future::{BoxFuture, FutureExt, ready};
use model::{Effect, Object, Signature};

use crate::signature::signature;
use crate::{Context, Native, Outcome};

pub(crate) struct Compute(Signature);

impl Compute {
    pub(crate) fn new() -> Self {
        let declared = signature("data.compute", "Gives the values of its parameters to later rules.", Effect::Read);
        Compute(Signature { open: true, open_outputs: true, ..declared })
    }
}

impl Native for Compute {
    fn signature(&self) -> &Signature {
        &self.0
    }

    // The work was the evaluation of the parameters, which is done before an action runs.
    fn run<'a>(&'a self, _context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        ready(Outcome::done(parameters.clone())).boxed()
    }
}
