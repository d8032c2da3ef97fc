//! How many hosts there may be, how long they may take and where they live.

use std::{path::PathBuf, time::Duration};

/// How many hosts there may be and where they live.
#[derive(Clone, Debug)]
pub struct Config {
    /// The `pwsh` program.
    pub program: PathBuf,
    /// A folder of the server's own (`<data>/run/hosts`): host script, sockets, private home folders. Made when first needed.
    pub folder: PathBuf,
    /// Folders of modules that scripts may import, beside PowerShell's own.
    pub modules: Vec<PathBuf>,
    /// Most hosts at a time.
    pub hosts_max: usize,
    /// Most hosts at a time for one binding.
    pub hosts_per_binding: usize,
    /// Blank hosts kept ready once any script has run.
    pub blank: usize,
    /// A host is replaced after this many runs.
    pub runs_per_host: u32,
    /// A host that takes more bytes than this after a run is replaced.
    pub memory_max: u64,
    /// Most bytes of a host's managed heap.
    pub heap_max: u64,
    /// A host without work this long is ended.
    pub idle: Duration,
    /// How long a script may take to stop before its host is killed.
    pub grace: Duration,
    /// How long a host may take to become ready.
    pub start_timeout: Duration,
}

impl Config {
    /// The usual limits.
    pub fn new(program: PathBuf, folder: PathBuf) -> Self {
        Config {
            program,
            folder,
            modules: Vec::new(),
            hosts_max: 8,
            hosts_per_binding: 2,
            blank: 1,
            runs_per_host: 1_000,
            memory_max: 512 << 20,
            heap_max: 512 << 20,
            idle: Duration::from_secs(600),
            grace: Duration::from_secs(2),
            start_timeout: Duration::from_secs(30),
        }
    }
}
