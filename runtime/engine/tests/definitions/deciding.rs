//! What an ask is answered before anything is written: a snapshot, or everything that is wrong and the next step.

use engine::{Ask, At, Prepared, Setting, set_override};
use model::{Object, Problem, SubscriptionState, TenantKind, Value, Verb};

use crate::world::{SERVICE, World, files, me, package};

fn with(ask: Ask, properties: &[(&str, Value)]) -> Ask {
    let mut all = ask.properties;
    for (name, value) in properties {
        all.insert(*name, value.clone());
    }
    Ask { properties: all, ..ask }
}

/// Status, and the codes with their fields, of what is refused.
fn refused(found: Result<Prepared, Problem>) -> (u16, Vec<String>) {
    let problem = found.map(|prepared| prepared.snapshot).unwrap_err();
    let codes = match problem.errors.as_slice() {
        [] => vec![problem.code.clone()],
        errors => errors.iter().map(|error| format!("{} {}", error.field, error.code)).collect(),
    };
    (problem.status, codes)
}

async fn check(world: &World, ask: &Ask, status: u16, codes: &[&str]) {
    assert_eq!(refused(world.prepare(ask).await), (status, codes.iter().map(|code| (*code).to_owned()).collect()), "{ask:?}");
}

#[tokio::test]
async fn an_order_that_is_right_becomes_a_snapshot() {
    let world = World::new().await;
    let storage = Setting::new("backup", "StorageTB", At::tenant("contoso"), Value::Int(30));
    set_override(&world.programs, &storage, &me()).await.unwrap();
    let ask = with(world.order("contoso", "premium"), &[("contractyears", Value::text("2"))]);
    let prepared = world.prepare(&ask).await.unwrap();
    let snapshot = &prepared.snapshot;
    let wanted: Object = [
        ("VaultPath", Value::text("/vault")),
        ("BandwidthGB", Value::Null),
        ("StorageTB", Value::Int(30)),
        ("Username", Value::text("contoso")),
        ("AdminEmailAddress", Value::text("it@contoso.example")),
        ("ContractYears", Value::Int(2)),
        ("LeaveReason", Value::Null),
        ("AccountId", Value::Null),
        ("UsedGB", Value::Null),
    ]
    .into_iter()
    .collect();
    assert_eq!(snapshot.properties, wanted);
    let plan = snapshot.plan.as_ref().unwrap();
    assert_eq!((plan.name.as_str(), plan.properties.get("StorageTB")), ("Premium", Some(&Value::Int(30))));
    assert_eq!(snapshot.customer.path, "acme/north/contoso");
    assert_eq!(snapshot.request.requested_by, "tester");
    let kept: Vec<(&str, &Value)> = snapshot.keep.iter().map(|kept| (kept.property.as_str(), &kept.value)).collect();
    assert_eq!(kept, [("Username", &Value::text("contoso")), ("ContractYears", &Value::Int(2))]);
    assert_eq!(snapshot.keep[0].place_id, snapshot.customer.tenant.id);
    assert_eq!(snapshot.keep[1].place_id, prepared.subscription.id);
    assert!(prepared.is_new && prepared.subscription.state == SubscriptionState::Pending);
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let world = World::new().await;
    let ask = with(
        Ask::provision("contoso", "backup", "Premium"),
        &[
            ("Username", Value::text("9")),
            ("AdminEmailAddress", Value::text("nobody")),
            ("ContractYears", Value::Int(4)),
            ("Usrname", Value::text("x")),
            ("StorageTB", Value::Int(5)),
            ("VaultPath", Value::text("/x")),
            ("AccountId", Value::text("x")),
            ("LeaveReason", Value::text("x")),
        ],
    );
    let wanted = [
        "Username no_match",
        "AdminEmailAddress wrong_type",
        "ContractYears not_in_values",
        "Usrname unknown_property",
        "StorageTB not_an_input",
        "VaultPath not_an_input",
        "AccountId not_an_input",
        "LeaveReason not_an_input",
    ];
    check(&world, &ask, 422, &wanted).await;
    check(&world, &Ask::provision("contoso", "backup", "Premium"), 422, &["Username required"]).await;
}

#[tokio::test]
async fn a_missing_configuration_says_where_it_may_be_set() {
    let world = World::empty().await;
    world.import(&package("")).await;
    let problem = world.prepare(&world.order("contoso", "Premium")).await.map(|_| ()).unwrap_err();
    assert_eq!((problem.status, problem.code.as_str(), problem.field.as_deref()), (422, "config_missing", Some("VaultPath")));
    let wanted = "set `VaultPath` of service `backup` at acme (provider) or north (reseller) or contoso (customer)";
    assert_eq!(problem.recommended_action.as_deref(), Some(wanted));
}

#[tokio::test]
async fn the_services_own_conditions_refuse_with_their_code() {
    let world = World::new().await;
    let storage = Setting::new("backup", "StorageTB", At::tenant("contoso"), Value::Int(200));
    set_override(&world.programs, &storage, &me()).await.unwrap();
    let ask = world.order("contoso", "Premium");
    let problem = world.prepare(&ask).await.map(|_| ()).unwrap_err();
    assert_eq!((problem.code.as_str(), problem.detail.as_str()), ("BK010", "More than 100 TB needs two years."));
    world.prepare(&with(ask, &[("ContractYears", Value::Int(2))])).await.unwrap();
}

#[tokio::test]
async fn who_and_what_must_fit_together() {
    let world = World::new().await;
    check(&world, &world.order("north", "Premium"), 422, &["not_a_customer"]).await;
    check(&world, &world.order("contso", "Premium"), 404, &["tenant_not_found"]).await;
    check(&world, &Ask { user: Some("anna".into()), ..world.order("contoso", "Premium") }, 422, &["not_for_users"]).await;
    check(&world, &Ask { instance: Some("dev".into()), ..world.order("contoso", "Premium") }, 422, &["no_instances"]).await;
    check(&world, &Ask { plan: None, ..world.order("contoso", "Premium") }, 422, &["plan_required"]).await;
    check(&world, &world.order("contoso", "Old"), 422, &["plan_retired"]).await;
    check(&world, &world.order("contoso", "Gold"), 404, &["plan_not_found"]).await;
    check(&world, &Ask::of(Verb::Change, uuid::Uuid::nil()), 404, &["subscription_not_found"]).await;
    check(&world, &Ask { verb: Verb::Suspend, ..world.order("contoso", "Premium") }, 404, &["subscription_not_found"]).await;
}

#[tokio::test]
async fn instances_have_the_names_the_service_allows() {
    let world = World::empty().await;
    let service = SERVICE
        .replace("Instances   = 'Single'", "Instances = 'Multiple'; InstanceNames = 'dev', 'prod'")
        .replace("Hidden = $true; Required = $true", "Hidden = $true");
    world.import(&files(&service, &[])).await;
    let of = |name: Option<&str>| Ask { instance: name.map(Into::into), ..world.order("contoso", "Premium") };
    check(&world, &of(None), 422, &["instance_required"]).await;
    check(&world, &of(Some("stage")), 422, &["instance_name"]).await;
    assert_eq!(world.prepare(&of(Some("Prod"))).await.unwrap().subscription.instance, "prod");
}

#[tokio::test]
async fn a_change_keeps_what_it_does_not_name_and_says_what_differs() {
    let world = World::new().await;
    let first = world.prepare(&with(world.order("contoso", "Standard"), &[("ContractYears", Value::Int(2))])).await.unwrap();
    assert!(first.snapshot.changed.contains(&"Plan".to_owned()) && first.snapshot.subscription.previous.is_none());
    world.complete(&first).await;
    let change = Ask { plan: Some("Premium".into()), ..Ask::of(Verb::Change, first.subscription.id) };
    let second = world.prepare(&change).await.unwrap();
    assert_eq!(second.snapshot.changed, ["Plan", "BandwidthGB", "StorageTB"]);
    assert_eq!(second.snapshot.properties.get("ContractYears"), Some(&Value::Int(2)));
    let previous = second.snapshot.subscription.previous.as_ref().unwrap();
    assert_eq!(previous.properties.get("StorageTB"), Some(&Value::Int(1)));
    assert!(!second.is_new);
    let same = world.prepare(&Ask::of(Verb::Change, first.subscription.id)).await.unwrap();
    assert!(same.snapshot.changed.is_empty());
    assert_eq!(same.snapshot.plan.map(|plan| plan.name).as_deref(), Some("Standard"));
}

#[tokio::test]
async fn what_is_read_only_after_a_provision_cannot_change() {
    let world = World::new().await;
    let first = world.prepare(&world.order("contoso", "Standard")).await.unwrap();
    world.complete(&first).await;
    let change = Ask::of(Verb::Change, first.subscription.id);
    check(&world, &with(change.clone(), &[("ContractYears", Value::Int(3))]), 422, &["ContractYears read_only"]).await;
    world.prepare(&with(change, &[("ContractYears", Value::Int(1))])).await.unwrap();
    let leave = Ask::of(Verb::Deprovision, first.subscription.id);
    world.prepare(&with(leave.clone(), &[("LeaveReason", Value::text("moved"))])).await.unwrap();
    check(&world, &with(leave.clone(), &[("Username", Value::text("other"))]), 422, &["Username not_an_input"]).await;
    check(&world, &Ask { plan: Some("Premium".into()), ..leave }, 422, &["plan_not_asked"]).await;
}

#[tokio::test]
async fn a_verb_must_go_with_the_state_and_there_is_one_of_each() {
    let world = World::new().await;
    let first = world.prepare(&world.order("contoso", "Standard")).await.unwrap();
    world.complete(&first).await;
    check(&world, &world.order("contoso", "Premium"), 409, &["already_subscribed"]).await;
    check(&world, &Ask::of(Verb::Resume, first.subscription.id), 409, &["subscription_state"]).await;
    check(&world, &Ask::of(Verb::Provision, first.subscription.id), 409, &["subscription_state"]).await;
    let by_name = Ask { verb: Verb::Suspend, plan: None, properties: Object::new(), ..world.order("contoso", "Standard") };
    assert_eq!(world.prepare(&by_name).await.unwrap().subscription.id, first.subscription.id);
}

#[tokio::test]
async fn a_users_service_stands_on_the_customers() {
    let world = World::empty().await;
    let service =
        "@{ Format = 1; Name = 'mail'; Version = '1.0.0'; DisplayName = 'Mail'; Description = 'Mail.'; For = 'User'; Instances = 'Single'
        Properties = @(
            @{ Name = 'Domain'; Kind = 'Result'; Type = 'string' }
            @{ Name = 'SizeGB'; Kind = 'Plan'; Type = 'int'; Level = 'User'; Overridable = 'User' }
            @{ Name = 'Address'; Kind = 'Input'; Type = 'email'; Level = 'User'; Default = { $User.Email } }
        )
        Plans = @(
            @{ Name = 'Base'; Level = 'Customer' }
            @{ Name = 'Box'; Level = 'User'; Set = @{ SizeGB = 5 } }
        ) }";
    world.import(&files(service, &[])).await;
    engine::create_user(
        world.store(),
        &engine::NewUser { email: Some("anna@contoso.example".into()), ..engine::NewUser::new("contoso", "anna") },
        &me(),
    )
    .await
    .unwrap();
    let of_user = Ask { user: Some("anna".into()), ..Ask::provision("contoso", "mail", "Box") };
    check(&world, &of_user, 409, &["customer_subscription_missing"]).await;
    check(&world, &Ask { user: Some("ana".into()), ..of_user.clone() }, 404, &["user_not_found"]).await;
    check(&world, &Ask::provision("contoso", "mail", "Box"), 422, &["plan_level"]).await;
    let base = world.prepare(&Ask::provision("contoso", "mail", "Base")).await.unwrap();
    world.complete(&base).await;
    let domain = model::PropertyValue {
        service: "mail".into(),
        property: "Domain".into(),
        level: model::Level::Subscription,
        place_id: base.subscription.id,
        value: Value::text("contoso.example"),
        locked: false,
    };
    world.store().write(store::values::set(&domain)).await.unwrap();
    let prepared = world.prepare(&of_user).await.unwrap();
    assert_eq!(prepared.subscription.parent_id, Some(base.subscription.id));
    let snapshot = &prepared.snapshot;
    assert_eq!(snapshot.properties.get("Address"), Some(&Value::text("anna@contoso.example")));
    assert_eq!(snapshot.properties.get("Domain"), Some(&Value::text("contoso.example")));
    assert!(snapshot.variables().contains("CustomerSubscription"));
    world.complete(&prepared).await;
    check(&world, &Ask::of(Verb::Deprovision, base.subscription.id), 409, &["has_dependents"]).await;
}

#[tokio::test]
async fn editing_a_plan_reaches_the_next_request_and_not_the_one_before() {
    let world = World::new().await;
    let before = world.prepare(&world.order("contoso", "Standard")).await.unwrap();
    world.tenant("tailspin", TenantKind::Customer, Some("north")).await;
    world.import(&files(&SERVICE.replace("BandwidthGB = 100;  StorageTB = 1", "BandwidthGB = 100;  StorageTB = 2"), &[])).await;
    let after = world.prepare(&world.order("tailspin", "Standard")).await.unwrap();
    assert_eq!(before.snapshot.properties.get("StorageTB"), Some(&Value::Int(1)));
    assert_eq!(after.snapshot.properties.get("StorageTB"), Some(&Value::Int(2)));
    assert_ne!(before.program.hash, after.program.hash);
}
