//! Those who wait for a run to change. Nothing is polled, and who watches before it reads the store misses nothing.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use model::{Run, RunState};
use tokio::sync::watch;
use uuid::Uuid;

/// A channel for each run that somebody watches or that this server took in and has not ended.
#[derive(Default)]
pub(crate) struct Watchers(Mutex<HashMap<Uuid, watch::Sender<Option<Run>>>>);

impl Watchers {
    /// Keeps what is known of a run that was just taken in, so that who waits for it need not ask the store.
    pub(crate) fn keep(&self, run: &Run) {
        self.lock().insert(run.id, watch::Sender::new(Some(run.clone())));
    }

    /// Watches a run from now on; the first value is what is known of it, if anything is.
    pub(crate) fn watch(&self, run: Uuid) -> watch::Receiver<Option<Run>> {
        self.lock().entry(run).or_insert_with(|| watch::Sender::new(None)).subscribe()
    }

    /// Tells those who watch the run what it is now.
    pub(crate) fn tell(&self, run: &Run) {
        let mut runs = self.lock();
        let Some(sender) = runs.get(&run.id) else { return };
        sender.send_replace(Some(run.clone()));
        // What does not go on by itself would be kept for nobody.
        let rests = !run.state.is_active() || matches!(run.state, RunState::Waiting | RunState::Attention);
        if !run.state.is_active() || rests && sender.receiver_count() == 0 {
            runs.remove(&run.id);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, watch::Sender<Option<Run>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
