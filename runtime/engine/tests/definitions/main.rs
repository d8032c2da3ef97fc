//! Definitions become programs, values are found, asks are decided: everything the engine does before a run begins.
#![expect(clippy::unwrap_used, reason = "in a test whatever fails should panic")]

mod compiling;
mod deciding;
mod editing;
mod importing;
mod mapping;
mod resolving;
mod snapshots;
mod starters;
mod world;
