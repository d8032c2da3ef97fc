//! `file.restore`

use futures::future::BoxFuture;
use model::{Effect, Object, Signature};

use crate::signature::{Declare, STRING, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct Restore(Signature);

impl Restore {
    pub(crate) fn new() -> Self {
        Restore(
            signature("file.restore", "Puts back what a written file replaced.", Effect::Idempotent)
                .takes("Path", STRING)
                .may_take("Previous", STRING)
                .takes("Sha256", STRING),
        )
    }
}

impl Native for Restore {
    fn signature(&self) -> &Signature {
        &self.0
    }

    #[expect(clippy::todo, reason = "the interface comes first")]
    fn run<'a>(&'a self, _context: &'a Context, _parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        todo!()
    }
}
