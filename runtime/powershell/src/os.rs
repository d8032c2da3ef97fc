//! What differs between operating systems: process groups, descendants, files and sockets only the owner may touch.

use std::{
    collections::{HashMap, HashSet},
    env,
    ffi::OsString,
    fs, io,
    os::unix::{
        fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// Variables of the server's environment that its children see; all others stay with the server.
const ALLOWED: &[&str] = &[
    "PATH",
    "LANG",
    "LC_ALL",
    "TZ",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT",
];

/// The variable by which the descendants of a host are found, also those that left its process group.
pub(crate) const MARK: &str = "STOA_HOST";

/// The part of the server's environment that children may see.
pub(crate) fn environment() -> impl Iterator<Item = (OsString, OsString)> {
    ALLOWED.iter().filter_map(|name| env::var_os(name).map(|value| (OsString::from(name), value)))
}

/// Makes the child the leader of a process group of its own.
pub(crate) fn own_group(command: &mut Command) {
    command.process_group(0);
}

/// Kills a process group.
pub(crate) fn kill_group(leader: u32) {
    if let Some(pid) = pid(leader) {
        // It may be gone already.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

/// Kills a host, its process group and everything it started, however far that went. Without a leader, because it was waited for and its
/// number may be another's, what bears the mark.
pub(crate) fn kill_tree(leader: Option<u32>, mark: &str) {
    // Stopped first, so that nothing is started while the rest is looked for.
    if let Some(pid) = leader.and_then(pid) {
        let _ = kill_process_group(pid, Signal::STOP);
    }
    let found = descendants(leader, mark);
    if let Some(leader) = leader {
        kill_group(leader);
    }
    for process in found {
        if let Some(pid) = pid(process) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// The processes below `leader`, by parents and by the mark in their environment.
fn descendants(leader: Option<u32>, mark: &str) -> HashSet<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut found = HashSet::new();
    let marked = format!("{MARK}={mark}");
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = process.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        if let Some(parent) = parent(&process.path()) {
            children.entry(parent).or_default().push(id);
        }
        let environment = fs::read(process.path().join("environ")).unwrap_or_default();
        if environment.split(|byte| *byte == 0).any(|variable| variable == marked.as_bytes()) {
            found.insert(id);
        }
    }
    let mut open = Vec::from_iter(leader);
    while let Some(id) = open.pop() {
        for child in children.remove(&id).unwrap_or_default() {
            found.insert(child);
            open.push(child);
        }
    }
    found
}

/// The parent, from `stat`: the second field after the name, which may itself hold spaces and brackets.
fn parent(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn pid(id: u32) -> Option<Pid> {
    i32::try_from(id).ok().and_then(Pid::from_raw)
}

/// Makes a folder that only its owner may enter.
pub(crate) fn private_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

/// Lets only the owner use the socket at `path`.
pub(crate) fn private_socket(path: &Path) -> io::Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))
}

/// Writes a file that nobody may change.
pub(crate) fn write_read_only(path: &Path, text: &str) -> io::Result<()> {
    if fs::read(path).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(());
    }
    let fresh = path.with_extension("new");
    let _ = fs::remove_file(&fresh);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o400).open(&fresh)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    fs::rename(&fresh, path)
}

/// Whether a path is short enough for a socket's address.
pub(crate) fn fits_socket(path: &Path) -> bool {
    path.as_os_str().len() <= 100
}

/// Resident memory of a process in bytes, or 0 if it is gone.
pub(crate) fn resident(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) * 1024
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader},
        process::Stdio,
    };

    use super::*;

    fn is_running(process: u32) -> bool {
        fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }

    #[test]
    fn a_descendant_that_left_the_group_and_lost_its_parent_is_killed_too() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "setsid sh -c 'echo $$; exec sleep 100' & wait"]).env(MARK, "test-mark-1").stdout(Stdio::piped());
        own_group(&mut command);
        let mut leader = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(leader.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let far: u32 = line.trim().parse().unwrap();
        assert!(is_running(far));
        kill_tree(Some(leader.id()), "test-mark-1");
        leader.wait().unwrap();
        while is_running(far) {
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_read_only_file_is_replaced_only_when_it_differs() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ps1");
        for text in ["one", "one", "two"] {
            write_read_only(&path, text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o400);
        }
    }
}
