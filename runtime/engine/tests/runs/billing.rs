//! What is billed: each completed run once, in the batch that completes it; a failed one never.

use engine::Ask;
use model::{BillingKind, RunState, SubscriptionState, Verb};
use testkit::{Kit, PackageText, Play, rule};

async fn kit() -> Kit {
    let kit = Kit::new().await;
    let a = rule("a", "test.idempotent", "");
    let package = PackageText::new("svc");
    let verbs = ["provision", "change", "suspend", "resume", "deprovision", "verify"];
    let package = verbs.iter().fold(package, |package, verb| package.process(verb, [a.as_str()]));
    kit.import(&package.files()).await;
    kit
}

/// Asks, and compares the ends of run and subscription and the kinds billed so far.
async fn check(kit: &Kit, ask: Ask, state: RunState, subscription: SubscriptionState, billed: &[BillingKind]) -> model::Run {
    let run = kit.ask(ask).await.unwrap_or_else(|problem| panic!("{problem:#?}"));
    let details = kit.settled(&run).await;
    assert_eq!(details.run.state, state, "{:?}", details.run.reason);
    assert_eq!(kit.subscription(&run).await.state, subscription);
    let kinds: Vec<BillingKind> = kit.billed().await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, billed);
    run
}

#[tokio::test]
async fn each_verb_that_completes_is_billed_once_and_moves_the_subscription() {
    use BillingKind as B;
    use SubscriptionState as S;
    let kit = kit().await;
    let good = RunState::Succeeded;
    let id = check(&kit, Ask::provision("contoso", "svc", "Standard"), good, S::Active, &[B::Start]).await.subscription_id;
    let change = Ask { plan: Some("Premium".to_owned()), ..Ask::of(Verb::Change, id) };
    check(&kit, change, good, S::Active, &[B::Start, B::Change]).await;
    check(&kit, Ask::of(Verb::Verify, id), good, S::Active, &[B::Start, B::Change]).await;
    check(&kit, Ask::of(Verb::Suspend, id), good, S::Suspended, &[B::Start, B::Change, B::Suspend]).await;
    check(&kit, Ask::of(Verb::Resume, id), good, S::Active, &[B::Start, B::Change, B::Suspend, B::Resume]).await;
    check(&kit, Ask::of(Verb::Deprovision, id), good, S::Ended, &[B::Start, B::Change, B::Suspend, B::Resume, B::Stop]).await;
    assert_eq!(
        kit.events().await.into_iter().filter(|kind| kind != "RunAccepted").collect::<Vec<_>>(),
        ["Provisioned", "Changed", "Verified", "Suspended", "Resumed", "Deprovisioned"]
    );
    let events = store::billing::list(kit.store(), &store::billing::Filter::default()).await.unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.plan.as_deref(), event.sku.as_deref(), event.quantity.as_str())).collect();
    assert_eq!(told[..2], [(Some("Standard"), Some("T001"), "1"), (Some("Premium"), Some("T002"), "1")]);
    assert_eq!(store::check::violations(kit.store()).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_failed_provision_and_a_failed_change_are_not_billed() {
    use BillingKind as B;
    use SubscriptionState as S;
    let kit = kit().await;
    kit.ledger.plan("run a", [Play::NotDone, Play::Done, Play::NotDone]);
    check(&kit, Ask::provision("contoso", "svc", "Standard"), RunState::Failed, S::Ended, &[]).await;
    let id = check(&kit, Ask::provision("contoso", "svc", "Standard"), RunState::Succeeded, S::Active, &[B::Start]).await.subscription_id;
    let change = Ask { plan: Some("Premium".to_owned()), ..Ask::of(Verb::Change, id) };
    let run = check(&kit, change, RunState::Failed, S::Active, &[B::Start]).await;
    assert_eq!(kit.subscription(&run).await.plan.as_deref(), Some("Standard"), "a failed change leaves the plan");
}

#[tokio::test]
async fn an_unknown_step_is_not_billed() {
    let kit = Kit::new().await;
    kit.import(&PackageText::new("svc").process("provision", [rule("a", "test.once", "").as_str()]).files()).await;
    kit.ledger.plan("run a", [Play::UnclearButDone]);
    check(&kit, Ask::provision("contoso", "svc", "Standard"), RunState::Attention, SubscriptionState::Pending, &[]).await;
}

#[tokio::test]
async fn undoing_a_finished_run_writes_a_reversal_and_puts_the_subscription_back() {
    use BillingKind as B;
    let kit = kit().await;
    let good = RunState::Succeeded;
    let run = check(&kit, Ask::provision("contoso", "svc", "Standard"), good, SubscriptionState::Active, &[B::Start]).await;
    let change = Ask { plan: Some("Premium".to_owned()), ..Ask::of(Verb::Change, run.subscription_id) };
    let change = check(&kit, change, good, SubscriptionState::Active, &[B::Start, B::Change]).await;
    let problem = kit.handle().undo(run.id, &testkit::tester()).await.unwrap_err();
    assert_eq!((problem.code.as_str(), problem.run_id), ("not_latest_run", Some(change.id.to_string())));
    kit.handle().undo(change.id, &testkit::tester()).await.unwrap();
    assert_eq!(kit.ended(&change).await.run.state, RunState::Undone);
    let subscription = kit.subscription(&change).await;
    assert_eq!((subscription.state, subscription.plan.as_deref()), (SubscriptionState::Active, Some("Standard")));
    assert_eq!(kit.billed().await[1..], [(B::Change, change.id), (B::Reversal, change.id)]);
    assert_eq!(kit.ledger.calls(), ["run a", "run a", "undo a"]);
}

#[tokio::test]
async fn undoing_a_finished_provision_ends_the_subscription_and_a_removal_brings_it_back() {
    use BillingKind as B;
    let kit = kit().await;
    let first =
        check(&kit, Ask::provision("contoso", "svc", "Standard"), RunState::Succeeded, SubscriptionState::Active, &[B::Start]).await;
    let gone = Ask::of(Verb::Deprovision, first.subscription_id);
    let gone = check(&kit, gone, RunState::Succeeded, SubscriptionState::Ended, &[B::Start, B::Stop]).await;
    kit.handle().undo(gone.id, &testkit::tester()).await.unwrap();
    kit.ended(&gone).await;
    assert_eq!(kit.subscription(&gone).await.state, SubscriptionState::Active);
    let other = kit.order("fabrikam", "svc").await;
    kit.ended(&other).await;
    kit.handle().undo(other.id, &testkit::tester()).await.unwrap();
    assert_eq!(kit.ended(&other).await.run.state, RunState::Undone);
    assert_eq!(kit.subscription(&other).await.state, SubscriptionState::Ended);
}
