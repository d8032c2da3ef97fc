//! The way back: done steps in reverse, each on record once, and what cannot be taken back is said.

use model::{RunState, StepState, SubscriptionState};
use testkit::{Kit, PackageText, Play, rule};

/// Runs the rules, of which one is told to fail, and compares calls, states of steps and the ends of run and subscription.
async fn check(
    rules: &[&str],
    plays: &[(&str, &[Play])],
    calls: &[&str],
    steps: &[&str],
    run: RunState,
    subscription: SubscriptionState,
) -> Kit {
    let kit = Kit::new().await;
    kit.import(&PackageText::new("svc").process("provision", rules.iter().copied()).files()).await;
    for (call, plays) in plays {
        kit.ledger.plan(call, plays.iter().copied());
    }
    let order = kit.order("contoso", "svc").await;
    let details = kit.ended(&order).await;
    assert_eq!(kit.ledger.calls(), calls, "{:?}", details.run.reason);
    let told: Vec<String> = details.steps.iter().map(|step| format!("{} {}", step.rule, step.state)).collect();
    assert_eq!(told, steps, "{:?}", details.run.reason);
    assert_eq!(details.run.state, run, "{:?}", details.run.reason);
    assert_eq!(kit.subscription(&order).await.state, subscription);
    assert_eq!(kit.billed().await, [], "what failed is never billed");
    kit
}

#[tokio::test]
async fn a_failed_step_undoes_the_steps_before_it_in_reverse() {
    let rules = [
        rule("a", "test.idempotent", ""),
        rule("b", "test.verify-first", ""),
        rule("c", "test.once", ""),
        rule("d", "test.idempotent", ""),
    ];
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let calls = ["run a", "run b", "run c", "run d", "undo c", "undo b", "undo a"];
    let steps = ["a undone", "b undone", "c undone", "d failed"];
    let kit = check(&rules, &[("run d", &[Play::NotDone])], &calls, &steps, RunState::Undone, SubscriptionState::Ended).await;
    assert_eq!(kit.ledger.world(), Vec::<String>::new());
    assert_eq!(kit.events().await, ["RunAccepted", "ProvisionFailed"]);
}

#[tokio::test]
async fn a_failure_before_anything_is_done_is_failed_and_not_undone() {
    let rules = [rule("a", "test.read", ""), rule("b", "test.idempotent", "")];
    let steps = ["a succeeded", "b failed"];
    check(&[&rules[0], &rules[1]], &[("run b", &[Play::NotDone])], &["run a", "run b"], &steps, RunState::Failed, SubscriptionState::Ended)
        .await;
}

#[tokio::test]
async fn an_undo_that_is_switched_off_is_not_run() {
    let rules = [rule("a", "test.idempotent", "Undo = $null"), rule("b", "test.idempotent", ""), rule("c", "test.idempotent", "")];
    let calls = ["run a", "run b", "run c", "undo b"];
    let steps = ["a succeeded", "b undone", "c failed"];
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    check(&rules, &[("run c", &[Play::NotDone])], &calls, &steps, RunState::Undone, SubscriptionState::Ended).await;
}

#[tokio::test]
async fn an_undo_that_fails_ends_the_run_and_names_the_step() {
    let rules = [rule("a", "test.idempotent", ""), rule("b", "test.idempotent", ""), rule("c", "test.idempotent", "")];
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let plays: &[(&str, &[Play])] = &[("run c", &[Play::NotDone]), ("undo b", &[Play::NotDone])];
    let calls = ["run a", "run b", "run c", "undo b"];
    let steps = ["a succeeded", "b undo_failed", "c failed"];
    let kit = check(&rules, plays, &calls, &steps, RunState::UndoFailed, SubscriptionState::Broken).await;
    let run = store::runs::list(kit.store(), &store::runs::Filter::default()).await.unwrap().remove(0);
    assert!(run.reason.unwrap().contains("`b`"));
}

#[tokio::test]
async fn the_retry_of_a_failed_undo_goes_on_where_it_stopped() {
    let rules = [rule("a", "test.idempotent", ""), rule("b", "test.idempotent", ""), rule("c", "test.idempotent", "")];
    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
    let plays: &[(&str, &[Play])] = &[("run c", &[Play::NotDone]), ("undo a", &[Play::NotDone])];
    let calls = ["run a", "run b", "run c", "undo b", "undo a"];
    let steps = ["a undo_failed", "b undone", "c failed"];
    let kit = check(&rules, plays, &calls, &steps, RunState::UndoFailed, SubscriptionState::Broken).await;
    let run = store::runs::list(kit.store(), &store::runs::Filter::default()).await.unwrap().remove(0);
    kit.handle().decide(run.id, engine::Decision::Retry, "mended", &testkit::tester()).await.unwrap();
    let details = kit.ended(&run).await;
    assert_eq!(details.run.state, RunState::Undone);
    assert_eq!(kit.ledger.calls()[5..], ["undo a"]);
    assert_eq!(kit.subscription(&run).await.state, SubscriptionState::Ended);
}

#[tokio::test]
async fn an_unclear_step_is_undone_first_if_its_undo_always_runs() {
    let always = "Undo = @{ Action = 'test.undo'; With = @{ Key = 'b' }; Always = $true }";
    let rules = [rule("a", "test.idempotent", ""), rule("b", "test.idempotent", always)];
    let calls = ["run a", "run b", "undo b", "undo a"];
    let steps = ["a undone", "b undone"];
    check(&[&rules[0], &rules[1]], &[("run b", &[Play::UnclearButDone])], &calls, &steps, RunState::Undone, SubscriptionState::Ended).await;
}

#[tokio::test]
async fn an_unclear_step_without_such_an_undo_ends_undo_failed_and_is_named() {
    let rules = [rule("a", "test.idempotent", ""), rule("b", "test.idempotent", "")];
    let steps = ["a succeeded", "b undo_failed"];
    let kit = check(
        &[&rules[0], &rules[1]],
        &[("run b", &[Play::UnclearButDone])],
        &["run a", "run b"],
        &steps,
        RunState::UndoFailed,
        SubscriptionState::Broken,
    )
    .await;
    let run = store::runs::list(kit.store(), &store::runs::Filter::default()).await.unwrap().remove(0);
    assert!(run.reason.as_ref().unwrap().contains("`b`"), "{:?}", run.reason);
    // A person has looked at it and says so: now its undo runs, and the rest.
    kit.handle().decide(run.id, engine::Decision::Retry, "looked at it", &testkit::tester()).await.unwrap();
    assert_eq!(kit.ended(&run).await.run.state, RunState::Undone);
    assert_eq!(kit.ledger.calls()[2..], ["undo b", "undo a"]);
}

#[tokio::test]
async fn an_undo_of_an_unclear_end_is_verified() {
    let undo = "Undo = @{ Action = 'test.undo-verified'; With = @{ Key = 'a' } }";
    let rules = [rule("a", "test.idempotent", undo), rule("b", "test.idempotent", "")];
    let plays: &[(&str, &[Play])] = &[("run b", &[Play::NotDone]), ("undo a", &[Play::UnclearButDone])];
    let calls = ["run a", "run b", "undo a", "verify a"];
    check(&[&rules[0], &rules[1]], plays, &calls, &["a undone", "b failed"], RunState::Undone, SubscriptionState::Ended).await;
}

#[tokio::test]
async fn the_undo_gets_what_was_recorded_with_the_step() {
    let kit = Kit::new().await;
    let undo = "Undo = @{ Action = 'test.undo'; With = @{ Key = { $Output.Value } } }";
    let rules = [rule("a", "test.idempotent", undo), rule("b", "test.idempotent", "")];
    kit.import(&PackageText::new("svc").process("provision", [rules[0].as_str(), &rules[1]]).files()).await;
    kit.ledger.plan("run b", [Play::NotDone]);
    let run = kit.order("contoso", "svc").await;
    let details = kit.ended(&run).await;
    assert_eq!(kit.ledger.calls(), ["run a", "run b", "undo made a"]);
    assert_eq!(details.steps[0].state, StepState::Undone);
    assert_eq!(details.steps[0].undo.as_ref().unwrap().parameters.get("Key"), Some(&model::Value::text("made a")));
}
