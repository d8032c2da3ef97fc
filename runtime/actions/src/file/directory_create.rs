//! `file.directory.create`

use futures::future::BoxFuture;
use model::{Effect, Object, Signature};

use crate::signature::{Declare, STRING, STRINGS, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct DirectoryCreate(Signature);

impl DirectoryCreate {
    pub(crate) fn new() -> Self {
        DirectoryCreate(
            signature("file.directory.create", "Makes a folder and those above it.", Effect::Idempotent)
                .takes("Path", STRING)
                .may_take_mode()
                .gives("Path", STRING)
                .gives("Created", STRINGS)
                .undone_by("file.directory.remove")
                .verified_by_itself(),
        )
    }
}

impl Native for DirectoryCreate {
    fn signature(&self) -> &Signature {
        &self.0
    }

    #[expect(clippy::todo, reason = "the interface comes first")]
    fn run<'a>(&'a self, _context: &'a Context, _parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        todo!()
    }
}
