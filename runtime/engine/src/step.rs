//! One rule of a run, from its parameters to its end: attempts, verify, retry, by the table of effects.

use std::time::Duration;

use model::{Effect, Failure, Happened, Object, Step, StepState, When};

use crate::{
    Rule,
    act::{Ended, Verified},
    effects::{BadEnd, Next, next},
    execute::StepEnd,
    problems,
    runner::{Runner, Stopped, Turn},
};

/// What one attempt came to.
enum Attempt {
    /// Done, with everything that was promised.
    Done { raw: Object, outputs: Object, results: Object },
    /// Not done. `Happened::Nothing` is proved, `Some` means that it was done but not as promised.
    Bad { failure: Failure, happened: Happened, raw: Object },
    /// Verified not to be so: it may run again.
    NotSo(Failure),
    /// Nobody can tell, and it must not run again by itself.
    Unknown(Failure),
}

/// A pause this short is slept through; a longer one is a wait on record, so that the run has no owner meanwhile.
const SLEPT_THROUGH: Duration = Duration::from_millis(100);

impl Runner {
    /// Runs a rule whose condition holds.
    pub(crate) async fn step(&mut self, rule: &Rule, when: Option<When>) -> Result<StepEnd, Stopped> {
        let (attempts, before) = self.journal.attempts(rule.seq);
        let mut draft = Step { when, attempt: attempts + 1, ..self.draft(rule) };
        let latest = self.journal.latest(rule.seq).map(|step| (step.state, step.parameters.clone(), step.attempt));
        let recorded = match latest {
            // The record before a `Once` is all there is: it may have happened.
            Some((StepState::Running, parameters, attempt)) => {
                let (draft, failure) = (Step { attempt, parameters, effect: Effect::Once, ..draft }, interrupted());
                return Ok(self.unknown(rule, draft, failure));
            }
            Some((StepState::Waiting, parameters, _)) => Some(parameters),
            _ => None,
        };
        draft.parameters = match recorded.map_or_else(|| rule.parameters(&self.scope), Ok) {
            Ok(parameters) => parameters,
            Err(failure) => return Ok(self.failed(rule, draft, failure, Happened::Nothing, &Object::new())),
        };
        draft.effect = rule.effect_of(&draft.parameters);
        if self.needs_host(rule) {
            return self.wait_for_host(draft).await;
        }
        let mut verify_first = draft.effect == Effect::VerifyFirst && (self.in_flight || before > 0 && attempts == before);
        loop {
            let attempt = self.attempt(rule, &draft, std::mem::take(&mut verify_first)).await?;
            let (failure, happened, raw, rerun) = match attempt {
                Attempt::Done { raw, outputs, results } => return Ok(self.done(rule, draft, &raw, outputs, results)),
                Attempt::Unknown(failure) => return Ok(self.unknown(rule, draft, failure)),
                Attempt::Bad { failure, happened, raw } => (failure, happened, raw, 0),
                Attempt::NotSo(failure) => (failure, Happened::Nothing, Object::new(), 1),
            };
            let tried = draft.attempt - before;
            if self.control.is_cancelled() || tried > rule.retry.count.max(rerun) {
                return Ok(self.failed(rule, draft, failure, happened, &raw));
            }
            let pause = if tried > rule.retry.count { Duration::ZERO } else { pause(rule, tried) };
            let bad = self.bad(rule, draft.clone(), &failure, happened, &raw);
            if let Some(left) = self.try_again(&mut draft, bad, pause).await? {
                return Ok(left);
            }
        }
    }

    /// One attempt, verified as far as its class asks for.
    async fn attempt(&mut self, rule: &Rule, draft: &Step, verify_first: bool) -> Result<Attempt, Stopped> {
        if verify_first {
            match self.verify(rule, draft).await? {
                Verified::Already(raw) => return Ok(self.promised(rule, raw, Object::new())),
                Verified::NotSo => {}
                Verified::Failed(failure) => return Ok(Attempt::Unknown(failure)),
            }
        }
        if draft.effect == Effect::Once {
            self.announce(draft).await?;
        }
        let attempt = match self.act(&rule.action, draft, &draft.parameters, rule.timeout).await? {
            Ended::Done { raw, results } => self.promised(rule, raw, results),
            Ended::NotDone(failure) => return Ok(Attempt::Bad { failure, happened: Happened::Nothing, raw: Object::new() }),
            Ended::Unclear(failure) => Attempt::Bad { failure, happened: Happened::Unknown, raw: Object::new() },
        };
        let Attempt::Bad { failure, .. } = &attempt else {
            return Ok(attempt);
        };
        match next(draft.effect, BadEnd::Unclear) {
            Next::Retry => Ok(attempt),
            Next::Unknown => Ok(Attempt::Unknown(failure.clone())),
            Next::Verify => Ok(match self.verify(rule, draft).await? {
                Verified::Already(raw) => match self.promised(rule, raw, Object::new()) {
                    Attempt::Bad { failure, .. } => Attempt::Unknown(failure),
                    done => done,
                },
                Verified::NotSo => Attempt::NotSo(failure.clone()),
                Verified::Failed(why) => {
                    Attempt::Unknown(Failure { message: format!("{} ({})", failure.message, why.message), ..failure.clone() })
                }
            }),
        }
    }

    /// Whether what an action gave is what it promised: every output with its type, results that are properties.
    fn promised(&self, rule: &Rule, raw: Object, results: Object) -> Attempt {
        let checked = rule.typed(&raw).and_then(|typed| {
            let outputs = rule.outputs(&self.scope, &typed)?;
            Ok((typed, outputs, self.checked_results(results)?))
        });
        match checked {
            Ok((raw, outputs, results)) => Attempt::Done { raw, outputs, results },
            Err(failure) => Attempt::Bad { failure, happened: Happened::Some, raw },
        }
    }

    /// Results as the properties they go into have them: those that provisioning writes, and inputs that it settles.
    fn checked_results(&self, results: Object) -> Result<Object, Failure> {
        results.into_iter().map(|(name, value)| self.program.result(&name, value)).collect()
    }

    /// A `Once` has a record before it starts: without it nobody would know after a crash that it may have happened.
    async fn announce(&mut self, draft: &Step) -> Result<(), Stopped> {
        self.pending.push(Step { state: StepState::Running, ..draft.clone() });
        let at = self.now();
        self.record(at, Turn::Stay, Vec::new()).await
    }

    fn done(&self, rule: &Rule, draft: Step, raw: &Object, outputs: Object, results: Object) -> StepEnd {
        match rule.undo(&self.scope, &draft.parameters, raw) {
            Ok(undo) => {
                let ended_at = Some(self.now());
                StepEnd::Done(Step { state: StepState::Succeeded, outputs, results, undo, ended_at, error: None, ..draft })
            }
            // What cannot be taken back later must be known now, while a person can still look at it.
            Err(failure) => self.failed(rule, draft, failure, Happened::Unknown, raw),
        }
    }

    fn unknown(&self, rule: &Rule, draft: Step, failure: Failure) -> StepEnd {
        let step = Step { state: StepState::Unknown, ..self.bad(rule, draft, &failure, Happened::Unknown, &Object::new()) };
        self.judge(rule, step, &failure)
    }

    fn failed(&self, rule: &Rule, draft: Step, failure: Failure, happened: Happened, raw: &Object) -> StepEnd {
        let step = self.bad(rule, draft, &failure, happened, raw);
        self.judge(rule, step, &failure)
    }

    /// The record of a bad end, with what could take it back if something happened.
    fn bad(&self, rule: &Rule, draft: Step, failure: &Failure, happened: Happened, raw: &Object) -> Step {
        let undo = match happened {
            Happened::Nothing => None,
            Happened::Some | Happened::Unknown => rule.undo(&self.scope, &draft.parameters, raw).ok().flatten(),
        };
        let error = Some(problems::of_step(&self.program.service, failure, happened));
        Step { state: StepState::Failed, undo, error, ended_at: Some(self.now()), ..draft }
    }

    /// Puts the failed attempt on record and readies the next one; answers what the run comes to if it waits until then.
    async fn try_again(&mut self, draft: &mut Step, bad: Step, pause: Duration) -> Result<Option<StepEnd>, Stopped> {
        let at = bad.ended_at.unwrap_or_else(|| self.now());
        let why = bad.error.as_ref().map_or("it failed", |error| problems::sentence(&error.detail));
        let reason = format!("`{}` is tried again: {why}", draft.rule);
        self.pending.push(Step { state: StepState::Waiting, ..bad });
        if pause > SLEPT_THROUGH {
            self.wait("retry", Some(at.after(pause)), reason).await?;
            return Ok(Some(StepEnd::Left));
        }
        self.record(at, Turn::Stay, Vec::new()).await?;
        tokio::time::sleep(pause).await;
        draft.attempt += 1;
        draft.started_at = self.now();
        Ok(None)
    }
}

/// The pause after the attempt number `tried`.
fn pause(rule: &Rule, tried: u32) -> Duration {
    let factor = rule.retry.backoff.max(1.0).powi(i32::try_from(tried.saturating_sub(1)).unwrap_or(i32::MAX));
    // A pause that overflows is as good as the longest one that does not.
    Duration::try_from_secs_f64(rule.retry.delay.as_secs_f64() * factor).unwrap_or(Duration::from_secs(365 * 86_400))
}

fn interrupted() -> Failure {
    Failure::new("interrupted", "the server stopped while the action ran, and it must not run twice by itself")
}
