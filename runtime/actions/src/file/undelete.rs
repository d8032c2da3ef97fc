//! `file.undelete`

use futures::future::BoxFuture;
use model::{Effect, Object, Signature};

use crate::signature::{Declare, STRING, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct Undelete(Signature);

impl Undelete {
    pub(crate) fn new() -> Self {
        Undelete(
            signature("file.undelete", "Puts a deleted file or folder back.", Effect::Idempotent)
                .takes("Path", STRING)
                .may_take("Held", STRING),
        )
    }
}

impl Native for Undelete {
    fn signature(&self) -> &Signature {
        &self.0
    }

    #[expect(clippy::todo, reason = "the interface comes first")]
    fn run<'a>(&'a self, _context: &'a Context, _parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        todo!()
    }
}
