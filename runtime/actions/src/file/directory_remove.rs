//! `file.directory.remove`

use futures::future::BoxFuture;
use model::{Effect, Object, Signature};

use crate::signature::{Declare, STRING, STRINGS, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct DirectoryRemove(Signature);

impl DirectoryRemove {
    pub(crate) fn new() -> Self {
        DirectoryRemove(
            signature("file.directory.remove", "Removes the folders that were made, where they are empty.", Effect::Idempotent)
                .takes("Path", STRING)
                .takes("Created", STRINGS)
                .gives("Removed", STRINGS),
        )
    }
}

impl Native for DirectoryRemove {
    fn signature(&self) -> &Signature {
        &self.0
    }

    #[expect(clippy::todo, reason = "the interface comes first")]
    fn run<'a>(&'a self, _context: &'a Context, _parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        todo!()
    }
}
