//! Natives for tests, one of each effect class, that note in the ledger what they do.

use std::sync::Arc;

use actions::{Context, Done, Native, Outcome, Registry, Verified};
use futures::future::BoxFuture;
use model::{DataType, Effect, Failure, Object, Output, Parameter, Scalar, Signature, Value};

use crate::{Ledger, Play};

const TEXT: DataType = DataType::one(Scalar::String);

/// The natives of the product and those of tests:
/// `test.read`, `test.idempotent`, `test.verify-first` and `test.once` make `Key` in the world and give `Value`; `test.plain` is idempotent and has no
/// undo; `test.undo` takes `Key` out of the world, `test.undo-verified` too, with a verify. `Result` becomes the property `AccountId`.
pub fn registry(ledger: &Ledger) -> Registry {
    let make = |name: &str, effect: Effect, undo: Option<&str>| {
        let verify = (effect == Effect::VerifyFirst).then(|| name.to_owned());
        let signature = Signature {
            parameters: vec![Parameter::mandatory("Key", TEXT), Parameter::optional("Note", TEXT), Parameter::optional("Result", TEXT)],
            outputs: vec![Output { name: "Value".to_owned(), data_type: TEXT }],
            verify,
            undo: undo.map(str::to_owned),
            ..signature(name, effect)
        };
        Arc::new(Recorded { signature, ledger: ledger.clone(), makes: true })
    };
    let unmake = |name: &str, effect: Effect| {
        let signature = Signature {
            parameters: vec![Parameter::mandatory("Key", TEXT), Parameter::optional("Value", TEXT)],
            verify: (effect == Effect::VerifyFirst).then(|| name.to_owned()),
            ..signature(name, effect)
        };
        Arc::new(Recorded { signature, ledger: ledger.clone(), makes: false })
    };
    Registry::standard()
        .with(make("test.read", Effect::Read, None))
        .with(make("test.plain", Effect::Idempotent, None))
        .with(make("test.idempotent", Effect::Idempotent, Some("test.undo")))
        .with(make("test.verify-first", Effect::VerifyFirst, Some("test.undo")))
        .with(make("test.once", Effect::Once, Some("test.undo")))
        .with(unmake("test.undo", Effect::Idempotent))
        .with(unmake("test.undo-verified", Effect::VerifyFirst))
}

fn signature(name: &str, effect: Effect) -> Signature {
    Signature {
        name: name.to_owned(),
        synopsis: "Notes in the ledger what it does.".to_owned(),
        parameters: Vec::new(),
        open: false,
        outputs: Vec::new(),
        open_outputs: false,
        effect,
        verify: None,
        undo: None,
        what_if: false,
        timeout: None,
    }
}

struct Recorded {
    signature: Signature,
    ledger: Ledger,
    makes: bool,
}

impl Recorded {
    fn act(&self, key: &str) {
        if self.makes { self.ledger.make(key) } else { self.ledger.unmake(key) }
    }

    fn done(&self, key: &str, parameters: &Object) -> Outcome {
        let outputs = if self.makes { outputs(key) } else { Object::new() };
        let result = parameters.get("Result").cloned().map(|value| ("AccountId", value));
        Outcome::Done(Done { outputs, results: result.into_iter().collect() })
    }

    async fn play(&self, context: &Context, parameters: &Object) -> Outcome {
        let key = key(parameters);
        let call = format!("{} {key}", if self.makes { "run" } else { "undo" });
        if let Some(note) = parameters.get("Note").and_then(Value::as_text) {
            (context.log)(model::LogLevel::Information, None, note.to_owned());
        }
        match self.ledger.called(&call, &context.idempotency_token) {
            Play::Done => self.act(key),
            Play::OutputMissing => {
                self.act(key);
                return Outcome::done(Object::new());
            }
            Play::NotDone => return Outcome::NotDone(Failure::new("test_not_done", "told not to do it")),
            Play::Unclear => return Outcome::Unclear(Failure::new("test_unclear", "told to end unclear")),
            Play::UnclearButDone => {
                self.act(key);
                return Outcome::Unclear(Failure::new("test_unclear", "told to end unclear"));
            }
            Play::StopBefore => {
                self.ledger.stand_still(&call).await;
                self.act(key);
            }
            Play::StopAfter => {
                self.act(key);
                self.ledger.stand_still(&call).await;
            }
            Play::Panic => panic!("told to panic"),
        }
        self.done(key, parameters)
    }

    async fn look(&self, context: &Context, parameters: &Object) -> Verified {
        let key = key(parameters);
        let so = self.ledger.is_made(key) == self.makes;
        match self.ledger.called(&format!("verify {key}"), &context.idempotency_token) {
            Play::Done if so => Verified::Already(if self.makes { outputs(key) } else { Object::new() }),
            Play::Done => Verified::NotSo,
            Play::OutputMissing => Verified::Already(Object::new()),
            _ => Verified::Failed(Failure::new("test_verify", "told to fail")),
        }
    }
}

impl Native for Recorded {
    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn run<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Outcome> {
        Box::pin(self.play(context, parameters))
    }

    fn verify<'a>(&'a self, context: &'a Context, parameters: &'a Object) -> BoxFuture<'a, Verified> {
        Box::pin(self.look(context, parameters))
    }
}

fn key(parameters: &Object) -> &str {
    parameters.get("Key").and_then(Value::as_text).expect("`Key` is mandatory")
}

fn outputs(key: &str) -> Object {
    [("Value", Value::text(format!("made {key}")))].into_iter().collect()
}
