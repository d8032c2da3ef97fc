//! `file.write`: writes a file, whole or not at all.

use futures::future::{BoxFuture, FutureExt};
use model::{Effect, Failure, Object, Signature};

use super::place::{Place, Token};
use super::put::Put;
use crate::parameters::{mandatory_text, mode};
use crate::signature::{Declare, STRING, TEXT, signature};
use crate::{Context, Native, Outcome, Verified};

pub(crate) struct Write(Signature);

impl Write {
    /// `Previous` is where the version before is held, null if nothing was there.
    pub(crate) fn new() -> Self {
        Write(
            signature("file.write", "Writes a file, whole or not at all; its folder must be there.", Effect::Idempotent)
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

    fn run<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        async move {
            match put(context, parameters) {
                Ok(put) => put.run().await,
                Err(bad) => Outcome::NotDone(bad),
            }
        }
        .boxed()
    }

    fn verify<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Verified> {
        async move {
            match put(context, parameters) {
                Ok(put) => put.look().await,
                Err(bad) => Verified::Failed(bad),
            }
        }
        .boxed()
    }
}

fn put(context: &Context, parameters: &Object) -> Result<Put, Failure> {
    Ok(Put {
        place: Place::from(parameters, "Path")?,
        content: mandatory_text(parameters, "Content")?.to_owned(),
        mode: mode(parameters)?,
        token: Token::of(context),
    })
}
