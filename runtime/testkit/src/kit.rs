//! An engine in this process on a folder of its own. It can be killed at any moment and started again on what it left.

use std::time::Duration;

use engine::{Ask, Handle, IdempotencyKey, Principal, RunDetails};
use model::{Object, Problem, Run, Subscription, Tenant, TenantKind};
use package::Files;
use store::Store;
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};
use uuid::Uuid;

use crate::{FakeClock, Ledger, native};

/// How a kit's engine is set up.
#[derive(Clone)]
pub struct Options {
    /// Runs that are executed at a time.
    pub concurrency: usize,
    /// The natives; those of [`native::registry`] if none.
    pub registry: Option<actions::Registry>,
    /// The time; a [`FakeClock`] if none.
    pub clock: Option<model::Clock>,
    /// Scripts.
    pub powershell: Option<powershell::Handle>,
    /// Templates.
    pub renderer: Option<render::Pool>,
}

impl Default for Options {
    fn default() -> Self {
        Options { concurrency: 64, registry: None, clock: None, powershell: None, renderer: None }
    }
}

/// An engine, its store, its clock and the ledger of its natives.
pub struct Kit {
    /// The clock; it stands still until it is moved.
    pub clock: FakeClock,
    /// What the natives did.
    pub ledger: Ledger,
    options: Options,
    folder: TempDir,
    running: Option<Running>,
}

struct Running {
    store: Store,
    handle: Handle,
    shutdown: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Who asks for everything in a test.
pub const TESTER: &str = "tester";

impl Kit {
    /// A running engine with the customers `contoso` and `fabrikam` of the reseller `north` of the provider `acme`.
    pub async fn new() -> Kit {
        Kit::with(Options::default()).await
    }

    /// The same with other options.
    pub async fn with(options: Options) -> Kit {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut kit = Kit { clock: FakeClock::new(), ledger: Ledger::new(), options, folder, running: None };
        kit.start().await;
        for (name, kind, parent) in [
            ("acme", TenantKind::Provider, None),
            ("north", TenantKind::Reseller, Some("acme")),
            ("contoso", TenantKind::Customer, Some("north")),
            ("fabrikam", TenantKind::Customer, Some("north")),
        ] {
            kit.add_tenant(name, kind, parent).await;
        }
        kit
    }

    /// Adds a tenant.
    pub async fn add_tenant(&self, name: &str, kind: TenantKind, parent: Option<&str>) -> Tenant {
        let parent_id = match parent {
            Some(parent) => {
                Some(store::tenants::by_name(self.store(), parent).await.expect("the store answers").expect("the parent is there").id)
            }
            None => None,
        };
        let tenant = Tenant {
            id: Uuid::now_v7(),
            name: name.to_owned(),
            kind,
            parent_id,
            display_name: name.to_owned(),
            email: Some(format!("it@{name}.example")),
            country: None,
            language: None,
            time_zone: None,
            tags: Vec::new(),
            custom: Object::new(),
            created_at: self.clock.now(),
        };
        self.store().write(store::tenants::insert(&tenant)).await.expect("the tenant is new");
        tenant
    }

    /// Starts the engine on what is in the folder.
    pub async fn start(&mut self) {
        let clock = self.options.clock.clone().unwrap_or_else(|| self.clock.clock());
        let store = self.open(&clock).await;
        let registry = self.options.registry.clone().unwrap_or_else(|| native::registry(&self.ledger));
        let mut world = engine::World::new(store.clone(), clock, registry);
        world.powershell = self.options.powershell.clone();
        world.renderer = self.options.renderer.clone();
        let config = engine::Config { concurrency: self.options.concurrency, ..engine::Config::new(self.folder.path()) };
        let (service, handle) = engine::open(config, world).await.expect("the engine opens");
        let (shutdown, told) = oneshot::channel::<()>();
        let task = tokio::spawn(service.run(async move {
            // A sender that is gone means the same as one that spoke.
            let _ = told.await;
        }));
        self.running = Some(Running { store, handle, shutdown, task });
    }

    /// The folder's lock goes when the last task of a killed engine is gone, and that takes the runtime a moment.
    async fn open(&self, clock: &model::Clock) -> Store {
        for _ in 0..100_000 {
            match Store::open(self.folder.path(), clock.clone()) {
                Err(store::Error::Locked { .. }) => tokio::task::yield_now().await,
                other => return other.expect("the store opens"),
            }
        }
        panic!("the killed engine never let go of its store");
    }

    /// Kills the engine: whatever it was doing stops where it is, and nothing more is written.
    pub async fn crash(&mut self) {
        let Running { task, shutdown, .. } = self.running.take().expect("the engine runs");
        task.abort();
        let _ = task.await;
        drop(shutdown);
    }

    /// Stops the engine as a server does.
    pub async fn stop(&mut self) {
        let Running { task, shutdown, .. } = self.running.take().expect("the engine runs");
        drop(shutdown);
        task.await.expect("the service ends by itself");
    }

    /// Kills the engine and starts it again.
    pub async fn crash_and_start(&mut self) {
        self.crash().await;
        self.start().await;
    }

    /// The engine.
    pub fn handle(&self) -> &Handle {
        &self.running().handle
    }

    /// Its store.
    pub fn store(&self) -> &Store {
        &self.running().store
    }

    /// Its folder.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    fn running(&self) -> &Running {
        self.running.as_ref().expect("the engine runs")
    }

    /// Moves the clock and lets the engine look at it.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.handle().tick();
    }

    /// Imports a package.
    pub async fn import(&self, files: &Files) {
        self.handle().import_package(files, &tester()).await.unwrap_or_else(|problem| panic!("the package is refused: {problem:#?}"));
    }

    /// Asks for something.
    pub async fn ask(&self, ask: Ask) -> Result<Run, Problem> {
        self.ask_with(ask, None).await.map(|accepted| accepted.run)
    }

    /// Asks with an idempotency key.
    pub async fn ask_with(&self, ask: Ask, key: Option<IdempotencyKey>) -> Result<engine::Accepted, Problem> {
        self.handle().accept(ask, &tester(), key).await
    }

    /// Orders the plan `Standard` of a service.
    pub async fn order(&self, tenant: &str, service: &str) -> Run {
        self.ask(Ask::provision(tenant, service, "Standard")).await.unwrap_or_else(|problem| panic!("the order is refused: {problem:#?}"))
    }

    /// Waits until a run has ended, and answers it with its steps.
    pub async fn ended(&self, run: &Run) -> RunDetails {
        self.handle().wait_ended(run.id).await.expect("the run is there");
        self.details(run).await
    }

    /// Waits until a run has ended, waits or asks for a person, and answers it with its steps.
    pub async fn settled(&self, run: &Run) -> RunDetails {
        self.handle().wait_settled(run.id).await.expect("the run is there");
        self.details(run).await
    }

    /// A run with its steps.
    pub async fn details(&self, run: &Run) -> RunDetails {
        self.handle().run_details(run.id).await.expect("the run is there")
    }

    /// The subscription of a run.
    pub async fn subscription(&self, run: &Run) -> Subscription {
        let found = store::subscriptions::by_id(self.store(), run.subscription_id).await.expect("the store answers");
        found.expect("a run has a subscription")
    }

    /// Kinds of billing events so far, with run ids.
    pub async fn billed(&self) -> Vec<(model::BillingKind, Uuid)> {
        let events = store::billing::list(self.store(), &store::billing::Filter::default()).await.expect("the store answers");
        events.into_iter().map(|event| (event.kind, event.run_id)).collect()
    }

    /// Kinds of events in the outbox, in order.
    pub async fn events(&self) -> Vec<String> {
        let events = store::outbox::list(self.store(), 0, 10_000).await.expect("the store answers");
        events.into_iter().map(|(_, event)| event.kind).collect()
    }
}

/// The principal of tests.
pub fn tester() -> Principal {
    Principal::new(TESTER)
}
