//! Programs, runs and steps: the one door by which a run changes.
//!
//! It compiles processes into programs, takes in asks, executes their rules with one durable record a step, takes back what failed and completes
//! what succeeded. It knows nothing of HTTP routes or of configuration files, and SQL stays in `store`.

mod ask;
mod handle;

pub use ask::{Accepted, Ask, Decision, IdempotencyKey, Principal, RunDetails};
pub use handle::Handle;
