//! The door of the engine for everyone above it: a cheap clone that hides how runs are stored and executed.

use model::{Problem, Run};
use uuid::Uuid;

use crate::{Accepted, Ask, Decision, IdempotencyKey, Principal, RunDetails};

/// What the API, the demo and the bench drive the engine with.
#[derive(Clone)]
pub struct Handle {}

#[expect(clippy::todo, reason = "the bodies follow")]
impl Handle {
    /// Takes in one ask: subscription, request with its snapshot, run, event, audit row and idempotency row in one batch, durable when this returns.
    pub async fn accept(&self, ask: Ask, by: &Principal, key: Option<IdempotencyKey>) -> Result<Accepted, Problem> {
        let _ = (ask, by, key);
        todo!()
    }

    /// Cancels a run that is active: one nobody claimed ends at once, any other takes back what it did. Answers the run as it is then.
    pub async fn cancel(&self, run: Uuid, by: &Principal) -> Result<Run, Problem> {
        let _ = (run, by);
        todo!()
    }

    /// What a person chose for a run in `attention` or `undo_failed`, with the reason that goes on record.
    pub async fn decide(&self, run: Uuid, decision: Decision, reason: &str, by: &Principal) -> Result<Run, Problem> {
        let _ = (run, decision, reason, by);
        todo!()
    }

    /// Takes a finished run back; only the latest of its subscription.
    pub async fn undo(&self, run: Uuid, by: &Principal) -> Result<Run, Problem> {
        let _ = (run, by);
        todo!()
    }

    /// The run and the latest record of each of its steps.
    pub async fn run_details(&self, run: Uuid) -> Result<RunDetails, Problem> {
        let _ = run;
        todo!()
    }

    /// Waits until the run has ended. Nothing is polled.
    pub async fn wait_ended(&self, run: Uuid) -> Result<Run, Problem> {
        let _ = run;
        todo!()
    }

    /// Waits until the run has ended or cannot go on by itself: it waits, or a person must choose.
    pub async fn wait_settled(&self, run: Uuid) -> Result<Run, Problem> {
        let _ = run;
        todo!()
    }

    /// The program's heartbeat: wakes runs whose time has come.
    pub fn tick(&self) {
        todo!()
    }
}
