//! What waits for the writer. The writer takes everything at once, so that one commit serves all that came meanwhile.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::{Batch, Error, Written};

/// A batch and where its answer goes.
pub(crate) struct Job {
    pub(crate) batch: Batch,
    pub(crate) reply: oneshot::Sender<Result<Written, Error>>,
}

/// The queue between the callers and the one writer.
#[derive(Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    arrived: Condvar,
}

#[derive(Default)]
struct State {
    jobs: Vec<Job>,
    closed: bool,
    /// Whether the writer sleeps; a caller wakes it only then, a wake costs more than a statement.
    asleep: bool,
}

impl Queue {
    /// Adds a job; gives it back when the queue is closed.
    pub(crate) fn push(&self, job: Job) -> Result<(), Job> {
        let mut state = self.lock();
        if state.closed {
            return Err(job);
        }
        state.jobs.push(job);
        if std::mem::take(&mut state.asleep) {
            drop(state);
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Waits for jobs and swaps them into `taken`, which must be empty; false when the queue is closed and nothing is left.
    pub(crate) fn take(&self, taken: &mut Vec<Job>) -> bool {
        let mut state = self.lock();
        while state.jobs.is_empty() {
            if state.closed {
                return false;
            }
            state.asleep = true;
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.asleep = false;
        std::mem::swap(&mut state.jobs, taken);
        true
    }

    /// Moves what came meanwhile to the end of `taken`; how much that was.
    pub(crate) fn take_more(&self, taken: &mut Vec<Job>) -> usize {
        let mut state = self.lock();
        let more = state.jobs.len();
        taken.append(&mut state.jobs);
        more
    }

    /// Refuses further jobs; what is queued is still written.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_one();
    }

    /// Refuses further jobs and lets go of those that are queued: their callers hear that the store is closed.
    pub(crate) fn abandon(&self) {
        let mut state = self.lock();
        state.closed = true;
        let jobs = std::mem::take(&mut state.jobs);
        drop(state);
        drop(jobs);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing between lock and unlock can panic half-way, so a poisoned queue is a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
