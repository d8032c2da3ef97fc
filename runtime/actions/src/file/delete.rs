//! `file.delete`

use futures::future::BoxFuture;
use model::{Effect, Object, Signature};

use crate::signature::{BOOL, Declare, STRING, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct Delete(Signature);

impl Delete {
    pub(crate) fn new() -> Self {
        Delete(
            signature("file.delete", "Moves a file or folder into the holding folder beside it.", Effect::Idempotent)
                .takes("Path", STRING)
                .may_take("Recurse", BOOL)
                .gives("Path", STRING)
                .gives("Held", STRING)
                .undone_by("file.undelete")
                .verified_by_itself(),
        )
    }
}

impl Native for Delete {
    fn signature(&self) -> &Signature {
        &self.0
    }

    #[expect(clippy::todo, reason = "the interface comes first")]
    fn run<'a>(&'a self, _context: &'a Context, _parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        todo!()
    }
}
