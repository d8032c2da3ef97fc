//! Who has a run in hand at this moment: a worker that executes it, or a person's choice that is being written. Never both.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

/// The runs in hand.
#[derive(Default)]
pub(crate) struct Active(Mutex<Hands>);

#[derive(Default)]
struct Hands {
    runs: HashMap<i64, Arc<Control>>,
    /// Runs that a person changed: what stands in line about them may be out of date.
    changed: HashSet<i64>,
}

/// What reaches a worker while it executes a run.
pub(crate) struct Control {
    /// Becomes true when a person cancelled.
    cancel: watch::Sender<bool>,
    /// Becomes true when the run is out of hand again.
    free: watch::Sender<bool>,
}

/// A run in hand; dropping it lets go.
pub(crate) struct Held<'a> {
    active: &'a Active,
    key: i64,
    control: Arc<Control>,
}

impl Active {
    /// Takes a run in hand, or answers who has it.
    pub(crate) fn take(&self, key: i64) -> Result<Held<'_>, Arc<Control>> {
        let mut hands = self.lock();
        if let Some(control) = hands.runs.get(&key) {
            return Err(Arc::clone(control));
        }
        let control = Arc::new(Control { cancel: watch::Sender::new(false), free: watch::Sender::new(false) });
        hands.runs.insert(key, Arc::clone(&control));
        Ok(Held { active: self, key, control })
    }

    /// Takes a run in hand, waiting until it is free.
    pub(crate) async fn wait_for(&self, key: i64) -> Held<'_> {
        loop {
            match self.take(key) {
                Ok(held) => return held,
                Err(control) => control.freed().await,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Hands> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held<'_> {
    /// What reaches the holder.
    pub(crate) fn control(&self) -> &Arc<Control> {
        &self.control
    }

    /// Notes that a person changed the run.
    pub(crate) fn note_change(&self) {
        self.active.lock().changed.insert(self.key);
    }

    /// Whether a person changed the run since the last time this was asked.
    pub(crate) fn was_changed(&self) -> bool {
        self.active.lock().changed.remove(&self.key)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.active.lock().runs.remove(&self.key);
        self.control.free.send_replace(true);
    }
}

impl Control {
    /// Tells the holder that a person cancelled.
    pub(crate) fn cancel(&self) {
        self.cancel.send_replace(true);
    }

    /// Whether a person cancelled.
    pub(crate) fn is_cancelled(&self) -> bool {
        *self.cancel.borrow()
    }

    /// For scripts: becomes true when they must stop.
    pub(crate) fn stop(&self) -> watch::Receiver<bool> {
        self.cancel.subscribe()
    }

    /// Waits until the holder let go.
    pub(crate) async fn freed(&self) {
        // An error means that the sender is gone, and with it the holder.
        let _ = self.free.subscribe().wait_for(|free| *free).await;
    }
}
