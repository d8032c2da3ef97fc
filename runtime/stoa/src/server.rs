//! A server in this process: the rooms wired together, and ended in the order that loses nothing.

use std::{future::Future, path::PathBuf, sync::Arc};

use anyhow::Context;
use model::{Clock, Timestamp};
use store::Store;
use tokio::{sync::watch, task::JoinHandle};
use uuid::Uuid;

use crate::{
    data::{Data, Note, Running},
    embedded,
    failure::{Exit, Failure},
    heartbeat::Heart,
    logging::Losses,
    settings::Settings,
};

/// The version of this program.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A server that takes requests and executes runs.
pub(crate) struct Server {
    pub(crate) engine: engine::Handle,
    pub(crate) powershell: Result<powershell::Found, powershell::Missing>,
    pub(crate) running: Running,
    stop: watch::Sender<bool>,
    stop_hosts: watch::Sender<bool>,
    api: JoinHandle<()>,
    executing: JoinHandle<()>,
    hosts: Option<JoinHandle<()>>,
    heart: Heart,
    _note: Note,
}

/// The system's time.
pub(crate) fn clock() -> Clock {
    Arc::new(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    })
}

impl Server {
    /// Opens the store, takes over what an earlier server left, listens, and begins to execute.
    pub(crate) async fn start(settings: &Settings, data: &Data, losses: Losses) -> Result<Server, Failure> {
        let store = Store::open(&data.root, clock())?;
        let powershell = find_powershell(settings).await?;
        let (hosts, script_hosts) = match &powershell {
            Ok(found) => {
                let config = powershell::Config::new(found.path.clone(), data.hosts());
                let (service, handle) = powershell::Service::new(powershell::Config { hosts_max: settings.powershell_hosts, ..config });
                (Some(service), Some(handle))
            }
            Err(_) => (None, None),
        };
        let program = std::env::current_exe().context("failed to find this program")?;
        let world = engine::World {
            powershell: script_hosts,
            renderer: Some(render::Pool::new(render::Config::new(program))),
            http: actions::Http::new(actions::HttpPolicy { loopback: settings.actions_loopback }),
            shared: embedded::scripts(),
            ..engine::World::new(store, clock(), actions::Registry::standard())
        };
        let (executor, engine) = engine::open(engine::Config::new(&data.root), world).await.context("failed to open the engine")?;
        let boot = Uuid::now_v7();
        let api = listen(settings, data, &engine, boot).await?;
        let running = Running {
            pid: std::process::id(),
            boot,
            socket: api.socket().map(PathBuf::from),
            http: api.http(),
            version: VERSION.to_owned(),
        };
        let note = data.leave_note(&running).context("failed to write run/server.json")?;
        let (stop, stopped) = watch::channel(false);
        let (stop_hosts, hosts_stopped) = watch::channel(false);
        let heart = Heart::start(engine.clone(), losses).await?;
        Ok(Server {
            engine,
            powershell,
            running,
            api: tokio::spawn(api.run(stopped.clone())),
            executing: tokio::spawn(executor.run(told(stopped))),
            hosts: hosts.map(|hosts| tokio::spawn(hosts.run(hosts_stopped))),
            stop,
            stop_hosts,
            heart,
            _note: note,
        })
    }

    /// Serves until `end`, then ends what is in flight: first requests and steps, then the hosts that steps may be using.
    pub(crate) async fn serve_until(self, end: impl Future<Output = ()>) {
        end.await;
        tracing::info!("stopping");
        self.stop.send_replace(true);
        self.heart.stop().await;
        for task in [self.api, self.executing] {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the server panicked");
            }
        }
        self.stop_hosts.send_replace(true);
        if let Some(hosts) = self.hosts
            && let Err(error) = hosts.await
        {
            tracing::error!(%error, "the PowerShell hosts panicked");
        }
    }
}

async fn told(mut stopped: watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

async fn find_powershell(settings: &Settings) -> Result<Result<powershell::Found, powershell::Missing>, Failure> {
    let configured = settings.powershell.clone();
    // It starts the candidate once, to ask its version.
    let found =
        tokio::task::spawn_blocking(move || powershell::find(configured.as_deref())).await.context("failed to look for PowerShell")?;
    if let Err(missing) = &found {
        tracing::warn!(looked = ?missing.looked, "no PowerShell was found: runs with script actions wait until there is one; see `stoa doctor`");
    }
    Ok(found)
}

async fn listen(settings: &Settings, data: &Data, engine: &engine::Handle, boot: Uuid) -> Result<api::Service, Failure> {
    let config = api::Config {
        engine: engine.clone(),
        version: VERSION.to_owned(),
        boot,
        socket: Some(settings.socket.clone().unwrap_or_else(|| data.socket())),
        http: settings.http,
        hosts: settings.hosts.clone(),
    };
    api::Service::bind(config).await.map_err(|error| {
        let failure = Failure::new(Exit::Configuration, "listen", format!("{:#}", anyhow::Error::new(error)));
        failure.advise("set `listen.socket` or `listen.http` in stoa.toml, or STOA_LISTEN_SOCKET or STOA_LISTEN_HTTP")
    })
}
