//! Finds the PowerShell program.

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::os;

/// A PowerShell that hosts can be made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Absolute path of the program.
    pub path: PathBuf,
    /// What it calls itself: `7.6.0`.
    pub version: String,
}

/// No PowerShell that will do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("PowerShell 7.4 or later was not found (looked at: {})", looked.join(", "))]
pub struct Missing {
    /// The places looked at, each with why it will not do if something was there.
    pub looked: Vec<String>,
}

/// Where packages and archives put it.
const USUAL_PLACES: &[&str] =
    &["/usr/bin/pwsh", "/usr/local/bin/pwsh", "/opt/microsoft/powershell/7/pwsh", "/snap/bin/pwsh", "/opt/homebrew/bin/pwsh"];

/// How long a program may take to say its version.
const VERSION_TIMEOUT: Duration = Duration::from_secs(20);

/// Finds PowerShell: the `configured` program and nothing else if there is one; otherwise the variable `STOA_PWSH` likewise, then `PATH`,
/// then the usual places. Starts the candidate once to ask its version, so call it where blocking is allowed.
pub fn find(configured: Option<&Path>) -> Result<Found, Missing> {
    let named = env::var_os("STOA_PWSH").filter(|named| !named.is_empty()).map(PathBuf::from);
    let mut looked = Vec::new();
    if let Some(path) = configured {
        return try_program(path, "configured", &mut looked).ok_or(Missing { looked });
    }
    if let Some(path) = named {
        return try_program(&path, "STOA_PWSH", &mut looked).ok_or(Missing { looked });
    }
    match which::which("pwsh") {
        Ok(path) => {
            if let Some(found) = try_program(&path, "PATH", &mut looked) {
                return Ok(found);
            }
        }
        Err(_) => looked.push("PATH".to_owned()),
    }
    let found = USUAL_PLACES.iter().find_map(|place| try_program(Path::new(place), "", &mut looked));
    found.ok_or(Missing { looked })
}

fn try_program(path: &Path, how: &str, looked: &mut Vec<String>) -> Option<Found> {
    let shown = if how.is_empty() { path.display().to_string() } else { format!("{how}: {}", path.display()) };
    let Ok(absolute) = std::path::absolute(path).and_then(|path| path.metadata().map(|data| (path, data.is_file()))) else {
        looked.push(shown);
        return None;
    };
    let reason = match absolute {
        (_, false) => "not a file".to_owned(),
        (path, true) => match version(&path) {
            Ok(version) if is_recent(&version) => return Some(Found { path, version }),
            Ok(version) => format!("{version} is older than 7.4"),
            Err(reason) => reason,
        },
    };
    looked.push(format!("{shown} ({reason})"));
    None
}

/// What `pwsh -Version` prints after `PowerShell `.
fn version(program: &Path) -> Result<String, String> {
    let environment = os::environment().chain([("NO_COLOR".into(), "1".into()), ("POWERSHELL_TELEMETRY_OPTOUT".into(), "1".into())]);
    let child = duct::cmd!(program, "-Version")
        .full_env(environment)
        .stdin_null()
        .stderr_null()
        .stdout_capture()
        .unchecked()
        .before_spawn(|command| {
            os::own_group(command);
            Ok(())
        })
        .start()
        .map_err(|error| error.to_string())?;
    let output = match child.wait_timeout(VERSION_TIMEOUT) {
        Ok(Some(output)) => output,
        Ok(None) => {
            child.pids().into_iter().for_each(os::kill_group);
            return Err("it did not say its version in time".to_owned());
        }
        Err(error) => return Err(error.to_string()),
    };
    let printed = String::from_utf8_lossy(&output.stdout);
    match printed.trim().strip_prefix("PowerShell ") {
        Some(version) => Ok(version.to_owned()),
        None => Err("it is not PowerShell".to_owned()),
    }
}

fn is_recent(version: &str) -> bool {
    let mut numbers = version.split(['.', '-']).map(|part| part.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (7, 4)
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    fn program(folder: &Path, prints: &str) -> PathBuf {
        let path = folder.join("pwsh");
        fs::write(&path, format!("#!/bin/sh\necho '{prints}'\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn check(prints: &str, expected: Result<&str, &str>) {
        let folder = tempfile::tempdir().unwrap();
        let path = program(folder.path(), prints);
        match (find(Some(&path)), expected) {
            (Ok(found), Ok(version)) => assert_eq!((found.path, found.version.as_str()), (path, version)),
            (Err(missing), Err(reason)) => assert!(missing.to_string().contains(reason), "{missing}"),
            (found, _) => panic!("{prints}: {found:?}"),
        }
    }

    #[test]
    fn a_configured_program_is_asked_for_its_version() {
        check("PowerShell 7.6.0", Ok("7.6.0"));
        check("PowerShell 7.5.0-preview.2", Ok("7.5.0-preview.2"));
        check("PowerShell 7.2.18", Err("7.2.18 is older than 7.4"));
        check("bash 5.2", Err("it is not PowerShell"));
    }

    #[test]
    fn a_configured_program_that_is_missing_is_the_only_place_looked_at() {
        let missing = find(Some(Path::new("/nowhere/pwsh"))).unwrap_err();
        assert_eq!(missing.looked, ["configured: /nowhere/pwsh"]);
    }
}
