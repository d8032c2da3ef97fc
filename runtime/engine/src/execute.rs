//! The way forward through a run: which rule is next, what its end means for the run. One durable record a finished step.

use std::sync::Arc;

use model::{Effect, Failure, OnError, RunState, Step, StepState, When};

use crate::{
    Rule,
    problems::{self, sentence},
    runner::{Runner, Stopped, Turn},
};

/// What comes next.
pub(crate) enum Next<'a> {
    /// This rule runs; what its condition answered, if it has one.
    Run(&'a Rule, Option<When>),
    /// The condition of this rule cannot be evaluated.
    Broken(&'a Rule, Failure),
    /// Every rule is done.
    End,
}

/// How a step ended, as far as its run is concerned.
pub(crate) enum StepEnd {
    /// Done.
    Done(Step),
    /// Failed, and the run goes on.
    GoesOn(Step),
    /// Failed, and what was done is taken back.
    Back(Step, String),
    /// A person must choose.
    Attention(Step, String),
    /// The run waits, and that is on record.
    Left,
}

impl Runner {
    /// Executes the run until it comes to rest.
    pub(crate) async fn go(&mut self) -> Result<(), Stopped> {
        match self.run.state {
            RunState::Undoing => self.take_back().await,
            _ => self.forward().await,
        }
    }

    async fn forward(&mut self) -> Result<(), Stopped> {
        let program = Arc::clone(&self.program);
        let rules = self.rules(&program);
        if let Some(plan) = &self.run.plan {
            match program.quantity(plan, &self.scope) {
                Ok(quantity) => self.quantity = quantity,
                // What cannot be billed is not begun.
                Err(failure) => {
                    return self.turn_back(format!("the quantity to bill cannot be told: {}", sentence(&failure.message))).await;
                }
            }
        }
        let mut next = self.next(rules, 0);
        loop {
            if (self.control.is_cancelled() || self.run.cancelled) && !self.may_have_happened(&next) {
                return self.cancelled().await;
            }
            let (rule, end) = match next {
                Next::End => return self.complete().await,
                Next::Run(rule, when) => (rule, self.step(rule, when).await?),
                Next::Broken(rule, failure) => (rule, self.broken(rule, failure)),
            };
            match end {
                StepEnd::Done(step) => {
                    self.scope.add_step(&rule.name, &step.outputs);
                    next = self.after(rules, step);
                }
                StepEnd::GoesOn(step) => next = self.after(rules, step),
                StepEnd::Back(step, reason) => {
                    self.pending.push(step);
                    return self.turn_back(reason).await;
                }
                StepEnd::Attention(step, reason) => return self.ask_a_person(step, reason).await,
                StepEnd::Left => return Ok(()),
            }
            // The last step's record also completes the run.
            if !matches!(next, Next::End) {
                self.record(self.pending_at(), Turn::Stay, Vec::new()).await?;
                if self.engine.is_stopping() {
                    return Err(Stopped::Shutdown);
                }
            }
        }
    }

    /// Whether the next rule may have been going on when a server was killed. Then its step comes to its end before a cancelled run is taken back:
    /// what happened without a record would stay otherwise. What changes nothing, or has no record before it starts, is not begun for that.
    fn may_have_happened(&self, next: &Next<'_>) -> bool {
        let Next::Run(rule, _) = next else { return false };
        self.in_flight
            && match rule.effect {
                Effect::Read => false,
                Effect::Idempotent | Effect::VerifyFirst => true,
                Effect::Once => self.journal.latest(rule.seq).is_some_and(|step| step.state == StepState::Running),
            }
    }

    /// What comes after a finished step, decided at the time its record will have.
    fn after<'a>(&mut self, rules: &'a [Rule], step: Step) -> Next<'a> {
        let seq = step.seq;
        self.in_flight = false;
        self.pending.push(step);
        self.scope.set_now(self.pending_at());
        self.next(rules, seq as usize)
    }

    /// The time of the record that is being gathered: when its last step ended.
    pub(crate) fn pending_at(&self) -> model::Timestamp {
        let ended = self.pending.iter().rev().find_map(|step| step.ended_at);
        ended.map_or_else(|| self.now(), |ended| ended.max(self.run.recorded_at))
    }

    /// The next rule that runs, from the place `from`. Those whose condition is false are noted as skipped.
    fn next<'a>(&mut self, rules: &'a [Rule], from: usize) -> Next<'a> {
        for rule in rules.iter().skip(from) {
            match self.journal.latest(rule.seq) {
                Some(step) if is_over(step, rule) => continue,
                // It was decided before it waited, and the decision stands.
                Some(Step { when: Some(when), state: StepState::Waiting | StepState::Running, .. }) => {
                    return Next::Run(rule, Some(when.clone()));
                }
                _ => {}
            }
            match rule.when(&self.scope) {
                Err(failure) => return Next::Broken(rule, failure),
                Ok(None) => return Next::Run(rule, None),
                Ok(Some(decided)) if decided.holds => return Next::Run(rule, Some(decided.when)),
                Ok(Some(decided)) => {
                    // The time of the record it goes with: `$Now` was that when the condition was asked, and is again after a crash.
                    let ended_at = Some(self.pending_at());
                    let step = Step { state: StepState::Skipped, ended_at, when: Some(decided.when), ..self.draft(rule) };
                    self.pending.push(step);
                }
            }
        }
        Next::End
    }

    /// The step of a rule before anything about it is known.
    pub(crate) fn draft(&self, rule: &Rule) -> Step {
        Step {
            seq: rule.seq,
            item: None,
            attempt: 1,
            rule: rule.name.as_ref().to_owned(),
            phase: rule.phase,
            place: rule.place,
            action: rule.action.name().to_owned(),
            effect: rule.effect,
            state: StepState::Pending,
            when: None,
            parameters: model::Object::new(),
            outputs: model::Object::new(),
            results: model::Object::new(),
            undo: None,
            started_at: self.now(),
            ended_at: None,
            error: None,
        }
    }

    /// A condition that cannot be evaluated fails its step; it is never false.
    fn broken(&self, rule: &Rule, failure: Failure) -> StepEnd {
        let error = problems::of_step(&self.program.service, &failure, model::Happened::Nothing);
        let step = Step { state: StepState::Failed, ended_at: Some(self.now()), error: Some(error), ..self.draft(rule) };
        self.judge(rule, step, &failure)
    }

    /// What a step that failed for good does to its run.
    pub(crate) fn judge(&self, rule: &Rule, step: Step, failure: &Failure) -> StepEnd {
        let reason = format!("`{}` failed: {}", rule.name, sentence(&failure.message));
        let unknown = step.state == StepState::Unknown;
        // Who cancelled wants the end of the run, not a question.
        if self.control.is_cancelled() || self.run.cancelled {
            return StepEnd::Back(step, reason);
        }
        match rule.on_error {
            _ if unknown => {
                StepEnd::Attention(step, format!("nobody can tell whether `{}` happened: {}", rule.name, sentence(&failure.message)))
            }
            _ if !rule.required => {
                self.log.say(model::LogLevel::Warning, Some(&failure.code), reason);
                StepEnd::GoesOn(step)
            }
            OnError::Continue => StepEnd::GoesOn(step),
            OnError::Attention => StepEnd::Attention(step, reason),
            OnError::Undo => StepEnd::Back(step, reason),
        }
    }

    /// The engine broke off inside: the run stays as its last record says, and a person decides. One run's trouble stops no other.
    pub(crate) async fn leave_broken(&mut self) {
        tracing::error!(run = %self.run.id, state = %self.run.state, "the engine broke off inside a run");
        self.pending.clear();
        if self.state_in_hand() != RunState::Running {
            return;
        }
        let at = self.now();
        let event = self.event("AttentionNeeded", at);
        let reason = "the engine broke off inside; the server's log says where".to_owned();
        if let Err(why) = self.record(at, Turn::Leave(RunState::Attention, reason), vec![event]).await {
            tracing::error!(run = %self.run.id, ?why, "the run goes on when the server starts again");
        }
    }

    async fn ask_a_person(&mut self, step: Step, reason: String) -> Result<(), Stopped> {
        self.pending.push(step);
        let at = self.pending_at();
        let event = self.event("AttentionNeeded", at);
        self.record(at, Turn::Leave(RunState::Attention, reason), vec![event]).await
    }
}

/// Whether nothing is left to do for a rule.
fn is_over(step: &Step, rule: &Rule) -> bool {
    match step.state {
        StepState::Succeeded | StepState::Skipped => true,
        StepState::Failed => !rule.required || rule.on_error == OnError::Continue,
        _ => false,
    }
}
