//! The door of the engine for everyone above it: a cheap clone that hides how runs are stored and executed.

use std::sync::Arc;

use model::{Problem, Resolved, Run, RunState};
use package::Files;
use store::{Store, steps};
use uuid::Uuid;

use crate::{
    Accepted, Ask, Decision, IdempotencyKey, Imported, Prepared, Principal, Programs, RunDetails, Whose, engine::Engine, import,
    journal::Journal, prepare, refusal, resolve,
};

/// What the API, the demo and the bench drive the engine with.
#[derive(Clone)]
pub struct Handle {
    engine: Arc<Engine>,
}

impl Handle {
    pub(crate) fn new(engine: Arc<Engine>) -> Self {
        Handle { engine }
    }

    /// The store, for what is only read.
    pub fn store(&self) -> &Store {
        &self.engine.store
    }

    /// The programs.
    pub fn programs(&self) -> &Programs {
        &self.engine.programs
    }

    /// Takes in one ask: subscription, request with its snapshot, run, event, audit row and idempotency row in one batch, durable when this returns.
    ///
    /// # Errors
    /// What is wrong with the ask; `active_run` with the run that is in the way; `idempotency_mismatch`.
    pub async fn accept(&self, ask: Ask, by: &Principal, key: Option<IdempotencyKey>) -> Result<Accepted, Problem> {
        self.engine.accept(&ask, by, key).await
    }

    /// Decides an ask and writes nothing.
    ///
    /// # Errors
    /// What is wrong with the ask.
    pub async fn prepare(&self, ask: &Ask, by: &Principal) -> Result<Prepared, Problem> {
        prepare(&self.engine.programs, ask, by).await
    }

    /// Imports a package, whole or not at all.
    ///
    /// # Errors
    /// `package_invalid` with every mistake.
    pub async fn import_package(&self, files: &Files, by: &Principal) -> Result<Imported, Problem> {
        import(&self.engine.programs, files, &self.engine.shared, by).await
    }

    /// Effective values with the trail of each.
    ///
    /// # Errors
    /// What is not there.
    pub async fn resolve(&self, whose: &Whose) -> Result<Vec<Resolved>, Problem> {
        resolve(&self.engine.programs, whose).await
    }

    /// Cancels a run that is active: one that did nothing ends at once, any other takes back what it did. Answers the run as it is then.
    ///
    /// # Errors
    /// `run_not_found`; `run_state` when it has ended or is taken back already.
    pub async fn cancel(&self, run: Uuid, by: &Principal) -> Result<Run, Problem> {
        self.engine.cancel(run, by).await
    }

    /// What a person chose for a run in `attention` or `undo_failed`, with the reason that goes on record.
    ///
    /// # Errors
    /// `run_not_found`; `run_state` when there is nothing to choose; `reason_missing`.
    pub async fn decide(&self, run: Uuid, decision: Decision, reason: &str, by: &Principal) -> Result<Run, Problem> {
        self.engine.decide(run, decision, reason, by).await
    }

    /// Takes a finished run back; only the latest of its subscription.
    ///
    /// # Errors
    /// `run_not_found`, `run_state`, `not_latest_run`, `active_run`.
    pub async fn undo(&self, run: Uuid, by: &Principal) -> Result<Run, Problem> {
        self.engine.undo(run, by).await
    }

    /// The run and the latest record of each of its steps.
    ///
    /// # Errors
    /// `run_not_found`.
    pub async fn run_details(&self, run: Uuid) -> Result<RunDetails, Problem> {
        let run = self.engine.run(run).await?;
        let records = steps::of_run(&self.engine.store, run.key).await.map_err(|error| refusal::store(&error))?;
        Ok(RunDetails { run, steps: Journal::new(0, records).into_steps() })
    }

    /// Waits until the run has ended. Nothing is polled.
    ///
    /// # Errors
    /// `run_not_found`.
    pub async fn wait_ended(&self, run: Uuid) -> Result<Run, Problem> {
        self.wait_until(run, |state| !state.is_active()).await
    }

    /// Waits until the run has ended or cannot go on by itself: it waits, or a person must choose.
    ///
    /// # Errors
    /// `run_not_found`.
    pub async fn wait_settled(&self, run: Uuid) -> Result<Run, Problem> {
        self.wait_until(run, |state| !state.is_active() || matches!(state, RunState::Attention | RunState::Waiting)).await
    }

    async fn wait_until(&self, id: Uuid, settled: impl Fn(RunState) -> bool) -> Result<Run, Problem> {
        loop {
            // Who watches before it looks misses nothing.
            let mut watch = self.engine.watchers.watch(id);
            let known = watch.borrow().is_some();
            if !known {
                let run = self.engine.run(id).await?;
                if settled(run.state) {
                    return Ok(run);
                }
            }
            let told = watch.wait_for(|run| run.as_ref().is_some_and(|run| settled(run.state))).await;
            // An error means that the channel went with an earlier end of the run: look again.
            if let Ok(run) = told
                && let Some(run) = run.clone()
            {
                return Ok(run);
            }
        }
    }

    /// The program's heartbeat: wakes runs whose time has come, also when the clock was moved.
    pub fn tick(&self) {
        self.engine.waker.look();
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").finish_non_exhaustive()
    }
}
