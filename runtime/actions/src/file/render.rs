//! `file.render`

use futures::future::BoxFuture;
use model::{Effect, Object, Signature};

use crate::signature::{Declare, OBJECT, STRING, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct Render(Signature);

impl Render {
    pub(crate) fn new() -> Self {
        Render(
            signature("file.render", "Writes a file from a template of the package.", Effect::Idempotent)
                .takes("Path", STRING)
                .takes("Template", STRING)
                .may_take("Data", OBJECT)
                .may_take_mode()
                .gives("Path", STRING)
                .gives("Previous", STRING)
                .gives("Sha256", STRING)
                .undone_by("file.restore"),
        )
    }
}

impl Native for Render {
    fn signature(&self) -> &Signature {
        &self.0
    }

    #[expect(clippy::todo, reason = "the interface comes first")]
    fn run<'a>(&'a self, _context: &'a Context, _parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        todo!()
    }
}
