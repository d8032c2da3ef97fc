//! From an ask to a decision: is it possible, with which values. What is wrong is gathered, so that a caller can mend all of it at once.

use std::sync::Arc;

use model::{Problem, Subscription};

use crate::{Ask, Principal, Program, Programs, Snapshot};

/// An ask that may be taken in, with everything its batch needs.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The program its run will execute.
    pub program: Arc<Program>,
    /// Everything it was decided on; `keep` holds the values to keep when the run completes.
    pub snapshot: Snapshot,
    /// The subscription as it is, or as a provision makes it: `pending`.
    pub subscription: Subscription,
    /// Whether the batch must insert the subscription.
    pub is_new: bool,
}

/// Decides `ask`, asked by `by`. Writes nothing.
///
/// # Errors
/// A problem that says everything that is wrong (`errors`) and the next step.
#[expect(clippy::todo, reason = "the interface lands before its body")]
pub async fn prepare(_programs: &Programs, _ask: &Ask, _by: &Principal) -> Result<Prepared, Problem> {
    todo!()
}
