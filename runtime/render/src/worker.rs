//! The child: reads jobs from standard input, writes what they make to standard output, until its input ends.

use std::process::ExitCode;

/// The whole life of a child; the program calls it first thing, before it starts threads or opens files.
#[expect(clippy::todo, reason = "the interface comes first")]
pub fn worker_main() -> ExitCode {
    todo!()
}
