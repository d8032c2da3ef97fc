//! What a server does first with what an earlier one left: each run gets a higher epoch and goes on from its last record.

use model::{Run, RunState, Timestamp};
use store::{runs, waits};

use crate::{
    engine::Engine,
    queue::{From, Queued},
};

/// How many runs are read at a time.
const PAGE: u32 = 10_000;

impl Engine {
    /// Takes over every run that has not ended. One server has the store, so whoever had them is gone.
    pub(crate) async fn take_over(&self) -> Result<(), store::Error> {
        let owned = runs::take_over(&self.store, self.worker).await?;
        let free = runs::claimable(&self.store, PAGE).await?;
        let waiting =
            runs::list(&self.store, &runs::Filter { state: Some(RunState::Waiting), limit: Some(PAGE), ..runs::Filter::default() }).await?;
        tracing::info!(owned = owned.len(), queued = free.len(), waiting = waiting.len(), "took over what an earlier server left");
        for run in owned.into_iter().chain(free) {
            self.queue.push(Queued { run, from: From::TakenOver });
        }
        for run in waiting {
            self.take_over_wait(&run).await?;
        }
        Ok(())
    }

    async fn take_over_wait(&self, run: &Run) -> Result<(), store::Error> {
        let wait = waits::of_run(&self.store, run.key).await?;
        let until = match &wait {
            Some(wait) if wait.until.is_some() => wait.until,
            // Whether there is a PowerShell now shows when it is tried.
            _ if self.powershell.is_some() || wait.is_none() => Some(Timestamp(0)),
            _ => None,
        };
        if let Some(until) = until {
            self.waker.add(until, run.key);
        }
        Ok(())
    }
}
