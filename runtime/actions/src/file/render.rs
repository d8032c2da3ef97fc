//! `file.render`: writes a file from a template of the package.

use futures::future::{BoxFuture, FutureExt};
use model::{Effect, Failure, Object, Signature};

use super::place::{Place, Token};
use super::put::Put;
use crate::parameters::{mandatory_text, mode, object};
use crate::signature::{Declare, OBJECT, STRING, signature};
use crate::{Context, Native, Outcome, RenderAsk, Verified};

pub(crate) struct Render(Signature);

impl Render {
    /// The same outputs as `file.write`.
    pub(crate) fn new() -> Self {
        Render(
            signature("file.render", "Writes a file from a template of the package; its folder must be there.", Effect::Idempotent)
                .takes("Path", STRING)
                .takes("Template", STRING)
                .may_take("Data", OBJECT)
                .may_take_mode()
                .gives("Path", STRING)
                .gives("Previous", STRING)
                .gives("Sha256", STRING)
                .undone_by("file.restore")
                .verified_by_itself(),
        )
    }
}

impl Native for Render {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn run<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        async move {
            match rendered(context, parameters).await {
                Ok(put) => put.run().await,
                Err(failure) => Outcome::NotDone(failure),
            }
        }
        .boxed()
    }

    fn verify<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Verified> {
        async move {
            match rendered(context, parameters).await {
                Ok(put) => put.look().await,
                Err(failure) => Verified::Failed(failure),
            }
        }
        .boxed()
    }
}

async fn rendered(context: &Context, parameters: &Object) -> Result<Put, Failure> {
    let place = Place::from(parameters, "Path")?;
    let mode = mode(parameters)?;
    let template = mandatory_text(parameters, "Template")?.to_owned();
    let data = object(parameters, "Data")?.cloned().unwrap_or_default();
    let content = (context.render)(RenderAsk { template, data }).await?;
    Ok(Put { place, content, mode, token: Token::of(context) })
}
