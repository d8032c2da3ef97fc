//! Taking asks in: one batch or nothing, one active run a subscription, the same answer for the same key.

use engine::{Ask, IdempotencyKey};
use model::{RunState, SubscriptionState, Value, Verb};
use testkit::{Kit, PackageText, Play, rule};

fn package() -> PackageText {
    let rules = [rule("a", "test.idempotent", ""), rule("b", "test.idempotent", "")];
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    PackageText::new("svc").process("provision", rules.iter().copied()).process("change", rules.iter().copied())
}

async fn kit() -> Kit {
    let kit = Kit::new().await;
    kit.import(&package().files()).await;
    kit
}

fn key(key: &str, body: &str) -> Option<IdempotencyKey> {
    Some(IdempotencyKey { key: key.to_owned(), route: "POST /subscriptions".to_owned(), body_hash: body.to_owned() })
}

/// Asks, and compares the refusal's code and run.
async fn check(kit: &Kit, ask: Ask, code: &str, run: Option<uuid::Uuid>) {
    let problem = kit.ask(ask).await.expect_err("the ask is refused");
    assert_eq!((problem.code.as_str(), problem.run_id), (code, run.map(|run| run.to_string())), "{}", problem.detail);
}

#[tokio::test]
async fn an_accepted_ask_is_on_record_whole() {
    let kit = kit().await;
    kit.ledger.plan("run a", [Play::StopBefore]);
    let run = kit.order("contoso", "svc").await;
    assert_eq!(
        (run.state, run.verb, run.tenant.as_str(), run.plan.as_deref()),
        (RunState::Queued, Verb::Provision, "contoso", Some("Standard"))
    );
    assert_eq!(kit.subscription(&run).await.state, SubscriptionState::Pending);
    assert_eq!(kit.events().await, ["RunAccepted"]);
    let audit = store::audit::list(kit.store(), 0, 100).await.unwrap();
    assert!(audit.iter().any(|(_, entry)| entry.action == "subscription.provision" && entry.principal == testkit::TESTER));
    let request = store::requests::by_id(kit.store(), run.request_id).await.unwrap().unwrap();
    assert_eq!(request.program_hash, run.program_hash);
    kit.ledger.let_go("run a");
    assert_eq!(kit.ended(&run).await.run.state, RunState::Succeeded);
}

#[tokio::test]
async fn the_second_of_two_orders_at_once_gets_the_run_that_is_in_the_way() {
    let kit = kit().await;
    kit.ledger.plan("run a", [Play::StopBefore]);
    let run = kit.order("contoso", "svc").await;
    check(&kit, Ask::provision("contoso", "svc", "Standard"), "active_run", Some(run.id)).await;
    kit.ledger.let_go("run a");
    kit.ended(&run).await;
    check(&kit, Ask::provision("contoso", "svc", "Standard"), "already_subscribed", None).await;
    kit.order("fabrikam", "svc").await;
}

#[tokio::test]
async fn of_many_changes_at_once_one_is_taken_in_and_the_others_learn_its_run() {
    let kit = kit().await;
    let run = kit.order("contoso", "svc").await;
    kit.ended(&run).await;
    kit.ledger.plan("run a", [Play::StopBefore]);
    let ask = Ask { plan: Some("Premium".to_owned()), ..Ask::of(Verb::Change, run.subscription_id) };
    let asked = futures::future::join_all((0..8).map(|_| kit.ask(ask.clone()))).await;
    let (taken, refused): (Vec<_>, Vec<_>) = asked.into_iter().partition(Result::is_ok);
    assert_eq!(taken.len(), 1);
    let taken = taken[0].as_ref().unwrap();
    for problem in refused {
        let problem = problem.unwrap_err();
        assert_eq!((problem.code.as_str(), problem.run_id), ("active_run", Some(taken.id.to_string())));
    }
    kit.ledger.let_go("run a");
    kit.ended(taken).await;
    assert_eq!(kit.subscription(&run).await.plan.as_deref(), Some("Premium"));
}

#[tokio::test]
async fn the_same_key_gets_the_same_answer_and_another_body_is_refused() {
    let kit = kit().await;
    let ask = Ask::provision("contoso", "svc", "Standard");
    let first = kit.ask_with(ask.clone(), key("k", "one")).await.unwrap();
    kit.ended(&first.run).await;
    let again = kit.ask_with(ask.clone(), key("k", "one")).await.unwrap();
    assert!(again.replayed && !first.replayed);
    assert_eq!((again.run.id, again.run.state), (first.run.id, RunState::Queued), "the stored answer, not today's");
    let problem = kit.ask_with(ask.clone(), key("k", "two")).await.unwrap_err();
    assert_eq!((problem.code.as_str(), problem.status), ("idempotency_mismatch", 422));
    kit.clock.advance(std::time::Duration::from_secs(25 * 3600));
    let problem = kit.ask_with(ask, key("k", "two")).await.unwrap_err();
    assert_eq!(problem.code, "already_subscribed", "a key is kept for 24 hours");
}

#[tokio::test]
async fn asks_with_one_key_at_once_make_one_run() {
    let kit = kit().await;
    let ask = Ask::provision("contoso", "svc", "Standard");
    let asked = futures::future::join_all((0..8).map(|_| kit.ask_with(ask.clone(), key("k", "one")))).await;
    let runs: std::collections::BTreeSet<_> = asked.into_iter().map(|accepted| accepted.unwrap().run.id).collect();
    assert_eq!(runs.len(), 1);
}

#[tokio::test]
async fn editing_a_plan_while_a_request_runs_does_not_change_it() {
    let kit = Kit::new().await;
    let rules = |note: &str| {
        let first = rule("a", "test.idempotent", "");
        let second = format!(
            "@{{ Name = 'b'; Phase = 'Main'; Action = 'test.idempotent'; With = @{{ Key = {{ \"$($Plan.StorageTB) {note}\" }} }} }}"
        );
        PackageText::new("svc").process("provision", [first.as_str(), &second]).files()
    };
    kit.import(&rules("old")).await;
    kit.ledger.plan("run a", [Play::StopBefore]);
    let run = kit.order("contoso", "svc").await;
    kit.ledger.reached("run a", 1).await;
    kit.import(&rules("new")).await;
    let tenant = store::tenants::by_name(kit.store(), "contoso").await.unwrap().unwrap();
    let other = model::Override {
        service: "svc".to_owned(),
        property: "StorageTB".to_owned(),
        plan: None,
        level: model::Level::Customer,
        place_id: tenant.id,
        value: Value::Int(77),
        locked: false,
    };
    kit.store().write(store::values::set_override(&other)).await.unwrap();
    kit.ledger.let_go("run a");
    assert_eq!(kit.ended(&run).await.run.state, RunState::Succeeded);
    assert_eq!(kit.ledger.calls(), ["run a", "run 1 old"]);
    let run = kit.order("fabrikam", "svc").await;
    kit.ended(&run).await;
    assert_eq!(kit.ledger.calls()[3], "run 1 new");
}
