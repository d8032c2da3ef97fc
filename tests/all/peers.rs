//! The programs that tests need beside Stoa, and what happens to a test whose peer is missing.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libtest_mimic::{Failed, Trial};

/// The PowerShell that tests run, or why there is none.
static PWSH: LazyLock<Result<PathBuf, String>> = LazyLock::new(find_pwsh);

/// The root of the checkout.
pub fn checkout() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The PowerShell that tests run, if there is one.
pub fn pwsh() -> Option<&'static Path> {
    PWSH.as_deref().ok()
}

/// A test that needs no peer.
pub fn test(name: &str, run: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
    Trial::test(name, run)
}

/// A test that needs PowerShell; it is given the program. Ignored with its reason where there is none, failed where `STOA_REQUIRE` names `pwsh`.
pub fn test_with_pwsh(name: &str, run: impl FnOnce(&Path) -> Result<(), Failed> + Send + 'static) -> Trial {
    match PWSH.as_ref() {
        Ok(program) => Trial::test(name, move || run(program)),
        Err(reason) if is_required("pwsh") => Trial::test(name, move || Err(format!("STOA_REQUIRE names pwsh: {reason}").into())),
        Err(_) => Trial::test(name, || Ok(())).with_kind("no PowerShell found").with_ignored_flag(true),
    }
}

fn is_required(peer: &str) -> bool {
    std::env::var("STOA_REQUIRE").is_ok_and(|peers| peers.split(',').any(|name| name.trim() == peer))
}

/// `STOA_PWSH`, PATH, then the engine for tests that may lie beside the checkout.
fn find_pwsh() -> Result<PathBuf, String> {
    if let Some(named) = std::env::var_os("STOA_PWSH").filter(|named| !named.is_empty()) {
        let named = PathBuf::from(named);
        return if named.is_file() { Ok(named) } else { Err(format!("STOA_PWSH names {}, which is not there", named.display())) };
    }
    let beside = checkout().join("../shared/pwsh/pwsh");
    which::which("pwsh").or_else(|_| beside.canonicalize()).map_err(|_| "no pwsh on PATH and none beside the checkout".to_owned())
}
