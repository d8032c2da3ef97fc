//! What people do to runs: cancel, choose, take back. Each is guarded, and leaves an audit row with the reason.

use std::sync::Arc;

use model::{Illegal, Object, Problem, Run, RunEvent, RunState, Step, StepState, Timestamp, Value, Verb};
use store::{Batch, Statement, audit, runs, steps, subscriptions, waits};
use uuid::Uuid;

use crate::{
    Decision, Principal,
    active::Held,
    engine::Engine,
    problems,
    queue::{From, Queued},
    refusal,
    runner::Stopped,
};

impl Engine {
    /// Cancels an active run.
    pub(crate) async fn cancel(self: &Arc<Self>, id: Uuid, by: &Principal) -> Result<Run, Problem> {
        let run = self.run(id).await?;
        legal(&run, RunEvent::Cancel)?;
        let note = || Batch::new().with(runs::set_cancelled(run.key)).with(self.audited(&run, by, "run.cancel", ""));
        let held = match self.active.take(run.key) {
            Ok(held) => held,
            Err(_) => {
                // The worker that has it takes back what it did; the note outlives a crash before that.
                self.written(note(), &run).await?;
                match self.active.take(run.key) {
                    Err(control) => {
                        control.cancel();
                        return self.run(id).await;
                    }
                    // It let go meanwhile, perhaps without having seen the note.
                    Ok(held) => held,
                }
            }
        };
        let run = Run { cancelled: true, ..self.run(id).await? };
        let to = legal(&run, RunEvent::Cancel)?;
        if run.state == RunState::Queued {
            self.written(note(), &run).await?;
            return self.cancel_queued(run, &held).await;
        }
        let batch = note().with(waits::remove(run.key));
        self.changed(run, to, format!("cancelled by {}", by.name), batch, (held, From::Released)).await
    }

    /// Ends a run that stands in line, unless it has done something before: then a worker takes that back.
    async fn cancel_queued(self: &Arc<Self>, run: Run, held: &Held<'_>) -> Result<Run, Problem> {
        let id = run.id;
        held.note_change();
        let loaded = self.load(Queued { run: run.clone(), from: From::Released }, held.control()).await;
        let Ok(Some(mut runner)) = loaded else {
            return Err(Problem::new(
                "run_unreadable",
                "The run cannot be read",
                500,
                format!("the run {id} cannot be read; the server's log says why"),
            ));
        };
        if runner.journal.anything_done() {
            self.queue.push(Queued { run: run.clone(), from: From::Released });
            return Ok(run);
        }
        runner.claimed = true;
        match runner.cancelled().await {
            Ok(()) => Ok(runner.run),
            Err(Stopped::Store(error)) => Err(refusal::store(&error)),
            Err(Stopped::Lost(_) | Stopped::Shutdown | Stopped::Broken) => Err(changed_meanwhile(&run)),
        }
    }

    /// What a person chose for a run that cannot go on by itself.
    pub(crate) async fn decide(&self, id: Uuid, decision: Decision, reason: &str, by: &Principal) -> Result<Run, Problem> {
        let (event, action) = match decision {
            Decision::Retry => (RunEvent::Retry, "run.retry"),
            Decision::Skip => (RunEvent::Skip, "run.skip"),
            Decision::Fail => (RunEvent::Fail, "run.fail"),
        };
        let (run, to, held) = self.at_rest(id, event).await?;
        if decision != Decision::Retry && reason.trim().is_empty() {
            return Err(refusal::unprocessable(
                "reason_missing",
                "A reason is needed",
                "going on without the step, or failing, needs a reason",
            )
            .about("reason"));
        }
        let audit = self.audited(&run, by, action, reason);
        let sentence = if reason.trim().is_empty() {
            format!("{decision:?} by {}", by.name)
        } else {
            format!("{decision:?} by {}: {reason}", by.name)
        };
        if run.state == RunState::UndoFailed {
            return self.reopened(run, to, sentence, audit, held).await;
        }
        let at = self.now_for(&run);
        let chosen = match decision {
            Decision::Fail => Vec::new(),
            Decision::Retry => self.chosen(&run, StepState::Pending, at).await?,
            Decision::Skip => self.chosen(&run, StepState::Skipped, at).await?,
        };
        // A run that was broken off has no step that says so: what came next may have been going on.
        let from = if decision == Decision::Retry && chosen.is_empty() { From::TakenOver } else { From::Released };
        let batch = Batch::new().with_all(chosen).with(audit);
        self.changed(run, to, sentence, batch, (held, from)).await
    }

    /// Takes a run that `event` goes with in hand, and answers what becomes of its state.
    async fn at_rest(&self, id: Uuid, event: RunEvent) -> Result<(Run, RunState, Held<'_>), Problem> {
        let run = self.run(id).await?;
        // A run that is executed is refused at once: its worker may have it for an hour.
        legal(&run, event)?;
        let held = self.active.wait_for(run.key).await;
        let run = self.run(id).await?;
        let to = legal(&run, event)?;
        Ok((run, to, held))
    }

    /// The record of a person's choice for the step the run stopped at.
    async fn chosen(&self, run: &Run, state: StepState, at: Timestamp) -> Result<Vec<Statement>, Problem> {
        let records = steps::of_run(&self.store, run.key).await.map_err(|error| refusal::store(&error))?;
        let stopped = records.into_iter().rev().find(|step| matches!(step.state, StepState::Failed | StepState::Unknown));
        let Some(step) = stopped else {
            // It stopped between two steps: there is none to run again, and none to skip.
            return if state == StepState::Pending { Ok(Vec::new()) } else { Err(changed_meanwhile(run)) };
        };
        let step = Step { state, ended_at: (state == StepState::Skipped).then_some(at), ..step };
        Ok(vec![steps::append(run.key, &step), runs::advance(run.key, run.epoch, 1, at)])
    }

    /// Takes a finished run back.
    pub(crate) async fn undo(&self, id: Uuid, by: &Principal) -> Result<Run, Problem> {
        let (run, to, held) = self.at_rest(id, RunEvent::Undo).await?;
        if run.verb == Verb::Deprovision {
            self.place_is_free(&run).await?;
        }
        let audit = self.audited(&run, by, "run.undo", "");
        self.reopened(run, to, format!("taken back by {}", by.name), audit, held).await
    }

    /// A subscription that ended can come back only where no other has taken its place.
    async fn place_is_free(&self, run: &Run) -> Result<(), Problem> {
        let own = subscriptions::by_id(&self.store, run.subscription_id).await.map_err(|error| refusal::store(&error))?;
        let Some(own) = own else { return Err(changed_meanwhile(run)) };
        let filter = subscriptions::Filter {
            tenant: Some(own.tenant_id),
            user: own.user_id,
            of_customer: own.user_id.is_none(),
            service: Some(own.service),
            instance: Some(own.instance),
            live: true,
            ..subscriptions::Filter::default()
        };
        let live = subscriptions::list(&self.store, &filter).await.map_err(|error| refusal::store(&error))?;
        match live.first() {
            None => Ok(()),
            Some(other) => {
                let detail = format!("the subscription {} has taken its place", other.id);
                Err(refusal::conflict("already_subscribed", "Already subscribed", detail))
            }
        }
    }

    /// Makes an ended run active again, to be taken back.
    async fn reopened(&self, run: Run, to: RunState, reason: String, audit: Statement, held: Held<'_>) -> Result<Run, Problem> {
        let at = self.now_for(&run);
        let change = runs::Change { key: run.key, epoch: run.epoch, from: run.state, to, reason: Some(reason.clone()), at };
        let written = self.store.write(Batch::new().with(runs::reopen(&change)).with(audit)).await;
        if let Err(error) = written {
            return Err(if error.is_guard(runs::ACTIVE_RUN) { self.not_reopened(&run).await? } else { self.refused_change(&error, &run) });
        }
        let run = Run { state: to, reason: Some(reason), epoch: run.epoch + 1, owner: None, ended_at: None, recorded_at: at, ..run };
        self.hand_on(run, held, From::Released)
    }

    async fn not_reopened(&self, run: &Run) -> Result<Problem, Problem> {
        let latest = runs::latest_of(&self.store, run.subscription_id).await.map_err(|error| refusal::store(&error))?;
        match latest {
            Some(latest) if latest.id != run.id => {
                let detail = format!("the run {} came later; only the latest run of a subscription can be taken back", latest.id);
                let problem = refusal::conflict("not_latest_run", "Not the latest run", detail);
                Ok(Problem { run_id: Some(latest.id.to_string()), ..problem })
            }
            _ => Ok(self.in_the_way(run.subscription_id).await?.unwrap_or_else(|| changed_meanwhile(run))),
        }
    }

    async fn changed(&self, run: Run, to: RunState, reason: String, batch: Batch, (held, from): (Held<'_>, From)) -> Result<Run, Problem> {
        let before = run.clone();
        let run = self.release(run, to, Some(reason), batch).await.map_err(|error| self.refused_change(&error, &before))?;
        self.hand_on(run, held, from)
    }

    /// Puts a changed run in line.
    fn hand_on(&self, run: Run, held: Held<'_>, from: From) -> Result<Run, Problem> {
        held.note_change();
        drop(held);
        self.watchers.tell(&run);
        self.queue.push(Queued { run: run.clone(), from });
        Ok(run)
    }

    async fn written(&self, batch: Batch, run: &Run) -> Result<(), Problem> {
        self.store.write(batch).await.map_err(|error| self.refused_change(&error, run))?;
        Ok(())
    }

    fn refused_change(&self, error: &store::Error, run: &Run) -> Problem {
        match error {
            store::Error::Expectation { .. } => changed_meanwhile(run),
            other => refusal::store(other),
        }
    }

    /// The run of a public id.
    pub(crate) async fn run(&self, id: Uuid) -> Result<Run, Problem> {
        let run = runs::by_id(&self.store, id).await.map_err(|error| refusal::store(&error))?;
        run.ok_or_else(|| problems::no_run(id))
    }

    fn now_for(&self, run: &Run) -> Timestamp {
        (self.clock)().max(run.recorded_at)
    }

    fn audited(&self, run: &Run, by: &Principal, action: &str, reason: &str) -> Statement {
        let mut detail: Object = [("subscription", Value::text(run.subscription_id.to_string()))].into_iter().collect();
        if !reason.is_empty() {
            detail.insert("reason", Value::text(reason));
        }
        audit::append(&audit::Entry {
            at: self.now_for(run),
            principal: by.name.clone(),
            action: action.to_owned(),
            object: run.id.to_string(),
            detail,
            correlation: None,
        })
    }
}

fn legal(run: &Run, event: RunEvent) -> Result<RunState, Problem> {
    run.state.on(event).map_err(|Illegal { .. }| {
        let detail = format!("the run {} is {}, and that does not go with it", run.id, run.state);
        refusal::conflict("run_state", "Not possible in this state", detail)
    })
}

fn changed_meanwhile(run: &Run) -> Problem {
    refusal::conflict("changed_meanwhile", "It changed meanwhile", format!("the run {} changed while this was decided", run.id))
        .advise("look at it again, then ask again")
}
