//! A small world for the tests of the tables: rows that are right unless a test makes them wrong.

use std::sync::Arc;

use model::{
    Effect, LogLevel, LogRecord, Object, Phase, PlaceInPhase, Request, Run, RunState, Step, StepState, Subscription, SubscriptionState,
    Tenant, TenantKind, Timestamp, Value, Verb,
};
use store::{Batch, Store, requests, runs, subscriptions, tenants};
use tempfile::TempDir;
use uuid::Uuid;

pub struct World {
    pub store: Store,
    pub customer: Tenant,
    _folder: TempDir,
}

pub const NOW: Timestamp = Timestamp(1_000_000);

impl World {
    /// A store with provider `acme`, reseller `north` and customer `contoso`.
    pub async fn new() -> World {
        let folder = TempDir::new().unwrap();
        let store = Store::open(folder.path(), Arc::new(|| NOW)).unwrap();
        let acme = tenant("acme", TenantKind::Provider, None);
        let north = tenant("north", TenantKind::Reseller, Some(acme.id));
        let customer = tenant("contoso", TenantKind::Customer, Some(north.id));
        store.write([&acme, &north, &customer].map(tenants::insert).into_iter().collect::<Batch>()).await.unwrap();
        World { store, customer, _folder: folder }
    }

    /// A pending subscription of the customer.
    pub async fn subscription(&self, service: &str, parent: Option<Uuid>) -> Subscription {
        let subscription = subscription(&self.customer, service, parent);
        self.store.write(subscriptions::insert(&subscription)).await.unwrap();
        subscription
    }

    /// Accepts a run; its key or why not.
    pub async fn accept(&self, subscription: &Subscription, state: RunState) -> Result<Run, store::Error> {
        let (request, mut run) = run(subscription, state);
        let batch = Batch::new().with(requests::insert(&request)).with(runs::insert(&run));
        run.key = self.store.write(batch).await?.number(0).unwrap();
        Ok(run)
    }

    /// The run as it stands.
    pub async fn read(&self, run: &Run) -> Run {
        runs::by_key(&self.store, run.key).await.unwrap().unwrap()
    }
}

pub fn tenant(name: &str, kind: TenantKind, parent_id: Option<Uuid>) -> Tenant {
    Tenant {
        id: Uuid::now_v7(),
        name: name.into(),
        kind,
        parent_id,
        display_name: name.to_uppercase(),
        email: Some(format!("it@{name}.example")),
        country: None,
        language: Some("en".into()),
        time_zone: None,
        tags: vec!["vip".into()],
        custom: [("Seats", Value::Long(5))].into_iter().collect(),
        created_at: NOW,
    }
}

pub fn subscription(customer: &Tenant, service: &str, parent_id: Option<Uuid>) -> Subscription {
    Subscription {
        id: Uuid::now_v7(),
        tenant_id: customer.id,
        user_id: None,
        parent_id,
        service: service.into(),
        plan: Some("Standard".into()),
        instance: String::new(),
        state: SubscriptionState::Pending,
        created_at: NOW,
        changed_at: NOW,
    }
}

pub fn run(subscription: &Subscription, state: RunState) -> (Request, Run) {
    let request = Request {
        id: Uuid::now_v7(),
        subscription_id: subscription.id,
        verb: Verb::Provision,
        requested_by: "admin".into(),
        requested_at: NOW,
        reason: Some("asked".into()),
        program_hash: "hash".into(),
        snapshot: "{}".into(),
    };
    let run = Run {
        key: 0,
        id: Uuid::now_v7(),
        request_id: request.id,
        subscription_id: subscription.id,
        verb: request.verb,
        service: subscription.service.clone(),
        service_version: "1.2.0".into(),
        plan: subscription.plan.clone(),
        tenant: "contoso".into(),
        user: None,
        instance: String::new(),
        state,
        reason: None,
        epoch: 0,
        owner: None,
        cancelled: false,
        program_hash: "hash".into(),
        created_at: NOW,
        started_at: None,
        ended_at: (!state.is_active()).then_some(NOW),
        recorded_at: NOW,
    };
    (request, run)
}

pub fn step(seq: u32, state: StepState) -> Step {
    Step {
        seq,
        item: None,
        attempt: 1,
        rule: format!("rule-{seq}"),
        phase: Phase::Main,
        place: PlaceInPhase::Main,
        action: "data.compute".into(),
        effect: Effect::Read,
        state,
        when: None,
        parameters: Object::new(),
        outputs: [("Folder", Value::text("a/b")), ("Size", Value::Long(1))].into_iter().collect(),
        results: Object::new(),
        undo: None,
        started_at: NOW,
        ended_at: Some(NOW),
        error: None,
    }
}

pub fn said(message: &str) -> LogRecord {
    LogRecord { at: NOW, step: 1, level: LogLevel::Warning, code: None, message: message.into(), data: Object::new(), source: None }
}
