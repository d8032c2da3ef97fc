//! The room's door: the service that owns all hosts, and the handle that others hold.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use model::{Failure, Object};
use tokio::sync::{Notify, oneshot, watch};

use crate::{
    Binding, Call, Config, End, Ended,
    host::{self, Host},
    os,
    pool::{Grant, Limits, Pool},
    run::{self, Fate},
};

/// Runs of the warming script in a new blank host.
const WARM_RUNS: u32 = 8;

/// A host without work, and since when.
struct Idle {
    host: Host,
    since: Instant,
}

struct Shared {
    config: Config,
    pool: Mutex<Pool<Idle>>,
    /// Processes of hosts at work or being started, so that a shutdown can kill them.
    busy: Mutex<HashMap<u32, String>>,
    /// Whether the program is written.
    prepared: Mutex<bool>,
    /// Something changed for who waits for the last host to be gone.
    changed: Notify,
}

/// Owns all hosts. Ends them when told to shut down.
pub struct Service {
    shared: Arc<Shared>,
}

/// Runs scripts. Cheap to clone; no host is started before the first run.
#[derive(Clone)]
pub struct Handle {
    shared: Arc<Shared>,
}

impl Service {
    /// The service and the handle to it.
    pub fn new(config: Config) -> (Service, Handle) {
        let limits = Limits { hosts: config.hosts_max.max(1), per_binding: config.hosts_per_binding.max(1), blank: config.blank };
        let shared = Arc::new(Shared {
            config,
            pool: Mutex::new(Pool::new(limits)),
            busy: Mutex::new(HashMap::new()),
            prepared: Mutex::new(false),
            changed: Notify::new(),
        });
        (Service { shared: shared.clone() }, Handle { shared })
    }

    /// Keeps house until `shutdown` becomes true (or its sender is gone), then kills all hosts and waits until they are gone.
    pub async fn run(self, mut shutdown: watch::Receiver<bool>) {
        let shared = &self.shared;
        let mut sweep = tokio::time::interval((shared.config.idle / 4).max(Duration::from_secs(1)));
        loop {
            tokio::select! {
                _ = shutdown.wait_for(|down| *down) => break,
                _ = sweep.tick() => {
                    let stale = shared.pool().sweep(|idle| idle.since.elapsed() >= shared.config.idle);
                    drop(stale);
                }
            }
        }
        let idle = shared.pool().close();
        drop(idle);
        for (process, mark) in shared.busy().iter() {
            os::kill_tree(Some(*process), mark);
        }
        loop {
            let changed = shared.changed.notified();
            if shared.pool().total() == 0 {
                break;
            }
            changed.await;
        }
    }
}

impl Handle {
    /// Runs one script to its end, waiting for a host if all are busy. It always ends: by itself, by time-out, by `call.stop`, or by
    /// shutdown. Dropping the future kills the host.
    pub async fn run(&self, call: Call) -> End {
        let mut lease = match self.shared.lease(&call).await {
            Ok(lease) => lease,
            Err(failure) => return End { outcome: Ended::NotDone(failure), output: Vec::new(), results: Object::new() },
        };
        let (end, fate) = run::drive(lease.host(), &call, self.shared.config.grace).await;
        lease.finish(fate);
        end
    }

    /// Starts a blank host in the background if there is none, so that the first run need not wait for it.
    pub fn warm(&self) {
        self.shared.pool().want_blank();
        self.shared.settle();
    }
}

impl Shared {
    fn pool(&self) -> MutexGuard<'_, Pool<Idle>> {
        self.pool.lock().expect("nobody panics while holding the pool")
    }

    fn busy(&self) -> MutexGuard<'_, HashMap<u32, String>> {
        self.busy.lock().expect("nobody panics while holding the list of hosts")
    }

    /// A host for the call, for as long as it runs.
    async fn lease(self: &Arc<Self>, call: &Call) -> Result<Lease, Failure> {
        let mut place = Place { shared: self.clone(), binding: call.binding.clone(), grant: self.pool().wait(call.binding.clone()) };
        self.settle();
        let mut stop = call.stop.clone();
        let grant = tokio::select! {
            biased;
            () = run::raised(&mut stop) => return Err(Failure::new("stopped", "the script was stopped before it began")),
            grant = &mut place.grant => grant,
        };
        let mut lease = Lease { shared: self.clone(), binding: call.binding.clone(), host: None, finished: false };
        match grant {
            Ok(Grant::Host(idle)) => lease.take(idle.host)?,
            Ok(Grant::Start) => {
                let host = self.start().await.map_err(|error| {
                    tracing::warn!(error = &error as &dyn std::error::Error, "a PowerShell host could not be started");
                    Failure::new("host_unavailable", format!("no PowerShell host could be started: {error}"))
                })?;
                lease.take(host)?;
            }
            Err(_) => {
                // The pool is closed and counts nothing for this run.
                lease.finished = true;
                return Err(closed());
            }
        }
        Ok(lease)
    }

    async fn start(&self) -> Result<Host, host::Error> {
        {
            let mut prepared = self.prepared.lock().expect("nobody panics while writing the program");
            if !*prepared {
                host::prepare(&self.config.folder)?;
                *prepared = true;
            }
        }
        Host::start(&self.config).await
    }

    /// Does what the pool decides after a change.
    fn settle(self: &Arc<Self>) {
        let (evicted, start) = {
            let mut pool = self.pool();
            (pool.assign(), pool.start_blank())
        };
        drop(evicted);
        if start {
            let shared = self.clone();
            tokio::spawn(async move {
                let host = shared.start_blank().await;
                shared.pool().started(host.map(|host| Idle { host, since: Instant::now() }));
                shared.settle();
            });
        }
        self.changed.notify_waiters();
    }

    async fn start_blank(&self) -> Option<Host> {
        let mut host = match self.start().await {
            Ok(host) => host,
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a blank PowerShell host could not be started");
                return None;
            }
        };
        let script = host::program_file(&self.config.folder, "warm.ps1");
        for _ in 0..WARM_RUNS {
            // Who waits is better served by a cold host now than by a warm one later.
            if self.pool().is_awaited() {
                break;
            }
            if run::warm(&mut host, &script).await == Fate::Kill {
                return None;
            }
        }
        (!self.pool().is_closed()).then_some(host)
    }
}

fn closed() -> Failure {
    Failure::new("host_unavailable", "the server is shutting down")
}

/// A place in the queue. Whoever leaves it gives back what came meanwhile.
struct Place {
    shared: Arc<Shared>,
    binding: Binding,
    grant: oneshot::Receiver<Grant<Idle>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.grant.close();
        match self.grant.try_recv() {
            Ok(Grant::Host(idle)) => self.shared.pool().free(self.binding.clone(), idle),
            Ok(Grant::Start) => self.shared.pool().gone(&self.binding),
            Err(_) => return,
        }
        self.shared.settle();
    }
}

/// A host at work, or the right to start one. Dropped before the run's end, it kills the host.
struct Lease {
    shared: Arc<Shared>,
    binding: Binding,
    host: Option<Host>,
    /// Whether there is nothing left to give back.
    finished: bool,
}

impl Lease {
    fn take(&mut self, host: Host) -> Result<(), Failure> {
        self.shared.busy().insert(host.process(), host.mark().to_owned());
        self.host = Some(host);
        // Asked after it is on the list: a shutdown that does not see it there has closed the pool before.
        if self.shared.pool().is_closed() { Err(closed()) } else { Ok(()) }
    }

    fn host(&mut self) -> &mut Host {
        self.host.as_mut().expect("a lease that was handed out has a host")
    }

    fn finish(mut self, fate: Fate) {
        let shared = self.shared.clone();
        let host = self.host();
        let worn = host.runs >= shared.config.runs_per_host || os::resident(host.process()) > shared.config.memory_max;
        if fate == Fate::Kill || worn || self.shared.pool().is_closed() {
            return;
        }
        let host = self.host.take().expect("a lease that was handed out has a host");
        self.finished = true;
        self.shared.busy().remove(&host.process());
        self.shared.pool().free(self.binding.clone(), Idle { host, since: Instant::now() });
        self.shared.settle();
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(host) = self.host.take() {
            self.shared.busy().remove(&host.process());
            drop(host);
        } else if self.finished {
            return;
        }
        self.shared.pool().gone(&self.binding);
        self.shared.settle();
    }
}
