//! The heart of the server: one beat a second that only wakes the engine, and fixed housekeeping.
//!
//! The scheduler's own bursts and catching up do not matter here: what is due is found by looking at the time, not by counting beats.

use std::time::Duration;

use anyhow::Context;
use model::Timestamp;
use store::{Batch, Store};
use tokio_cron_scheduler::{Job, JobScheduler};

use crate::logging::Losses;

const BEAT: &str = "* * * * * *";
const HOUSEKEEPING: &str = "17 * * * * *";
/// How long answers are kept for repeated requests.
const ANSWERS_KEPT: Duration = Duration::from_secs(24 * 3600);
/// How long a program that nothing uses is kept.
const PROGRAMS_KEPT: Duration = Duration::from_secs(3600);

/// The beating heart; dropped or stopped, it beats no more.
pub(crate) struct Heart(JobScheduler);

impl Heart {
    /// Starts to beat.
    pub(crate) async fn start(engine: engine::Handle, losses: Losses) -> anyhow::Result<Heart> {
        let scheduler = JobScheduler::new().await.context("failed to make the scheduler")?;
        let beat = engine.clone();
        let beat = Job::new_async(BEAT, move |_, _| {
            beat.tick();
            Box::pin(async {})
        });
        scheduler.add(beat.context("failed to make the heartbeat")?).await.context("failed to add the heartbeat")?;
        let store = engine.store().clone();
        let house = Job::new_async(HOUSEKEEPING, move |_, _| Box::pin(keep_house(store.clone(), losses.clone())));
        scheduler.add(house.context("failed to make the housekeeping")?).await.context("failed to add the housekeeping")?;
        scheduler.start().await.context("failed to start the scheduler")?;
        Ok(Heart(scheduler))
    }

    /// Beats no more.
    pub(crate) async fn stop(mut self) {
        if let Err(error) = self.0.shutdown().await {
            tracing::warn!(%error, "the heartbeat did not stop");
        }
    }
}

async fn keep_house(store: Store, losses: Losses) {
    let now = store.now();
    let old = Batch::new()
        .with(store::idempotency::prune(before(now, ANSWERS_KEPT)))
        .with_all(store::programs::prune(before(now, PROGRAMS_KEPT)));
    if let Err(error) = store.write(old).await {
        tracing::warn!(%error, "housekeeping failed; it is tried again in a minute");
    }
    if losses.count() > 0 {
        tracing::warn!(lines = losses.count(), "lines were lost on the way to the log file since the server started");
    }
}

fn before(now: Timestamp, kept: Duration) -> Timestamp {
    Timestamp(now.0.saturating_sub(i64::try_from(kept.as_micros()).unwrap_or(i64::MAX)))
}
