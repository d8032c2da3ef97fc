//! Opening the engine: what it is told, what world it gets, what can go wrong.

use std::{path::PathBuf, sync::Arc, time::Duration};

use model::Clock;
use store::{Store, workers};
use uuid::Uuid;

use crate::{Handle, Programs, engine::Engine, worker::Service};

/// What the engine is told.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder; scripts are laid out below it.
    pub data: PathBuf,
    /// Runs that are executed at a time.
    pub concurrency: usize,
    /// How long a shutdown waits for steps that have begun. What is cut off counts as a crash in the middle.
    pub grace: Duration,
    /// How long a worker counts as alive after its last heartbeat.
    pub lease: Duration,
}

impl Config {
    /// The usual limits.
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Config { data: data.into(), concurrency: 64, grace: Duration::from_secs(20), lease: Duration::from_secs(30) }
    }
}

/// The world the engine acts in.
#[derive(Clone)]
pub struct World {
    /// Where everything is on record.
    pub store: Store,
    /// The time.
    pub clock: Clock,
    /// The native actions.
    pub registry: actions::Registry,
    /// Scripts; without it runs that need one wait.
    pub powershell: Option<powershell::Handle>,
    /// Templates; without it an action that renders one fails.
    pub renderer: Option<render::Pool>,
    /// The one HTTP client.
    pub http: actions::Http,
    /// The installation's script actions, which packages may name.
    pub shared: package::Files,
}

impl World {
    /// A world of natives only.
    pub fn new(store: Store, clock: Clock, registry: actions::Registry) -> Self {
        World {
            store,
            clock,
            registry,
            powershell: None,
            renderer: None,
            http: actions::Http::default(),
            shared: package::Files::default(),
        }
    }
}

/// Why the engine does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The store does not answer.
    #[error("failed to take over what an earlier server left")]
    TakeOver(#[source] store::Error),
    /// The store does not take the worker's row.
    #[error("failed to register this server as a worker")]
    Register(#[source] store::Error),
}

/// Opens the engine: from now on asks can be taken in. What an earlier server left is taken over, and executed once the service runs.
///
/// # Errors
/// The store does not answer.
pub async fn open(config: Config, world: World) -> Result<(Service, Handle), Error> {
    let now = (world.clock)();
    let worker = workers::register(&world.store, Uuid::now_v7(), now, now.after(config.lease)).await.map_err(Error::Register)?;
    let programs = Programs::new(world.store.clone(), world.registry.clone(), &config.data);
    let engine = Engine::new(world, programs, worker);
    engine.take_over().await.map_err(Error::TakeOver)?;
    Ok((Service::new(Arc::clone(&engine), config), Handle::new(engine)))
}
