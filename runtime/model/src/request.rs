//! Requests: one ask to change a subscription.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Timestamp, words};

words! {
    /// What a request asks for.
    Verb {
        /// Make it real.
        Provision = "provision",
        /// Another plan or other values.
        Change = "change",
        /// Take it away.
        Deprovision = "deprovision",
        /// Switch off, keep.
        Suspend = "suspend",
        /// Switch on again.
        Resume = "resume",
        /// Compare with the world.
        Verify = "verify",
    }
}

/// One ask, with a snapshot of everything its run needs; later edits do not reach it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Identity.
    pub id: Uuid,
    /// The subscription.
    pub subscription_id: Uuid,
    /// What is asked.
    pub verb: Verb,
    /// Principal who asked.
    pub requested_by: String,
    /// When.
    pub requested_at: Timestamp,
    /// Why, in the asker's words.
    pub reason: Option<String>,
    /// Hash of the program its run executes.
    pub program_hash: String,
    /// The snapshot as the engine wrote it (JSON).
    pub snapshot: String,
}
