//! File actions on a real disk.
#![expect(clippy::unwrap_used, reason = "what a test cannot go on without may end it")]

mod disk;
mod every_state;
mod killed;
mod refusals;
mod scenes;
