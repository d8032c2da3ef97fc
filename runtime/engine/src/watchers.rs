//! Those who wait for a run to change. Nothing is polled, and who watches before it reads the store misses nothing.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use model::Run;
use tokio::sync::watch;
use uuid::Uuid;

/// A channel for each run that somebody watches.
#[derive(Default)]
pub(crate) struct Watchers(Mutex<HashMap<Uuid, watch::Sender<Option<Run>>>>);

impl Watchers {
    /// Watches a run from now on; the first value is none until it changes.
    pub(crate) fn watch(&self, run: Uuid) -> watch::Receiver<Option<Run>> {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.entry(run).or_insert_with(|| watch::Sender::new(None)).subscribe()
    }

    /// Tells those who watch the run what it is now.
    pub(crate) fn tell(&self, run: &Run) {
        let mut runs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = runs.get(&run.id) else { return };
        let watched = sender.receiver_count() > 0;
        sender.send_replace(Some(run.clone()));
        if !watched || !run.state.is_active() {
            runs.remove(&run.id);
        }
    }
}
