//! `http.request`

use futures::future::BoxFuture;
use model::{Effect, Object, Signature};

use crate::signature::{DURATION, Declare, INT, INTS, OBJECT, STRING, TEXT, URI, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct Request(Signature);

impl Request {
    pub(crate) fn new() -> Self {
        Request(
            signature("http.request", "Sends one HTTP request.", Effect::Once)
                .takes("Method", STRING)
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

    #[expect(clippy::todo, reason = "the interface comes first")]
    fn run<'a>(&'a self, _context: &'a Context, _parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        todo!()
    }
}
