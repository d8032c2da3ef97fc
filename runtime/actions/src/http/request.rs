//! `http.request`: sends one HTTP request.

use futures::future::{BoxFuture, FutureExt};
use model::{Effect, Object, Parameter, Signature};

use super::asked::{Asked, METHODS};
use super::{answer, asked};
use crate::signature::{DURATION, Declare, INT, INTS, OBJECT, STRING, TEXT, URI, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct Request(Signature);

impl Request {
    /// `Body` is sent as JSON, `Text` as it is. The output `Body` is the value of a JSON answer, else its text; null if there is none.
    pub(crate) fn new() -> Self {
        let mut declared = signature("http.request", "Sends one HTTP request and gives back its answer.", Effect::Once);
        let methods = METHODS.iter().map(|method| (*method).into()).collect();
        declared.parameters.push(Parameter { values: methods, ..Parameter::mandatory("Method", STRING) });
        Request(
            declared
                .takes("Uri", URI)
                .may_take("Headers", OBJECT)
                .may_take("Body", OBJECT)
                .may_take("Text", TEXT)
                .may_take("Expect", INTS)
                .may_take("Timeout", DURATION)
                .may_take("IdempotencyHeader", STRING)
                .may_take("Secret", STRING)
                .may_take("SecretAs", STRING)
                .gives("Status", INT)
                .gives("Headers", OBJECT)
                .gives("Body", OBJECT),
        )
    }
}

impl Native for Request {
    fn signature(&self) -> &Signature {
        &self.0
    }

    fn run<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        async move {
            match Asked::read(context, parameters) {
                Ok(asked) => send(context, asked).await,
                Err(bad) => Outcome::NotDone(bad),
            }
        }
        .boxed()
    }

    fn effect(&self, parameters: &Object) -> Effect {
        asked::effect(parameters)
    }
}

async fn send(context: &Context, mut asked: Asked) -> Outcome {
    let client = match context.http.client_for(&asked.uri) {
        Ok(client) => client,
        Err(failure) => return Outcome::NotDone(failure),
    };
    let mut request = client.request(asked.method.clone(), asked.uri.clone()).headers(asked.headers.clone()).timeout(asked.timeout);
    if let Some(body) = asked.body.take() {
        request = request.body(body);
    }
    let sent = request.send().await;
    answer::outcome(context, &asked, sent).await
}
