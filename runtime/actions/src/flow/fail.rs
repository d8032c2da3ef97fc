//! `flow.fail`: ends its step as failed, with a code and a direction of the package.

use futures::future::{BoxFuture, FutureExt, ready};
use model::{Effect, Failure, Object, Signature};

use crate::parameters::{mandatory_text, text};
use crate::signature::{Declare, STRING, TEXT, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct Fail(Signature);

impl Fail {
    pub(crate) fn new() -> Self {
        Fail(
            signature("flow.fail", "Fails with a code, a sentence and the next step to take.", Effect::Read)
                .takes("Code", STRING)
                .takes("Message", TEXT)
                .may_take("Direction", TEXT),
        )
    }
}

impl Native for Fail {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn run<'a>(&'a self, _context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        ready(Outcome::NotDone(failure(parameters).unwrap_or_else(|bad| bad))).boxed()
    }
}

fn failure(parameters: &Object) -> Result<Failure, Failure> {
    Ok(Failure {
        code: mandatory_text(parameters, "Code")?.to_owned(),
        message: mandatory_text(parameters, "Message")?.to_owned(),
        recommended_action: text(parameters, "Direction")?.map(str::to_owned),
    })
}
