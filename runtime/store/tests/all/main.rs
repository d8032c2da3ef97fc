//! The store as its callers see it, in one binary.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod crash;
mod driver;
mod runs;
mod tables;
mod world;
