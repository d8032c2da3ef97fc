//! Steps: one rule's execution inside a run.

use serde::{Deserialize, Serialize};

use crate::{Effect, Object, Problem, Timestamp, Value, words};

words! {
    /// A phase of a process.
    Phase {
        /// Enrich.
        Pre = "Pre",
        /// Act.
        Main = "Main",
        /// Store results.
        Post = "Post",
    }
}

words! {
    /// A place inside a phase: overlays own Before and After, the package owns Main.
    PlaceInPhase {
        /// An overlay's, before the package's.
        Before = "Before",
        /// The package's.
        Main = "Main",
        /// An overlay's, after the package's.
        After = "After",
    }
}

words! {
    /// What a failed step does to its run.
    OnError {
        /// Take back what was done.
        Undo = "Undo",
        /// Go on; the run ends partly succeeded.
        Continue = "Continue",
        /// A person chooses.
        Attention = "Attention",
    }
}

words! {
    /// State of a step. The step table is append-only: the latest row of a (seq, item) is its state.
    StepState {
        /// Not reached yet.
        Pending = "pending",
        /// For-each items are recorded.
        Expanded = "expanded",
        /// Its condition was false.
        Skipped = "skipped",
        /// A `Once` action is about to run, or runs.
        Running = "running",
        /// Waits (retry, approval ...).
        Waiting = "waiting",
        /// Done.
        Succeeded = "succeeded",
        /// Failed.
        Failed = "failed",
        /// Nobody can tell whether it happened.
        Unknown = "unknown",
        /// Being taken back.
        Undoing = "undoing",
        /// Taken back.
        Undone = "undone",
        /// Could not be taken back.
        UndoFailed = "undo_failed",
    }
}

/// Why a rule ran or did not: its condition, what it answered, what it read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct When {
    /// The condition as written.
    pub text: String,
    /// Its value.
    pub value: Value,
    /// Names it read, with their values (`Plan.StorageTB` ...).
    pub reads: Object,
}

/// The undo of a done step, evaluated when the step was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordedUndo {
    /// The action that takes it back.
    pub action: String,
    /// Its parameters.
    pub parameters: Object,
    /// Runs also after an unclear end; accepts "not there".
    pub always: bool,
}

/// One row of the step table: what became of one rule, once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// Place of the rule in the program, from 1.
    pub seq: u32,
    /// For-each item, from 0.
    pub item: Option<u32>,
    /// Attempt, from 1.
    pub attempt: u32,
    /// The rule.
    pub rule: String,
    /// Phase of the rule.
    pub phase: Phase,
    /// Place of the rule in its phase.
    pub place: PlaceInPhase,
    /// The action.
    pub action: String,
    /// Effect class in force.
    pub effect: Effect,
    /// State after this record.
    pub state: StepState,
    /// Its condition, if it has one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub when: Option<When>,
    /// Parameters as given to the action (names of secrets, never values).
    #[serde(skip_serializing_if = "Object::is_empty", default)]
    pub parameters: Object,
    /// Outputs for later rules, after the rule's `Out`.
    #[serde(skip_serializing_if = "Object::is_empty", default)]
    pub outputs: Object,
    /// Results that go into properties when the run completes.
    #[serde(skip_serializing_if = "Object::is_empty", default)]
    pub results: Object,
    /// How to take it back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub undo: Option<RecordedUndo>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<Problem>,
}
