//! The way back through a run: its done steps in reverse, each undo a record of its own. A recorded undo is never repeated.

use std::{sync::Arc, time::Duration};

use model::{Effect, Failure, Happened, RecordedUndo, RunEvent, RunState, Step, StepState};

use crate::{
    Action, Program, Rule,
    act::{Ended, Verified},
    effects::{BadEnd, Next, next},
    journal::{TakeBack, may_have_changed, take_back},
    problems::{self, sentence},
    runner::{Runner, Stopped, Turn},
};

/// The longest pause between two attempts of an undo.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// The time of an undo whose rule and action say nothing.
const USUAL_TIME: Duration = Duration::from_secs(300);

impl Runner {
    /// A step failed for good and the rule's policy is to undo.
    pub(crate) async fn turn_back(&mut self, reason: String) -> Result<(), Stopped> {
        let at = self.pending_at();
        if !self.anything_done() {
            return self.end_badly(at, RunState::Failed, reason).await;
        }
        self.record(at, Turn::Keep(RunState::Undoing, reason), Vec::new()).await?;
        self.take_back().await
    }

    /// A person cancelled while the run was in hand, or before this worker got it.
    pub(crate) async fn cancelled(&mut self) -> Result<(), Stopped> {
        self.run.cancelled = true;
        let reason = "cancelled by a person".to_owned();
        let at = self.pending_at();
        if !self.anything_done() {
            return self.end_badly(at, RunState::Cancelled, reason).await;
        }
        self.record(at, Turn::Keep(RunState::Undoing, reason), Vec::new()).await?;
        self.take_back().await
    }

    fn anything_done(&self) -> bool {
        // A pending record is newer than what is on record of its rule.
        let newest = |step: &&Step| self.pending.iter().all(|pending| pending.seq != step.seq);
        self.journal.steps().filter(newest).chain(&self.pending).any(may_have_changed)
    }

    /// Takes back what is to be taken back, the last step first.
    pub(crate) async fn take_back(&mut self) -> Result<(), Stopped> {
        let program = Arc::clone(&self.program);
        let left: Vec<u32> = self.journal.steps().rev().filter(|step| take_back(step) != TakeBack::Nothing).map(|step| step.seq).collect();
        for (index, seq) in left.iter().enumerate() {
            let step = self.journal.latest(*seq).cloned().expect("its record is why it is to be taken back");
            let undone = match take_back(&step) {
                TakeBack::Undo(undo) => self.undo_step(&program, &step, undo).await?,
                TakeBack::Unclear => Err(unclear(&step)),
                TakeBack::Nothing => Ok(()),
            };
            let ended_at = Some(self.now());
            if let Err(failure) = undone {
                return self.undo_failed(Step { ended_at, ..step }, &failure).await;
            }
            self.in_flight = false;
            self.pending.push(Step { state: StepState::Undone, ended_at, ..step });
            // The last undo's record also ends the run.
            if index + 1 < left.len() {
                self.record(self.pending_at(), Turn::Stay, Vec::new()).await?;
                if self.engine.is_stopping() {
                    return Err(Stopped::Shutdown);
                }
            }
        }
        let to = RunState::Undoing.on(RunEvent::UndoDone { cancelled: self.run.cancelled });
        let reason = self.run.reason.clone().unwrap_or_default();
        self.end_badly(self.pending_at(), to.expect("undoing ends when everything is taken back"), reason).await
    }

    async fn undo_failed(&mut self, step: Step, failure: &Failure) -> Result<(), Stopped> {
        let reason = format!("the undo of `{}` failed: {}", step.rule, sentence(&failure.message));
        let error = problems::of_step(&self.program.service, failure, Happened::Unknown);
        self.pending.push(Step { state: StepState::UndoFailed, error: Some(error), ..step });
        self.end_badly(self.pending_at(), RunState::UndoFailed, reason).await
    }

    /// Runs one recorded undo until it is done, or fails for good.
    async fn undo_step(&mut self, program: &Program, step: &Step, undo: &RecordedUndo) -> Result<Result<(), Failure>, Stopped> {
        let Some(action) = program.action(&undo.action) else {
            let message = format!("the action `{}` is not part of the run's program", undo.action);
            return Ok(Err(Failure::new("undo_missing", message)));
        };
        let rule = self.rules(program).get((step.seq as usize).saturating_sub(1));
        let timeout = time_for(action, rule);
        let step = Step { state: StepState::Undoing, effect: action.effect(&undo.parameters), ..step.clone() };
        let verify = program.verify(action);
        let mut left = rule.map_or(0, |rule| rule.retry.count);
        let mut rerun = false;
        if step.effect == Effect::VerifyFirst && self.in_flight {
            match self.verify_undo(verify, &step, undo, timeout).await? {
                Verified::Already(_) => return Ok(Ok(())),
                Verified::NotSo => {}
                Verified::Failed(failure) => return Ok(Err(failure)),
            }
        }
        loop {
            let (failure, end) = match self.act(action, &step, &undo.parameters, timeout).await? {
                Ended::Done { .. } => return Ok(Ok(())),
                Ended::NotDone(failure) => (failure, BadEnd::NotDone),
                Ended::Unclear(failure) => (failure, BadEnd::Unclear),
            };
            let mut again = false;
            match next(step.effect, end) {
                Next::Retry => {}
                Next::Unknown => return Ok(Err(failure)),
                Next::Verify => match self.verify_undo(verify, &step, undo, timeout).await? {
                    Verified::Already(_) => return Ok(Ok(())),
                    Verified::NotSo => again = !std::mem::replace(&mut rerun, true),
                    Verified::Failed(_) => return Ok(Err(failure)),
                },
            }
            if left == 0 && !again {
                return Ok(Err(failure));
            }
            left = left.saturating_sub(1);
            // A run that takes back keeps its worker: the pause is short whatever the rule says.
            tokio::time::sleep(rule.map_or(Duration::ZERO, |rule| rule.retry.delay).min(LONGEST_PAUSE)).await;
        }
    }

    async fn verify_undo(
        &mut self,
        verify: Option<&Action>,
        step: &Step,
        undo: &RecordedUndo,
        timeout: Duration,
    ) -> Result<Verified, Stopped> {
        match verify {
            Some(action) => self.verify_by(action, step, &action.takes_of(&undo.parameters), timeout).await,
            None => Ok(Verified::Failed(Failure::new("verify_missing", format!("`{}` has no verify", undo.action)))),
        }
    }
}

/// The time an undo may take: what its action says, else what the rule says for the step.
fn time_for(action: &Action, rule: Option<&Rule>) -> Duration {
    let own =
        action.signature().timeout.and_then(|ticks| u64::try_from(ticks).ok()).map(|ticks| Duration::from_nanos(ticks.saturating_mul(100)));
    own.or_else(|| rule.map(|rule| rule.timeout)).unwrap_or(USUAL_TIME)
}

/// Why a step that nobody can tell about is not taken back by itself.
fn unclear(step: &Step) -> Failure {
    let what = step.error.as_ref().map_or("the server stopped while it ran", |error| sentence(&error.detail));
    Failure::new(
        "undo_unclear",
        format!("nobody can tell whether `{}` happened ({what}), and its undo is not one for that case", step.rule),
    )
}
