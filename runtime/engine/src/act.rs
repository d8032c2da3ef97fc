//! Executing one action once, native or script, and its verify. How it ended is said here; what follows from it is not.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use actions::{Context, Outcome};
use futures::{FutureExt, future::BoxFuture};
use model::{Failure, Object, Signature, Step, StepState, Value};

use crate::{
    Action, Rule, Script,
    runner::{Runner, Stopped},
};

/// How an action ended.
pub(crate) enum Ended {
    /// Done.
    Done {
        /// What it gave, not checked yet.
        raw: Object,
        /// Values for properties.
        results: Object,
    },
    /// Proved: nothing happened.
    NotDone(Failure),
    /// Nobody can tell.
    Unclear(Failure),
}

/// What a verify found.
pub(crate) enum Verified {
    /// It is so already; all outputs.
    Already(Object),
    /// It is not so.
    NotSo,
    /// It could not be found out.
    Failed(Failure),
}

/// A first step that takes longer than this is shown as running before it ends.
const SHOWN_AFTER: Duration = Duration::from_millis(20);
/// How often what a long step says is put on record.
const FLUSHED_EVERY: Duration = Duration::from_millis(500);

impl Runner {
    /// Whether a rule cannot run now because there is no PowerShell.
    pub(crate) fn needs_host(&self, rule: &Rule) -> bool {
        self.engine.powershell.is_none() && matches!(rule.action, Action::Script(_))
    }

    /// Executes an action once.
    pub(crate) async fn act(&mut self, action: &Action, step: &Step, parameters: &Object, timeout: Duration) -> Result<Ended, Stopped> {
        self.log.of_step(step.seq);
        match action {
            Action::Native(native) => {
                let context = self.context(step);
                let limited = limited(native.run(&context, parameters), timeout);
                Ok(match self.attended(limited).await? {
                    Ok(Outcome::Done(done)) => Ended::Done { raw: done.outputs, results: done.results },
                    Ok(Outcome::NotDone(failure)) => Ended::NotDone(failure),
                    Ok(Outcome::Unclear(failure)) | Err(failure) => Ended::Unclear(failure),
                })
            }
            Action::Script(script) => {
                let end = self.run_script(script, step, parameters, timeout).await?;
                Ok(match end.outcome {
                    powershell::Ended::Done => Ended::Done { raw: outputs_of(&script.signature, end.output), results: end.results },
                    powershell::Ended::NotDone(failure) => Ended::NotDone(failure),
                    powershell::Ended::Unclear(failure) => Ended::Unclear(failure),
                })
            }
        }
    }

    /// Asks whether what a rule does is already so. The same parameters go to the verify, as far as it takes them.
    pub(crate) async fn verify(&mut self, rule: &Rule, step: &Step) -> Result<Verified, Stopped> {
        let Some(action) = &rule.verify else {
            return Ok(Verified::Failed(Failure::new("verify_missing", format!("`{}` has no verify", rule.action.name()))));
        };
        let parameters = action.takes_of(&step.parameters);
        self.verify_by(action, step, &parameters, rule.timeout).await
    }

    /// Asks one action's verify.
    pub(crate) async fn verify_by(
        &mut self,
        action: &Action,
        step: &Step,
        parameters: &Object,
        timeout: Duration,
    ) -> Result<Verified, Stopped> {
        self.log.of_step(step.seq);
        let failed =
            |failure: Failure| Verified::Failed(Failure { message: format!("it could not be verified: {}", failure.message), ..failure });
        match action {
            Action::Native(native) => {
                let context = self.context(step);
                let limited = limited(native.verify(&context, parameters), timeout);
                Ok(match self.attended(limited).await? {
                    Ok(actions::Verified::Already(outputs)) => Verified::Already(outputs),
                    Ok(actions::Verified::NotSo) => Verified::NotSo,
                    Ok(actions::Verified::Failed(failure)) | Err(failure) => failed(failure),
                    Ok(actions::Verified::Unsupported) => failed(Failure::new("verify_missing", "the action has no verify")),
                })
            }
            Action::Script(script) => {
                let end = self.run_script(script, step, parameters, timeout).await?;
                let answers: Vec<Value> = end.output.into_iter().filter(|value| !value.is_null()).collect();
                Ok(match (end.outcome, answers.as_slice()) {
                    (powershell::Ended::Done, []) => Verified::NotSo,
                    (powershell::Ended::Done, [Value::Object(outputs)]) => Verified::Already(outputs.clone()),
                    // `$false` is not nothing, and who reads it as "not so" may do twice what must not be.
                    (powershell::Ended::Done, _) => {
                        let message = "a verify gives one object with all outputs, or nothing; this one gave something else";
                        failed(Failure::new("verify_ambiguous", message))
                    }
                    (powershell::Ended::NotDone(failure) | powershell::Ended::Unclear(failure), _) => failed(failure),
                })
            }
        }
    }

    async fn run_script(
        &mut self,
        script: &Arc<Script>,
        step: &Step,
        parameters: &Object,
        timeout: Duration,
    ) -> Result<powershell::End, Stopped> {
        let Some(host) = self.engine.powershell.clone() else {
            let failure = Failure::new("host_unavailable", "there is no PowerShell to run a script");
            return Ok(powershell::End { outcome: powershell::Ended::NotDone(failure), output: Vec::new(), results: Object::new() });
        };
        let log = Arc::clone(&self.log);
        let call = powershell::Call {
            binding: powershell::Binding { owner: script.owner.clone(), customer: self.run.tenant.clone() },
            script: script.path.clone(),
            parameters: parameters.clone(),
            variables: self.variables(step),
            timeout,
            what_if: false,
            log: Arc::new(move |record| log.take(record)),
            progress: None,
            ask: Arc::new(|ask| futures::future::ready(Err(not_asked(&ask))).boxed()),
            stop: self.control.stop(),
        };
        self.attended(async move { host.run(call).await }).await
    }

    /// Waits for an action, and puts the claim and what is said on record when it takes longer.
    async fn attended<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Stopped> {
        let mut work = std::pin::pin!(work);
        // Most natives are done at once: no timer for them.
        if let std::task::Poll::Ready(end) = futures::poll!(work.as_mut()) {
            return Ok(end);
        }
        let mut pause = SHOWN_AFTER;
        loop {
            match tokio::time::timeout(pause, work.as_mut()).await {
                Ok(end) => return Ok(end),
                Err(_) => self.show_progress().await?,
            }
            pause = FLUSHED_EVERY;
        }
    }

    fn context(&self, step: &Step) -> Context {
        Context { now: self.run.recorded_at, idempotency_token: self.token(step), ..self.context.clone() }
    }

    /// The same for every attempt of a step, and different for every step and for its undo.
    fn token(&self, step: &Step) -> String {
        let undo = if step.state == StepState::Undoing { "-undo" } else { "" };
        format!("{}-{}{undo}", self.run.id, step.seq)
    }

    fn variables(&self, step: &Step) -> Object {
        let mut variables = self.snapshot.variables();
        let done = self.journal.steps().filter(|step| step.state == StepState::Succeeded);
        let steps: Object = done.map(|step| (step.rule.as_str(), Value::Object(step.outputs.clone()))).collect();
        variables.insert("Step", Value::Object(steps));
        let stoa = [
            ("RunId", Value::Guid(self.run.id)),
            ("Step", Value::text(&step.rule)),
            ("Attempt", Value::Int(i32::try_from(step.attempt).unwrap_or(i32::MAX))),
            ("IdempotencyToken", Value::text(self.token(step))),
            ("WhatIf", Value::Bool(false)),
        ];
        variables.insert("Stoa", Value::Object(stoa.into_iter().collect()));
        variables
    }
}

/// A native's work within its time; a panic is an unclear end of this step and nobody else's.
async fn limited<T>(work: BoxFuture<'_, T>, timeout: Duration) -> Result<T, Failure> {
    let mut work = std::pin::pin!(AssertUnwindSafe(work).catch_unwind());
    let ended = match futures::poll!(work.as_mut()) {
        std::task::Poll::Ready(ended) => ended,
        std::task::Poll::Pending => match tokio::time::timeout(timeout, work).await {
            Ok(ended) => ended,
            Err(_) => return Err(Failure::new("timeout", format!("it did not end within {}", model::format_duration(ticks(timeout))))),
        },
    };
    ended.map_err(|_| Failure::new("action_panicked", "the action broke off inside; the server's log says where"))
}

fn ticks(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos() / 100).unwrap_or(i64::MAX)
}

/// The objects a script gave. What is not an object has no names and is nobody's output.
fn objects(output: Vec<Value>) -> Vec<Object> {
    output.into_iter().filter_map(|value| if let Value::Object(object) = value { Some(object) } else { None }).collect()
}

/// Of what a script gave, the last object that has a declared output: what commands before it left in the pipeline does not matter.
fn outputs_of(signature: &Signature, output: Vec<Value>) -> Object {
    let has_one = |object: &Object| signature.outputs.iter().any(|output| object.contains(&output.name));
    objects(output).into_iter().rev().find(has_one).unwrap_or_default()
}

fn not_asked(ask: &powershell::Ask) -> Failure {
    Failure::new("not_available", format!("`{}` is not available in this version", ask.op))
}
