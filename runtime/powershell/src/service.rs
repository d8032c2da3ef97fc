//! The room's door: configuration, the service that owns all hosts, and the handle that others hold.

use std::{path::PathBuf, time::Duration};

use tokio::sync::watch;

use crate::{Call, End};

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
            idle: Duration::from_secs(600),
            grace: Duration::from_secs(2),
            start_timeout: Duration::from_secs(30),
        }
    }
}

/// Owns all hosts. Ends them when told to shut down.
pub struct Service {}

/// Runs scripts. Cheap to clone; no host is started before the first run.
#[derive(Clone)]
pub struct Handle {}

impl Service {
    /// The service and the handle to it.
    pub fn new(config: Config) -> (Service, Handle) {
        let _ = config;
        todo!()
    }

    /// Keeps house until `shutdown` becomes true (or its sender is gone), then kills all hosts and waits until they are gone.
    pub async fn run(self, shutdown: watch::Receiver<bool>) {
        let _ = shutdown;
        todo!()
    }
}

impl Handle {
    /// Runs one script to its end, waiting for a host if all are busy. It always ends: by itself, by time-out, by `call.stop`, or by
    /// shutdown.
    pub async fn run(&self, call: Call) -> End {
        let _ = call;
        todo!()
    }

    /// Starts a blank host in the background if there is none, so that the first run need not wait for it.
    pub fn warm(&self) {
        todo!()
    }
}
