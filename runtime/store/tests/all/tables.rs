//! The other tables: what goes in comes out, guards hold, and what breaks an invariant is found.

use crate::world::{NOW, World, tenant};
use model::{BillingEvent, BillingKind, Event, Level, Object, Override, PropertyValue, RunState, TenantKind, Timestamp, User, Value};
use store::{Batch, audit, billing, blobs, check, idempotency, outbox, programs, runs, services, tenants, tokens, users, values, workers};
use uuid::Uuid;

const LATER: Timestamp = Timestamp(2_000_000);

#[tokio::test]
async fn tenants_form_a_tree_with_unique_names_and_one_provider() {
    let world = World::new().await;
    let store = &world.store;
    for taken in [tenant("north", TenantKind::Customer, None), tenant("second", TenantKind::Provider, None)] {
        assert!(store.write(tenants::insert(&taken)).await.unwrap_err().is_guard(tenants::TENANT_NAME));
    }
    let chain = tenants::chain(store, world.customer.id).await.unwrap();
    assert_eq!(chain.iter().map(|tenant| tenant.name.as_str()).collect::<Vec<_>>(), ["contoso", "north", "acme"]);
    assert_eq!(tenants::chain_of(store, "contoso").await.unwrap(), chain);
    assert_eq!(tenants::chain_of(store, "nobody").await.unwrap(), []);
    assert_eq!(tenants::provider(store).await.unwrap().unwrap(), chain[2]);
    assert_eq!(tenants::by_name(store, "contoso").await.unwrap().unwrap(), world.customer);
    let changed = model::Tenant { email: None, tags: vec![], ..world.customer.clone() };
    store.write(tenants::update(&changed)).await.unwrap();
    assert_eq!(tenants::by_id(store, changed.id).await.unwrap().unwrap(), changed);
    let none = tenants::Filter::default;
    let cases = [
        (none(), vec!["acme", "contoso", "north"]),
        (tenants::Filter { parent: Some(chain[1].id), ..none() }, vec!["contoso"]),
        (tenants::Filter { kind: Some(TenantKind::Reseller), ..none() }, vec!["north"]),
        (tenants::Filter { after: Some("acme".into()), limit: Some(1), ..none() }, vec!["contoso"]),
    ];
    for (filter, expected) in cases {
        let found = tenants::list(store, &filter).await.unwrap();
        assert_eq!(found.iter().map(|tenant| tenant.name.as_str()).collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

#[tokio::test]
async fn users_have_unique_names_in_their_customer() {
    let world = World::new().await;
    let user = User {
        id: Uuid::now_v7(),
        tenant_id: world.customer.id,
        name: "ada".into(),
        upn: Some("ada@contoso.example".into()),
        first_name: Some("Ada".into()),
        last_name: None,
        display_name: "Ada".into(),
        email: None,
        language: None,
        enabled: true,
        tags: vec![],
        custom: Object::new(),
        created_at: NOW,
    };
    world.store.write(users::insert(&user)).await.unwrap();
    let twice = User { id: Uuid::now_v7(), ..user.clone() };
    assert!(world.store.write(users::insert(&twice)).await.unwrap_err().is_guard(users::USER_NAME));
    let changed = User { enabled: false, ..user };
    world.store.write(users::update(&changed)).await.unwrap();
    assert_eq!(users::by_id(&world.store, changed.id).await.unwrap().as_ref(), Some(&changed));
    assert_eq!(users::by_name(&world.store, world.customer.id, "ada").await.unwrap().as_ref(), Some(&changed));
    assert_eq!(users::list(&world.store, world.customer.id).await.unwrap(), [changed]);
}

#[tokio::test]
async fn values_and_overrides_are_kept_per_place_and_the_last_one_counts() {
    let world = World::new().await;
    let (store, place_id) = (&world.store, world.customer.id);
    let value = |value| PropertyValue {
        service: "backup".into(),
        property: "VaultPath".into(),
        level: Level::Customer,
        place_id,
        value,
        locked: false,
    };
    let over = |plan: Option<&str>, value| Override {
        service: "backup".into(),
        property: "StorageTB".into(),
        plan: plan.map(str::to_owned),
        level: Level::Customer,
        place_id,
        value,
        locked: true,
    };
    let batch = Batch::new()
        .with(values::set(&value(Value::text("/old"))))
        .with(values::set(&value(Value::Null)))
        .with(values::set_override(&over(None, Value::Int(30))))
        .with(values::set_override(&over(Some("Premium"), Value::Int(40))))
        .with(values::set_override(&over(Some("Premium"), Value::Int(50))));
    store.write(batch).await.unwrap();
    let held = values::held(store, "backup", &[Uuid::now_v7(), place_id]).await.unwrap();
    assert_eq!(held.values, [value(Value::Null)]);
    assert_eq!(held.overrides, [over(None, Value::Int(30)), over(Some("Premium"), Value::Int(50))]);
    assert_eq!(values::held(store, "other", &[place_id]).await.unwrap(), values::Held::default());
    let batch = Batch::new().with(values::remove_override("backup", "StorageTB", None, place_id)).with(values::remove(
        "backup",
        "VaultPath",
        place_id,
    ));
    store.write(batch).await.unwrap();
    assert_eq!(values::overrides(store, "backup", None).await.unwrap(), [over(Some("Premium"), Value::Int(50))]);
    assert_eq!(values::list(store, "backup", Some(place_id)).await.unwrap(), []);
}

fn version(hash: &str, at: Timestamp) -> (services::ServiceVersion, Batch) {
    let files = vec![programs::FileRef { path: "service.psd1".into(), hash: format!("blob-{hash}") }];
    let version = services::ServiceVersion {
        hash: format!("package-{hash}"),
        service: "backup".into(),
        version: "1.2.0".into(),
        program_hash: hash.into(),
        definition: "{}".into(),
        files: files.clone(),
        imported_by: "admin".into(),
        imported_at: at,
    };
    let program = programs::Program { hash: hash.into(), json: "{}".into(), files };
    let batch = Batch::new()
        .with(blobs::put(&format!("blob-{hash}"), hash.as_bytes().to_vec()))
        .with_all(programs::put(&program, at))
        .with_all(services::insert_version(&version))
        .with(services::set_current("backup", &version.hash, at));
    (version, batch)
}

#[tokio::test]
async fn programs_are_kept_while_something_that_lives_uses_them() {
    let world = World::new().await;
    let store = &world.store;
    let (used, first) = version("hash", NOW);
    let (_, second) = version("unused", NOW);
    let (current, third) = version("current", NOW);
    for batch in [first.clone(), first, second, third] {
        store.write(batch).await.unwrap();
    }
    assert_eq!(services::current(store, "backup").await.unwrap().unwrap(), current);
    assert_eq!(services::list(store).await.unwrap(), [current]);
    assert_eq!(services::by_hash(store, &used.hash).await.unwrap().unwrap(), used);
    // The world's runs name the program `hash`.
    let subscription = world.subscription("backup", None).await;
    let run = world.accept(&subscription, RunState::Succeeded).await.unwrap();
    let kept = async |before| {
        store.write(programs::prune(before).into_iter().collect::<Batch>()).await.unwrap();
        let mut kept = Vec::new();
        for hash in ["hash", "unused", "current"] {
            let program = programs::get(store, hash).await.unwrap();
            let bytes = blobs::get(store, &format!("blob-{hash}")).await.unwrap();
            assert_eq!(program.is_some(), bytes.is_some(), "{hash}");
            kept.extend(program.map(|program| program.hash));
        }
        kept
    };
    assert_eq!(kept(NOW).await, ["hash", "unused", "current"]);
    assert_eq!(kept(LATER).await, ["hash", "current"]);
    assert_eq!(blobs::of_owner(store, "hash").await.unwrap(), [("service.psd1".to_owned(), b"hash".to_vec())]);
    store.write(programs::require("hash")).await.unwrap();
    assert!(store.write(programs::require("unused")).await.unwrap_err().is_guard(programs::PROGRAM));
    use model::SubscriptionState as S;
    store.write(store::subscriptions::set_state(run.subscription_id, S::Pending, S::Ended, None, LATER)).await.unwrap();
    assert_eq!(kept(LATER).await, ["current"]);
}

#[tokio::test]
async fn a_used_idempotency_key_is_refused_until_it_is_forgotten() {
    let world = World::new().await;
    let entry = |body: &str, at| idempotency::Entry {
        principal: "admin".into(),
        key: "k".into(),
        route: "POST /subscriptions".into(),
        body_hash: "h".into(),
        status: 202,
        body: body.into(),
        run_id: Some(world.customer.id),
        at,
    };
    let find = async |since| idempotency::find(&world.store, "admin", "k", since).await.unwrap();
    world.store.write(idempotency::insert(&entry("first", NOW), NOW)).await.unwrap();
    let again = world.store.write(idempotency::insert(&entry("second", NOW), NOW)).await.unwrap_err();
    assert!(again.is_guard(idempotency::IDEMPOTENCY_KEY));
    assert_eq!(find(NOW).await, Some(entry("first", NOW)));
    assert_eq!(find(LATER).await, None);
    world.store.write(idempotency::insert(&entry("third", LATER), LATER)).await.unwrap();
    assert_eq!(find(NOW).await, Some(entry("third", LATER)));
    world.store.write(idempotency::prune(Timestamp(LATER.0 + 1))).await.unwrap();
    assert_eq!(find(NOW).await, None);
}

#[tokio::test]
async fn tokens_workers_audit_and_outbox_read_back() {
    let world = World::new().await;
    let store = &world.store;
    let token = tokens::Token {
        id: "t".into(),
        sha256: vec![7; 32],
        principal: "admin".into(),
        created_at: NOW,
        expires_at: None,
        revoked_at: None,
    };
    store.write(Batch::new().with(tokens::insert(&token)).with(tokens::revoke("t", LATER))).await.unwrap();
    assert_eq!(tokens::by_id(store, "t").await.unwrap(), Some(tokens::Token { revoked_at: Some(LATER), ..token }));
    assert_eq!(workers::register(store, Uuid::now_v7(), NOW, LATER).await.unwrap(), 1);
    assert_eq!(workers::register(store, Uuid::now_v7(), NOW, LATER).await.unwrap(), 2);
    store.write(workers::heartbeat(2, LATER)).await.unwrap();
    let entry = audit::Entry {
        at: NOW,
        principal: "admin".into(),
        action: "tenant.create".into(),
        object: "contoso".into(),
        detail: Object::new(),
        correlation: None,
    };
    let event = Event { id: Uuid::now_v7(), kind: "Provisioned".into(), run_id: Uuid::now_v7(), at: NOW };
    store.write(Batch::new().with(audit::append(&entry)).with(outbox::append(&event))).await.unwrap();
    assert_eq!(audit::list(store, 0, 10).await.unwrap(), [(1, entry)]);
    assert_eq!(outbox::list(store, 0, 10).await.unwrap(), [(1, event)]);
    assert_eq!(outbox::list(store, 1, 10).await.unwrap(), []);
}

fn bill(run: &model::Run, kind: BillingKind) -> BillingEvent {
    BillingEvent {
        id: Uuid::now_v7(),
        run_id: run.id,
        subscription_id: run.subscription_id,
        tenant: run.tenant.clone(),
        service: run.service.clone(),
        kind,
        at: NOW,
        plan: run.plan.clone(),
        sku: Some("BU001".into()),
        quantity: "1".into(),
    }
}

/// What the check says of a run in `state` with these events.
async fn check_billing(state: RunState, events: &[BillingKind], sound: bool) {
    let world = World::new().await;
    let run = world.accept(&world.subscription("backup", None).await, state).await.unwrap();
    world.store.write(events.iter().map(|kind| billing::insert(&bill(&run, *kind))).collect::<Batch>()).await.unwrap();
    let violations = check::violations(&world.store).await.unwrap();
    assert_eq!(violations.is_empty(), sound, "{state} {events:?}: {violations:?}");
}

#[tokio::test]
async fn a_completed_run_is_billed_once_and_no_other_is() {
    use BillingKind::{Reversal, Start};
    check_billing(RunState::Succeeded, &[Start], true).await;
    check_billing(RunState::PartlySucceeded, &[Start], true).await;
    check_billing(RunState::Succeeded, &[], false).await;
    check_billing(RunState::Failed, &[], true).await;
    check_billing(RunState::Failed, &[Start], false).await;
    check_billing(RunState::Running, &[Start], false).await;
    check_billing(RunState::Undone, &[Start, Reversal], true).await;
    check_billing(RunState::Undone, &[Reversal], false).await;
}

#[tokio::test]
async fn a_run_cannot_be_billed_twice() {
    let world = World::new().await;
    let run = world.accept(&world.subscription("backup", None).await, RunState::Succeeded).await.unwrap();
    let event = bill(&run, BillingKind::Start);
    world.store.write(billing::insert(&event)).await.unwrap();
    let twice = world.store.write(billing::insert(&bill(&run, BillingKind::Change))).await.unwrap_err();
    assert!(twice.is_guard(billing::BILLED_ONCE));
    let none = billing::Filter::default;
    let cases = [
        (none(), true),
        (billing::Filter { since: Some(LATER), ..none() }, false),
        (billing::Filter { since: Some(NOW), tenant: Some("contoso".into()), service: Some("backup".into()), ..none() }, true),
        (billing::Filter { tenant: Some("fabrikam".into()), ..none() }, false),
        (billing::Filter { after: Some(event.id), ..none() }, false),
    ];
    for (filter, found) in cases {
        let expected: &[BillingEvent] = if found { std::slice::from_ref(&event) } else { &[] };
        assert_eq!(billing::list(&world.store, &filter).await.unwrap(), expected, "{filter:?}");
    }
    assert_eq!(runs::list(&world.store, &runs::Filter::default()).await.unwrap().len(), 1);
}
