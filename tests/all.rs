//! Every test that crosses rooms or needs a peer: the real program, real PowerShell, real processes killed.
//!
//! One binary, so that fixtures are built once. A test that needs a missing peer is listed as ignored with its reason; `STOA_REQUIRE=pwsh` makes it fail instead.

use std::process::ExitCode;

#[path = "all/check.rs"]
mod check;
#[path = "all/cli.rs"]
mod cli;
#[path = "all/conventions.rs"]
mod conventions;
#[path = "all/demo.rs"]
mod demo;
#[path = "all/kill.rs"]
mod kill;
#[path = "all/language.rs"]
mod language;
#[path = "all/peers.rs"]
mod peers;
#[path = "all/powershell.rs"]
mod powershell;
#[path = "all/server.rs"]
mod server;
#[path = "all/vault.rs"]
mod vault;

fn main() -> ExitCode {
    rustls::crypto::ring::default_provider().install_default().expect("nothing of the tests installs another provider");
    let arguments = libtest_mimic::Arguments::from_args();
    let trials = [
        check::trials(),
        cli::trials(),
        conventions::trials(),
        demo::trials(),
        kill::trials(),
        language::trials(),
        powershell::trials(),
        vault::trials(),
    ];
    libtest_mimic::run(&arguments, trials.into_iter().flatten().collect()).exit_code()
}
