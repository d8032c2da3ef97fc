//! Runs that wait in memory for a worker, in the order in which they came. The store has them too; this only saves asking it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use model::Run;
use tokio::sync::Notify;

use crate::{Program, Snapshot};

/// A run to be executed, and what is already known about it.
pub(crate) struct Queued {
    /// The run as its last record left it.
    pub(crate) run: Run,
    /// How it came here.
    pub(crate) from: From,
}

/// How a run came into the queue; decides what must be read and what may have been going on.
pub(crate) enum From {
    /// Accepted a moment ago: nothing is on record, and everything is at hand.
    Accepted(Arc<Program>, Arc<Snapshot>),
    /// It waited, or a person decided: its steps are on record and none is in flight.
    Released,
    /// A server that is gone had it: a step may have been in flight.
    TakenOver,
}

/// The queue.
#[derive(Default)]
pub(crate) struct Queue {
    runs: Mutex<VecDeque<Queued>>,
    arrived: Notify,
}

impl Queue {
    /// Adds a run at the end.
    pub(crate) fn push(&self, queued: Queued) {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner).push_back(queued);
        self.arrived.notify_one();
    }

    /// Waits for the next run.
    pub(crate) async fn pop(&self) -> Queued {
        loop {
            if let Some(queued) = self.runs.lock().unwrap_or_else(PoisonError::into_inner).pop_front() {
                return queued;
            }
            self.arrived.notified().await;
        }
    }
}
