//! Runs and the one table by which their state changes.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{OnError, Timestamp, Verb, words};

words! {
    /// State of a run. The first five are active, the others ended.
    RunState {
        /// Accepted, not claimed.
        Queued = "queued",
        /// A worker executes it.
        Running = "running",
        /// Waits without an owner; a `wait` row says for what.
        Waiting = "waiting",
        /// A person must choose: retry, skip or fail.
        Attention = "attention",
        /// Done steps are taken back.
        Undoing = "undoing",
        /// Everything required succeeded.
        Succeeded = "succeeded",
        /// A step that may fail did, all others succeeded.
        PartlySucceeded = "partly_succeeded",
        /// Failed before anything was done.
        Failed = "failed",
        /// Failed; what was done is taken back.
        Undone = "undone",
        /// Failed, and something could not be taken back.
        UndoFailed = "undo_failed",
        /// Cancelled; what was done is taken back.
        Cancelled = "cancelled",
    }
}

/// What happens to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunEvent {
    /// A worker takes it.
    Claim,
    /// It must wait.
    Wait,
    /// What it waited for came.
    Wake,
    /// Every rule is done; `partly` if a step that may fail did.
    AllDone {
        /// A step with `OnError = 'Continue'` failed.
        partly: bool,
    },
    /// A step failed for good.
    StepFailed {
        /// The rule's policy, `Undo` or `Attention`.
        policy: OnError,
        /// Whether there is anything to take back.
        anything_done: bool,
    },
    /// A step ended so that nobody can tell whether it happened.
    StepUnknown,
    /// A person says: run the step again.
    Retry,
    /// A person says: go on without the step.
    Skip,
    /// A person says: take everything back.
    Fail,
    /// Every done step is taken back; `cancelled` if a person had cancelled.
    UndoDone {
        /// A person had cancelled.
        cancelled: bool,
    },
    /// An undo failed.
    UndoFailed,
    /// A person cancels.
    Cancel,
    /// A person takes a finished run back.
    Undo,
}

/// A state and an event that do not go together. Nothing changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a {noun} that is {state} cannot take `{event}`")]
pub struct Illegal {
    /// What has the state.
    pub noun: &'static str,
    /// Its state.
    pub state: &'static str,
    /// The event.
    pub event: String,
}

impl RunState {
    /// Whether it has not ended.
    pub fn is_active(self) -> bool {
        matches!(self, RunState::Queued | RunState::Running | RunState::Waiting | RunState::Attention | RunState::Undoing)
    }

    /// Whether it completed, so that it is billed and its results count.
    pub fn is_success(self) -> bool {
        matches!(self, RunState::Succeeded | RunState::PartlySucceeded)
    }

    /// The one table by which a run's state changes.
    pub fn on(self, event: RunEvent) -> Result<RunState, Illegal> {
        use RunEvent as E;
        use RunState as S;
        Ok(match (self, event) {
            (S::Queued, E::Claim) => S::Running,
            (S::Running, E::Wait) => S::Waiting,
            (S::Waiting, E::Wake) => S::Queued,
            (S::Running, E::AllDone { partly: false }) => S::Succeeded,
            (S::Running, E::AllDone { partly: true }) => S::PartlySucceeded,
            (S::Running, E::StepFailed { policy: OnError::Undo, anything_done: true }) => S::Undoing,
            (S::Running, E::StepFailed { policy: OnError::Undo, anything_done: false }) => S::Failed,
            (S::Running, E::StepFailed { policy: OnError::Attention, .. } | E::StepUnknown) => S::Attention,
            (S::Attention, E::Retry | E::Skip) => S::Queued,
            (S::Attention, E::Fail) => S::Undoing,
            (S::Undoing, E::UndoDone { cancelled: false }) => S::Undone,
            (S::Undoing, E::UndoDone { cancelled: true }) => S::Cancelled,
            (S::Undoing, E::UndoFailed) => S::UndoFailed,
            (S::UndoFailed, E::Retry) => S::Undoing,
            (S::Queued, E::Cancel) => S::Cancelled,
            (S::Running | S::Waiting | S::Attention, E::Cancel) => S::Undoing,
            (S::Succeeded | S::PartlySucceeded, E::Undo) => S::Undoing,
            (state, event) => return Err(Illegal { noun: "run", state: state.as_str(), event: format!("{event:?}") }),
        })
    }
}

/// One execution of a process for a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The store's key: small, in order of acceptance.
    pub key: i64,
    /// Public identity.
    pub id: Uuid,
    /// Its request.
    pub request_id: Uuid,
    /// Its subscription.
    pub subscription_id: Uuid,
    /// The verb.
    pub verb: Verb,
    /// Service name.
    pub service: String,
    /// Service version.
    pub service_version: String,
    /// Plan name the request asks for.
    pub plan: Option<String>,
    /// Name of the customer.
    pub tenant: String,
    /// Name of the user.
    pub user: Option<String>,
    /// Instance name; empty for `Single`.
    pub instance: String,
    /// State.
    pub state: RunState,
    /// Why it is in this state, in a sentence.
    pub reason: Option<String>,
    /// Fence: each owner has a higher one.
    pub epoch: i64,
    /// Worker that owns it while it runs.
    pub owner: Option<i64>,
    /// A person cancelled it.
    pub cancelled: bool,
    /// Hash of its program.
    pub program_hash: String,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it was first claimed.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// When its last record was committed; what `$Now` is.
    pub recorded_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_run_takes_only_retry_and_undo() {
        let events = [
            RunEvent::Claim,
            RunEvent::Wait,
            RunEvent::Wake,
            RunEvent::AllDone { partly: false },
            RunEvent::StepUnknown,
            RunEvent::Retry,
            RunEvent::Skip,
            RunEvent::Fail,
            RunEvent::UndoDone { cancelled: false },
            RunEvent::UndoFailed,
            RunEvent::Cancel,
            RunEvent::Undo,
        ];
        for state in RunState::ALL.iter().filter(|state| !state.is_active()) {
            for event in events {
                let legal = matches!(
                    (state, event),
                    (RunState::UndoFailed, RunEvent::Retry) | (RunState::Succeeded | RunState::PartlySucceeded, RunEvent::Undo)
                );
                assert_eq!(state.on(event).is_ok(), legal, "{state} {event:?}");
            }
        }
    }

    #[test]
    fn continue_never_ends_a_run_by_itself() {
        assert!(RunState::Running.on(RunEvent::StepFailed { policy: OnError::Continue, anything_done: true }).is_err());
    }
}
