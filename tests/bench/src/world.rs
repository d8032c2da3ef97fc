//! A whole server in this process: store, engine and one service to order.

use std::{fmt::Write as _, path::Path, sync::Arc, time::SystemTime};

use engine::{Ask, Handle, NewTenant, Principal};
use model::{Clock, Problem, Run, TenantKind, Timestamp};
use package::Files;
use store::Store;
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

/// Name of the service that the benchmarks order.
pub(crate) const SERVICE: &str = "bench";
/// Name of the customer that orders it.
pub(crate) const CUSTOMER: &str = "contoso";
/// Its one plan.
pub(crate) const PLAN: &str = "Standard";

/// The server.
pub(crate) struct World {
    pub(crate) engine: Handle,
    pub(crate) store: Store,
    pub(crate) by: Principal,
    stop: oneshot::Sender<()>,
    service: JoinHandle<()>,
    folder: TempDir,
}

impl World {
    /// A server on a new data folder with the service and a customer for it.
    pub(crate) async fn open(package: &Files, powershell: Option<powershell::Handle>) -> anyhow::Result<World> {
        let folder = tempfile::tempdir_in(".")?;
        let store = Store::open(folder.path(), clock())?;
        let world = engine::World { powershell, ..engine::World::new(store.clone(), clock(), actions::Registry::standard()) };
        let data = folder.path().canonicalize()?;
        let (service, engine) = engine::open(engine::Config::new(data), world).await?;
        let (stop, stopped) = oneshot::channel();
        let service = tokio::spawn(service.run(async {
            // A sender that is gone says the same.
            let _stopped = stopped.await;
        }));
        let by = Principal::new("bench");
        for (name, kind, parent) in [("acme", TenantKind::Provider, None), (CUSTOMER, TenantKind::Customer, Some("acme"))] {
            engine::create_tenant(&store, &NewTenant::new(name, kind, parent), &by).await.map_err(said)?;
        }
        engine.import_package(package, &by).await.map_err(said)?;
        Ok(World { engine, store, by, stop, service, folder })
    }

    /// Orders one instance and waits until its run has ended well.
    pub(crate) async fn order(&self, instance: String) -> anyhow::Result<Run> {
        let ask = Ask { instance: Some(instance), ..Ask::provision(CUSTOMER, SERVICE, PLAN) };
        let accepted = self.engine.accept(ask, &self.by, None).await.map_err(said)?;
        let run = self.engine.wait_ended(accepted.run.id).await.map_err(said)?;
        anyhow::ensure!(run.state.is_success(), "a run ended {}: {:?}", run.state, run.reason);
        Ok(run)
    }

    /// The data folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops the server and removes its folder.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        // A service that has ended hears nothing, which is as good.
        let _ended = self.stop.send(());
        self.service.await?;
        Ok(())
    }
}

/// A problem as an error of the benchmark.
pub(crate) fn said(problem: Problem) -> anyhow::Error {
    let mut text = format!("{}: {}", problem.code, problem.detail);
    for error in &problem.errors {
        // Writing to a text does not fail.
        let _written = write!(text, "\n{}: {}", error.field, error.detail);
    }
    anyhow::anyhow!(text)
}

/// A service whose provision has these rules; a customer may have many instances of it.
pub(crate) fn package(rules: &str) -> Files {
    let definition = format!(
        "@{{
    Format = 1
    Name = '{SERVICE}'
    Version = '1.0.0'
    DisplayName = 'Bench'
    Description = 'What the benchmarks order.'
    For = 'Customer'
    Instances = 'Multiple'
    InstanceNames = @{{ Pattern = '[a-z0-9-]+'; Label = 'Number' }}
    Properties = @()
    Plans = @( @{{ Name = '{PLAN}'; Sku = 'BE001'; Set = @{{}} }} )
}}
"
    );
    let mut files = Files::default();
    files.insert("service.psd1", definition.into_bytes());
    files.insert("processes/provision.psd1", format!("@{{ Rules = @(\n{rules}) }}\n").into_bytes());
    files
}

/// Rules that do nothing: what is measured is everything around them.
pub(crate) fn idle_rules(count: usize) -> String {
    let rule = |number| format!("    @{{ Name = 'step-{number}'; Phase = 'Main'; Action = 'data.compute' }}\n");
    (1..=count).map(rule).collect()
}

fn clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    })
}
