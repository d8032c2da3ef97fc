//! What a request gives and a run writes: kept when the run completes and not before, seen by the next request.

use engine::{Ask, NewUser, create_user};
use model::{Object, RunState, StepState, Value, Verb};
use testkit::{Kit, PackageText, Play, rule};

fn with(ask: Ask, properties: &[(&str, Value)]) -> Ask {
    Ask { properties: properties.iter().cloned().collect(), ..ask }
}

/// Values kept anywhere for the service, by name.
async fn check(kit: &Kit, wanted: &[(&str, &str)]) {
    let mut found: Vec<(String, Value)> = store::values::list(kit.store(), "svc", None)
        .await
        .expect("the store answers")
        .into_iter()
        .map(|kept| (kept.property, kept.value))
        .collect();
    found.sort_by(|left, right| left.0.cmp(&right.0));
    let wanted: Vec<(String, Value)> = wanted.iter().map(|(name, value)| ((*name).to_owned(), Value::text(*value))).collect();
    assert_eq!(found, wanted);
}

/// Asks, and answers the outputs of the step `seen`, if there is one.
async fn done(kit: &Kit, ask: Ask, state: RunState) -> (model::Run, Object) {
    let run = kit.ask(ask).await.unwrap_or_else(|problem| panic!("{problem:#?}"));
    let details = kit.ended(&run).await;
    assert_eq!(details.run.state, state, "{:?}", details.run.reason);
    let seen = details.steps.into_iter().find(|step| step.rule == "seen").map(|step| step.outputs);
    (details.run, seen.unwrap_or_default())
}

const SEEN: &str = "@{ Name = 'seen'; Phase = 'Post'; Action = 'data.compute'; With = @{
    Id = { $Property.AccountId }; User = { $Property.Username }; Changed = { $Changed -join ' ' }
    Was = { \"$($Subscription.Previous.Plan.Name) $($Subscription.Previous.Property.StorageTB)\" } } }";

#[tokio::test]
async fn what_a_run_wrote_the_next_request_sees_and_not_as_a_change() {
    let kit = Kit::new().await;
    let keep = "@{ Name = 'keep'; Phase = 'Main'; Action = 'property.set'; With = @{ AccountId = { \"A-$($Customer.Name)\" } } }";
    kit.import(&PackageText::new("svc").process("provision", [SEEN, keep]).process("change", [SEEN]).files()).await;
    let ask = with(Ask::provision("contoso", "svc", "Standard"), &[("Username", Value::text("anna"))]);
    let (run, seen) = done(&kit, ask, RunState::Succeeded).await;
    let object = |entries: &[(&str, Value)]| entries.iter().cloned().collect::<Object>();
    let text = |text: &str| Value::text(text);
    let new = [("Id", Value::Null), ("User", text("anna")), ("Changed", text("Plan StorageTB Username")), ("Was", text(" "))];
    assert_eq!(seen, object(&new));
    check(&kit, &[("AccountId", "A-contoso"), ("Username", "anna")]).await;
    let change = Ask { plan: Some("Premium".to_owned()), ..Ask::of(Verb::Change, run.subscription_id) };
    let (_, seen) = done(&kit, change, RunState::Succeeded).await;
    let next = [("Id", text("A-contoso")), ("User", text("anna")), ("Changed", text("Plan StorageTB")), ("Was", text("Standard 1"))];
    assert_eq!(seen, object(&next));
}

#[tokio::test]
async fn what_a_request_gives_is_kept_only_when_its_run_succeeds() {
    let kit = Kit::new().await;
    let a = rule("a", "test.idempotent", "");
    kit.import(&PackageText::new("svc").process("provision", [a.as_str()]).process("change", [a.as_str()]).files()).await;
    let named = |name: &str| [("Username", Value::text(name))];
    kit.ledger.plan("run a", [Play::NotDone, Play::Done, Play::NotDone]);
    done(&kit, with(Ask::provision("contoso", "svc", "Standard"), &named("one")), RunState::Failed).await;
    check(&kit, &[]).await;
    let (run, _) = done(&kit, with(Ask::provision("contoso", "svc", "Standard"), &named("two")), RunState::Succeeded).await;
    check(&kit, &[("Username", "two")]).await;
    let change = Ask::of(Verb::Change, run.subscription_id);
    done(&kit, with(change.clone(), &named("three")), RunState::Failed).await;
    check(&kit, &[("Username", "two")]).await;
    done(&kit, with(change, &named("four")), RunState::Succeeded).await;
    check(&kit, &[("Username", "four")]).await;
}

#[tokio::test]
async fn a_run_may_settle_an_input_within_its_limits() {
    let kit = Kit::new().await;
    let set = |value: &str| {
        format!(
            "@{{ Name = 'keep'; Phase = 'Main'; Action = 'property.set'; With = @{{ Username = {{ \"$($Customer.Name){value}\" }} }} }}"
        )
    };
    let package = |value: &str| {
        let mut files = PackageText::new("svc").process("provision", [set(value).as_str()]).files();
        let text = String::from_utf8(files.get("service.psd1").unwrap().to_vec()).unwrap();
        files.insert("service.psd1", text.replace("Default = 'nobody'", "Default = 'nobody'; Pattern = '[a-z0-9]+'").into_bytes());
        files
    };
    kit.import(&package("!")).await;
    let run = kit.order("contoso", "svc").await;
    let details = kit.ended(&run).await;
    assert_eq!(details.run.state, RunState::Failed);
    assert_eq!(details.steps[0].error.as_ref().map(|error| error.code.as_str()), Some("parameter_error"));
    kit.import(&package("7")).await;
    done(&kit, Ask::provision("contoso", "svc", "Standard"), RunState::Succeeded).await;
    check(&kit, &[("Username", "contoso7")]).await;
}

#[tokio::test]
async fn now_is_the_time_of_the_last_record_also_behind_a_skipped_rule() {
    // A clock that never stands still: each look is a millisecond later.
    let looks = std::sync::Arc::new(std::sync::atomic::AtomicI64::new(1_795_521_600_000));
    let clock: model::Clock =
        std::sync::Arc::new(move || model::Timestamp(looks.fetch_add(1, std::sync::atomic::Ordering::SeqCst) * 1_000));
    let kit = Kit::with(testkit::Options { clock: Some(clock), ..testkit::Options::default() }).await;
    let rules = [
        rule("a", "test.idempotent", ""),
        rule("skipped", "test.idempotent", "When = { $false }"),
        "@{ Name = 'seen'; Phase = 'Post'; Action = 'data.compute'; With = @{ Now = { $Now } } }".to_owned(),
        rule("b", "test.idempotent", "").replace("Main", "Post"),
    ];
    kit.import(&PackageText::new("svc").process("provision", rules.iter().map(String::as_str)).files()).await;
    let run = kit.order("contoso", "svc").await;
    let details = kit.ended(&run).await;
    let step = |name: &str| details.steps.iter().find(|step| step.rule == name).unwrap();
    assert_eq!(step("skipped").state, StepState::Skipped);
    let recorded = step("a").ended_at.unwrap();
    assert_eq!(step("skipped").ended_at, Some(recorded));
    assert_eq!(step("seen").outputs.get("Now"), Some(&Value::DateTime(recorded.to_utc())));
}

#[tokio::test]
async fn a_run_of_a_user_keeps_the_customers_subscription_still() {
    let kit = Kit::new().await;
    let a = rule("a", "test.idempotent", "");
    let mut files = PackageText::new("svc").process("provision.user", [a.as_str()]).process("provision.customer", []).files();
    let service =
        "@{ Format = 1; Name = 'svc'; Version = '1.0.0'; DisplayName = 'svc'; Description = 'x'; For = 'User'; Instances = 'Single'
        Plans = @( @{ Name = 'Standard'; Level = 'Customer' }, @{ Name = 'Box'; Level = 'User' } ) }";
    files.insert("service.psd1", service.as_bytes().to_vec());
    kit.import(&files).await;
    create_user(kit.store(), &NewUser::new("contoso", "anna"), &testkit::tester()).await.unwrap();
    let (base, _) = done(&kit, Ask::provision("contoso", "svc", "Standard"), RunState::Succeeded).await;
    kit.ledger.plan("run a", [Play::StopBefore]);
    let of_user = Ask { user: Some("anna".to_owned()), ..Ask::provision("contoso", "svc", "Box") };
    let run = kit.ask(of_user).await.unwrap();
    let problem = kit.ask(Ask::of(Verb::Suspend, base.subscription_id)).await.unwrap_err();
    assert_eq!((problem.code.as_str(), problem.run_id), ("active_run", Some(run.id.to_string())));
    kit.ledger.let_go("run a");
    assert_eq!(kit.ended(&run).await.run.state, RunState::Succeeded);
    assert_eq!(kit.ledger.calls(), ["run a"]);
    done(&kit, Ask::of(Verb::Suspend, base.subscription_id), RunState::Succeeded).await;
}
