//! `file.write`

use futures::future::BoxFuture;
use model::{Effect, Object, Signature};

use crate::signature::{Declare, STRING, TEXT, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct Write(Signature);

impl Write {
    pub(crate) fn new() -> Self {
        Write(
            signature("file.write", "Writes a file, whole or not at all.", Effect::Idempotent)
                .takes("Path", STRING)
                .takes("Content", TEXT)
                .may_take_mode()
                .gives("Path", STRING)
                .gives("Previous", STRING)
                .gives("Sha256", STRING)
                .undone_by("file.restore")
                .verified_by_itself(),
        )
    }
}

impl Native for Write {
    fn signature(&self) -> &Signature {
        &self.0
    }

    #[expect(clippy::todo, reason = "the interface comes first")]
    fn run<'a>(&'a self, _context: &'a Context, _parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        todo!()
    }
}
