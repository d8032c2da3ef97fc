//! `data.password.generate`

use futures::future::BoxFuture;
use model::{Effect, Object, Signature};

use crate::signature::{Declare, INT, STRING, signature};
use crate::{Context, Native, Outcome};

pub(crate) struct PasswordGenerate(Signature);

impl PasswordGenerate {
    pub(crate) fn new() -> Self {
        PasswordGenerate(
            signature("data.password.generate", "Makes a random password and gives its Argon2id hash.", Effect::Idempotent)
                .may_take("Length", INT)
                .may_take_one_of("Alphabet", &["Alphanumeric", "Symbols", "Unambiguous"])
                .gives("Hash", STRING),
        )
    }
}

impl Native for PasswordGenerate {
    fn signature(&self) -> &Signature {
        &self.0
    }

    #[expect(clippy::todo, reason = "the interface comes first")]
    fn run<'a>(&'a self, _context: &'a Context, _parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        todo!()
    }
}
