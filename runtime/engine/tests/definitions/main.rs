//! Definitions become programs, values are found, asks are decided: everything the engine does before a run begins.

mod compiling;
mod deciding;
mod editing;
mod importing;
mod mapping;
mod resolving;
mod snapshots;
mod world;
