//! The workers: they take runs from the line, as many at a time as configured, and execute them. One run's trouble is no other's.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use model::{Event, Problem, Run, RunEvent, RunState};
use store::{Batch, outbox, requests, runs, steps, workers};
use tokio::{sync::Semaphore, task::JoinSet};
use uuid::Uuid;

use crate::{
    Snapshot,
    active::Control,
    config::Config,
    engine::Engine,
    queue::{From, Queued},
    runner::{Known, Runner, Stopped},
};

/// The running half of the engine.
pub struct Service {
    engine: Arc<Engine>,
    config: Config,
}

/// Why a run could not be loaded.
pub(crate) enum Unloadable {
    Problem(Problem),
    Store(store::Error),
    Snapshot(serde_json::Error),
}

impl Service {
    pub(crate) fn new(engine: Arc<Engine>, config: Config) -> Self {
        Service { engine, config }
    }

    /// Executes runs until `shutdown` is done; then no further step begins, and those that have begun may end within the grace.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send) {
        let room = Arc::new(Semaphore::new(self.config.concurrency.max(1)));
        let mut runs = JoinSet::new();
        let mut shutdown = std::pin::pin!(shutdown);
        let mut house = JoinSet::new();
        house.spawn(Arc::clone(&self.engine).keep_waking());
        house.spawn(keep_alive(Arc::clone(&self.engine), self.config.lease));
        loop {
            let permit = tokio::select! {
                permit = Arc::clone(&room).acquire_owned() => permit,
                () = &mut shutdown => break,
            };
            let queued = tokio::select! {
                queued = self.engine.queue.pop() => queued,
                () = &mut shutdown => break,
            };
            let engine = Arc::clone(&self.engine);
            runs.spawn(async move {
                let _permit = permit;
                engine.execute(queued).await;
            });
            // What has ended is forgotten here, so that the set does not grow.
            while let Some(ended) = runs.try_join_next() {
                if let Err(error) = ended {
                    tracing::error!(error = %error, "a worker broke off; its run goes on when the server starts again");
                }
            }
        }
        self.engine.stop();
        let all = async { while runs.join_next().await.is_some() {} };
        if tokio::time::timeout(self.config.grace, all).await.is_err() {
            tracing::warn!(runs = runs.len(), "steps were cut off by the shutdown");
        }
    }
}

/// Renews the worker's lease three times in its length.
async fn keep_alive(engine: Arc<Engine>, lease: Duration) {
    loop {
        tokio::time::sleep(lease / 3).await;
        let until = (engine.clock)().after(lease);
        if let Err(error) = engine.store.write(workers::heartbeat(engine.worker, until)).await {
            tracing::warn!(error = %error, "the worker's heartbeat was not taken");
        }
    }
}

impl Engine {
    /// Executes a run until it comes to rest.
    async fn execute(self: &Arc<Self>, queued: Queued) {
        let held = self.active.wait_for(queued.run.key).await;
        let id = queued.run.id;
        let queued = match held.was_changed() {
            true => match self.current(queued).await {
                Some(queued) => queued,
                None => return,
            },
            false => queued,
        };
        let run = queued.run.clone();
        let mut runner = match self.load(queued, held.control()).await {
            Ok(Some(runner)) => runner,
            Ok(None) => return,
            Err(why) => return self.set_aside(&run, &why).await,
        };
        let ended = AssertUnwindSafe(runner.go()).catch_unwind().await;
        match ended.unwrap_or(Err(Stopped::Broken)) {
            Ok(()) | Err(Stopped::Shutdown) => {}
            Err(Stopped::Broken) => runner.leave_broken().await,
            Err(Stopped::Lost(error)) => tracing::warn!(run = %id, error = %error, "a late result was dropped: the run is somebody else's"),
            Err(Stopped::Store(error)) => {
                tracing::error!(run = %id, error = %error, "the store takes no record; the run goes on when the server starts again");
            }
        }
    }

    /// A run that cannot even be begun asks for a person: nothing of it may stand still unseen.
    async fn set_aside(&self, run: &Run, why: &Unloadable) {
        let reason = match why {
            Unloadable::Problem(problem) => problem.detail.clone(),
            Unloadable::Store(error) => {
                tracing::error!(run = %run.id, error = %error, "the records of a run cannot be read");
                "its records cannot be read; the server's log says why".to_owned()
            }
            Unloadable::Snapshot(error) => {
                tracing::error!(run = %run.id, error = %error, "the snapshot of a run cannot be read");
                "its snapshot cannot be read; the server's log says why".to_owned()
            }
        };
        tracing::error!(run = %run.id, reason, "a run cannot be executed");
        // What is being taken back has no question for a person: it is tried again at the next start.
        if run.state == RunState::Undoing {
            return;
        }
        let reason = Some(format!("it cannot be executed: {reason}"));
        let to = RunState::Running.on(RunEvent::StepUnknown).expect("a running run may ask for a person");
        let at = (self.clock)().max(run.recorded_at);
        let mut batch = Batch::new();
        let is_claimed = run.owner == Some(self.worker);
        if !is_claimed {
            batch.push(runs::claim(run.key, run.epoch, self.worker, at));
        }
        let epoch = run.epoch + i64::from(!is_claimed);
        batch.push(runs::release(&runs::Change { key: run.key, epoch, from: RunState::Running, to, reason: reason.clone(), at }));
        batch.push(outbox::append(&Event { id: Uuid::now_v7(), kind: "AttentionNeeded".to_owned(), run_id: run.id, at }));
        match self.store.write(batch).await {
            Ok(_) => self.watchers.tell(&Run { state: to, reason, epoch: epoch + 1, owner: None, recorded_at: at, ..run.clone() }),
            Err(error) => tracing::error!(run = %run.id, error = %error, "the run goes on when the server starts again"),
        }
    }

    /// A run that stood in line while a person changed it, as it is now; none when somebody else answers for it.
    async fn current(&self, queued: Queued) -> Option<Queued> {
        let now = store::runs::by_key(&self.store, queued.run.key).await.ok().flatten()?;
        let is_same = now.epoch == queued.run.epoch && now.state == queued.run.state;
        is_same.then_some(Queued { run: now, ..queued })
    }

    /// Everything a worker must know of a run; none when it must not be executed any more.
    pub(crate) async fn load(self: &Arc<Self>, queued: Queued, control: &Arc<Control>) -> Result<Option<Runner>, Unloadable> {
        let Queued { run, from } = queued;
        let (program, snapshot, records, in_flight) = match from {
            From::Accepted(program, snapshot) => (program, snapshot, Vec::new(), false),
            From::Released | From::TakenOver => {
                let program = self.programs.get(&run.program_hash).await.map_err(Unloadable::Problem)?;
                let request = requests::by_id(&self.store, run.request_id).await.map_err(Unloadable::Store)?;
                let snapshot =
                    request.map(|request| serde_json::from_str::<Snapshot>(&request.snapshot)).transpose().map_err(Unloadable::Snapshot)?;
                let Some(snapshot) = snapshot else { return Ok(None) };
                let records = steps::of_run(&self.store, run.key).await.map_err(Unloadable::Store)?;
                (program, Arc::new(snapshot), records, matches!(from, From::TakenOver))
            }
        };
        Ok(Some(self.runner(run, Known { program, snapshot, records, in_flight }, control)))
    }
}
