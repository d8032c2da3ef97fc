//! Every test that crosses rooms or needs a peer: the real program, real PowerShell, real processes killed.
//!
//! One binary, so that fixtures are built once. A test that needs a missing peer is listed as ignored with its reason; `STOA_REQUIRE=pwsh` makes it fail instead.

use std::process::ExitCode;

#[path = "all/conventions.rs"]
mod conventions;
#[path = "all/peers.rs"]
mod peers;
#[path = "all/powershell.rs"]
mod powershell;

fn main() -> ExitCode {
    let arguments = libtest_mimic::Arguments::from_args();
    let trials = [conventions::trials(), powershell::trials()];
    libtest_mimic::run(&arguments, trials.into_iter().flatten().collect()).exit_code()
}
