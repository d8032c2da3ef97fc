//! A clock that stands still until it is moved.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use model::{Clock, Timestamp};

/// A clock that stands still until it is moved. A clone is the same clock.
#[derive(Clone)]
pub struct FakeClock(Arc<AtomicI64>);

impl FakeClock {
    /// A clock that stands at noon of 24 November 2026, UTC.
    #[expect(clippy::new_without_default, reason = "a clock has a time, and a default would hide which")]
    pub fn new() -> Self {
        FakeClock(Arc::new(AtomicI64::new(1_795_521_600_000_000)))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).expect("a test moves the clock by less than an age"), Ordering::SeqCst);
    }

    /// As rooms take it.
    pub fn clock(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}
