//! What all of a server's runs share: the world they act in, the runs in hand and in line, and who waits for them.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use model::Clock;
use store::Store;

use crate::{Programs, active::Active, config::World, queue::Queue, wait::Waker, watchers::Watchers};

/// One server's engine.
pub(crate) struct Engine {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) programs: Programs,
    pub(crate) powershell: Option<powershell::Handle>,
    pub(crate) renderer: Option<render::Pool>,
    pub(crate) http: actions::Http,
    /// The installation's scripts, for imports.
    pub(crate) shared: package::Files,
    /// Names this boot in the `owner` of runs.
    pub(crate) worker: i64,
    pub(crate) active: Active,
    pub(crate) queue: Queue,
    pub(crate) waker: Waker,
    pub(crate) watchers: Watchers,
    stopping: AtomicBool,
}

impl Engine {
    /// An engine with nothing in hand.
    pub(crate) fn new(world: World, programs: Programs, worker: i64) -> Arc<Self> {
        Arc::new(Engine {
            store: world.store,
            clock: world.clock,
            programs,
            powershell: world.powershell,
            renderer: world.renderer,
            http: world.http,
            shared: world.shared,
            worker,
            active: Active::default(),
            queue: Queue::default(),
            waker: Waker::default(),
            watchers: Watchers::default(),
            stopping: AtomicBool::new(false),
        })
    }

    /// Whether no further step may begin.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Lets no further step begin.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }
}
