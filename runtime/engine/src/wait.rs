//! Waiting runs: nobody owns one, a row says for what it waits, and the waker sleeps until the next is due.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use model::{Run, RunEvent, RunState, Step, StepState, Timestamp};
use store::{Batch, runs, waits};
use tokio::sync::Notify;

use crate::{
    engine::Engine,
    execute::StepEnd,
    queue::{From, Queued},
    runner::{Runner, Stopped, Turn},
};

/// Why a run waits until PowerShell is there.
const HOST_UNAVAILABLE: &str = "host_unavailable";

/// Which runs wake when.
#[derive(Default)]
pub(crate) struct Waker {
    due: Mutex<BTreeSet<(Timestamp, i64)>>,
    changed: Notify,
}

impl Waker {
    /// Notes that the run of that key wakes at `until`.
    pub(crate) fn add(&self, until: Timestamp, run: i64) {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).insert((until, run));
        self.changed.notify_one();
    }

    /// Has a look at once: the clock may have moved.
    pub(crate) fn look(&self) {
        self.changed.notify_one();
    }

    /// Takes the runs whose time has come, and says when the next one's does.
    fn take(&self, now: Timestamp) -> (Vec<i64>, Option<Timestamp>) {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let later = due.split_off(&(Timestamp(now.0.saturating_add(1)), i64::MIN));
        let ready = std::mem::replace(&mut *due, later).into_iter().map(|(_, run)| run).collect();
        (ready, due.first().map(|(until, _)| *until))
    }
}

impl Engine {
    /// Wakes runs as they become due. It never ends.
    pub(crate) async fn keep_waking(self: Arc<Self>) {
        loop {
            let now = (self.clock)();
            let (ready, next) = self.waker.take(now);
            for key in ready {
                if let Err(error) = self.wake(key).await {
                    tracing::error!(run = key, error = %error, "a waiting run could not be woken; it is tried again");
                    self.waker.add((self.clock)().after(Duration::from_secs(5)), key);
                }
            }
            let changed = self.waker.changed.notified();
            match next {
                // The heartbeat calls `look`, so a clock that was set does not make anybody oversleep.
                Some(until) => {
                    let pause = Duration::from_micros(u64::try_from(until.0 - now.0).unwrap_or(0));
                    let _ = tokio::time::timeout(pause, changed).await;
                }
                None => changed.await,
            }
        }
    }

    /// Wakes one run, if it still waits.
    pub(crate) async fn wake(&self, key: i64) -> Result<(), store::Error> {
        let held = self.active.wait_for(key).await;
        let Some(run) = runs::by_key(&self.store, key).await? else { return Ok(()) };
        let Ok(to) = run.state.on(RunEvent::Wake) else { return Ok(()) };
        let woken = self.release(run, to, None, Batch::from(waits::remove(key))).await?;
        drop(held);
        self.queue.push(Queued { run: woken, from: From::Released });
        Ok(())
    }

    /// Puts another state of a run without an owner on record, together with `batch`, and answers the run as it is then.
    pub(crate) async fn release(&self, mut run: Run, to: RunState, reason: Option<String>, mut batch: Batch) -> Result<Run, store::Error> {
        let at = (self.clock)().max(run.recorded_at);
        let change = runs::Change { key: run.key, epoch: run.epoch, from: run.state, to, reason: reason.clone(), at };
        batch.push(runs::release(&change));
        self.store.write(batch).await?;
        (run.state, run.reason, run.recorded_at, run.owner) = (to, reason, at, None);
        run.epoch += 1;
        self.watchers.tell(&run);
        Ok(run)
    }
}

impl Runner {
    /// Lets go of the run until `until`, or until something else wakes it. What is pending goes on record with it.
    pub(crate) async fn wait(&mut self, reason: &str, until: Option<Timestamp>, sentence: String) -> Result<(), Stopped> {
        let wait = waits::Wait { run: self.run.key, reason: reason.to_owned(), until, key: None, data: "{}".to_owned() };
        let at = self.pending_at();
        self.record(at, Turn::Leave(RunState::Waiting, sentence), vec![waits::put(&wait)]).await?;
        match until {
            Some(until) => self.engine.waker.add(until, self.run.key),
            // Without PowerShell nothing wakes it before the next start, which tries again.
            None => tracing::warn!(run = %self.run.id, reason, "a run waits"),
        }
        Ok(())
    }

    /// Lets go of the run until there is a PowerShell to run its script.
    pub(crate) async fn wait_for_host(&mut self, draft: Step) -> Result<StepEnd, Stopped> {
        let sentence = format!("`{}` needs PowerShell 7, and none was found", draft.rule);
        // No attempt was made: the next one has the same number.
        let attempt = draft.attempt - 1;
        self.pending.push(Step { state: StepState::Waiting, attempt, ..draft });
        self.wait(HOST_UNAVAILABLE, None, sentence).await?;
        Ok(StepEnd::Left)
    }
}
