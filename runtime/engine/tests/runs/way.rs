//! The way of a run through its rules: conditions, outputs, policies, retries, what is on record.

use std::time::Duration;

use model::{RunState, StepState};
use testkit::{Kit, PackageText, Play, rule};

/// Runs the rules and answers the run's state and, for each step, `rule state`.
async fn check(kit: &Kit, rules: &[&str], state: RunState, steps: &[&str]) {
    kit.import(&PackageText::new("svc").process("provision", rules.iter().copied()).files()).await;
    let run = kit.order("contoso", "svc").await;
    let details = kit.settled(&run).await;
    let told: Vec<String> = details.steps.iter().map(|step| format!("{} {}", step.rule, step.state)).collect();
    assert_eq!(told, steps, "{:?}", details.run.reason);
    assert_eq!(details.run.state, state, "{:?}", details.run.reason);
}

#[tokio::test]
async fn rules_run_in_the_order_of_their_phases() {
    let kit = Kit::new().await;
    let rules = [
        "@{ Name = 'last'; Phase = 'Post'; Action = 'test.idempotent'; With = @{ Key = 'last' } }",
        "@{ Name = 'middle'; Phase = 'Main'; Action = 'test.idempotent'; With = @{ Key = 'middle' } }",
        "@{ Name = 'first'; Phase = 'Pre'; Action = 'test.idempotent'; With = @{ Key = 'first' } }",
    ];
    check(&kit, &rules, RunState::Succeeded, &["first succeeded", "middle succeeded", "last succeeded"]).await;
    assert_eq!(kit.ledger.calls(), ["run first", "run middle", "run last"]);
}

#[tokio::test]
async fn a_process_without_rules_and_a_verb_without_a_process_succeed() {
    let kit = Kit::new().await;
    kit.import(&PackageText::new("svc").files()).await;
    let run = kit.order("contoso", "svc").await;
    let details = kit.ended(&run).await;
    assert_eq!((details.run.state, details.steps.len()), (RunState::Succeeded, 0));
}

#[tokio::test]
async fn a_rule_whose_condition_is_false_is_skipped_and_says_why() {
    let kit = Kit::new().await;
    let rules = [
        rule("a", "test.idempotent", "When = { $Plan.StorageTB -gt 5 }"),
        rule("b", "test.idempotent", "When = { $Plan.StorageTB -eq 1 }"),
    ];
    check(&kit, &[&rules[0], &rules[1]], RunState::Succeeded, &["a skipped", "b succeeded"]).await;
    let run = store::runs::list(kit.store(), &store::runs::Filter::default()).await.unwrap().remove(0);
    let steps = kit.details(&run).await.steps;
    let when = steps[0].when.as_ref().unwrap();
    assert_eq!((when.text.as_str(), &when.value), ("$Plan.StorageTB -gt 5", &model::Value::Bool(false)));
    assert_eq!(when.reads.get("Plan.StorageTB"), Some(&model::Value::Int(1)));
    assert!(steps[1].when.is_some());
}

#[tokio::test]
async fn rules_skipped_at_the_end_are_on_record_too() {
    let kit = Kit::new().await;
    let rules = [rule("a", "test.idempotent", ""), rule("b", "test.idempotent", "When = { $false }")];
    check(&kit, &[&rules[0], &rules[1]], RunState::Succeeded, &["a succeeded", "b skipped"]).await;
}

#[tokio::test]
async fn a_condition_that_cannot_be_evaluated_fails_the_step() {
    let kit = Kit::new().await;
    let rules = [rule("a", "test.idempotent", ""), rule("b", "test.idempotent", "When = { 1 / ($Plan.StorageTB - 1) }")];
    check(&kit, &[&rules[0], &rules[1]], RunState::Undone, &["a undone", "b failed"]).await;
    let run = store::runs::list(kit.store(), &store::runs::Filter::default()).await.unwrap().remove(0);
    assert_eq!(kit.details(&run).await.steps[1].error.as_ref().unwrap().code, "condition_error");
}

#[tokio::test]
async fn outputs_feed_later_rules() {
    let kit = Kit::new().await;
    let second = "@{ Name = 'b'; Phase = 'Main'; Action = 'test.idempotent'; With = @{ Key = { $Step.a.Made } } }";
    let first = rule("a", "test.idempotent", "Out = @{ Made = 'Value' }");
    check(&kit, &[&first, second], RunState::Succeeded, &["a succeeded", "b succeeded"]).await;
    assert_eq!(kit.ledger.calls(), ["run a", "run made a"]);
}

#[tokio::test]
async fn a_rule_that_may_fail_leaves_the_run_partly_succeeded() {
    let kit = Kit::new().await;
    kit.ledger.plan("run a", [Play::NotDone]);
    let rules = [rule("a", "test.idempotent", "OnError = 'Continue'"), rule("b", "test.idempotent", "")];
    check(&kit, &[&rules[0], &rules[1]], RunState::PartlySucceeded, &["a failed", "b succeeded"]).await;
    assert!(kit.events().await.contains(&"PartlySucceeded".to_owned()));
}

#[tokio::test]
async fn a_rule_that_is_not_required_only_warns() {
    let kit = Kit::new().await;
    kit.ledger.plan("run a", [Play::NotDone]);
    let rules = [rule("a", "test.idempotent", "Required = $false"), rule("b", "test.idempotent", "")];
    check(&kit, &[&rules[0], &rules[1]], RunState::Succeeded, &["a failed", "b succeeded"]).await;
    let log = store::log::of_run(kit.store(), 1, 0, 10).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].1.level, log[0].1.code.as_deref()), (model::LogLevel::Warning, Some("test_not_done")));
}

#[tokio::test]
async fn a_rule_may_ask_for_a_person_instead_of_undo() {
    let kit = Kit::new().await;
    kit.ledger.plan("run b", [Play::NotDone]);
    let rules = [rule("a", "test.idempotent", ""), rule("b", "test.idempotent", "OnError = 'Attention'")];
    check(&kit, &[&rules[0], &rules[1]], RunState::Attention, &["a succeeded", "b failed"]).await;
    assert_eq!(kit.events().await, ["RunAccepted", "AttentionNeeded"]);
}

#[tokio::test]
async fn a_retry_waits_on_record_until_its_time_has_come() {
    let kit = Kit::new().await;
    kit.ledger.plan("run a", [Play::NotDone, Play::NotDone]);
    let retry = rule("a", "test.idempotent", "Retry = @{ Count = 3; Delay = '00:00:05'; Backoff = 2 }");
    check(&kit, &[&retry], RunState::Waiting, &["a waiting"]).await;
    let run = store::runs::list(kit.store(), &store::runs::Filter::default()).await.unwrap().remove(0);
    let wait = store::waits::of_run(kit.store(), run.key).await.unwrap().unwrap();
    assert_eq!((wait.reason.as_str(), wait.until), ("retry", Some(kit.clock.now().after(Duration::from_secs(5)))));
    kit.advance(Duration::from_secs(5));
    kit.ledger.reached("run a", 2).await;
    kit.handle().wait_settled(run.id).await.unwrap();
    let wait = store::waits::of_run(kit.store(), run.key).await.unwrap().unwrap();
    assert_eq!(wait.until, Some(kit.clock.now().after(Duration::from_secs(10))), "the pause grows by the backoff");
    kit.advance(Duration::from_secs(10));
    let details = kit.ended(&run).await;
    assert_eq!((details.run.state, details.steps[0].attempt), (RunState::Succeeded, 3));
    assert_eq!(store::waits::of_run(kit.store(), run.key).await.unwrap(), None);
    let records = store::steps::of_run(kit.store(), run.key).await.unwrap();
    let states: Vec<_> = records.iter().map(|step| (step.attempt, step.state)).collect();
    assert_eq!(states, [(1, StepState::Waiting), (2, StepState::Waiting), (3, StepState::Succeeded)]);
}

#[tokio::test]
async fn each_finished_step_is_one_record_and_a_once_has_one_before_it_starts() {
    let kit = Kit::new().await;
    let rules = [rule("a", "test.idempotent", ""), rule("b", "test.once", ""), rule("c", "test.read", "")];
    check(&kit, &[&rules[0], &rules[1], &rules[2]], RunState::Succeeded, &["a succeeded", "b succeeded", "c succeeded"]).await;
    let records = store::steps::of_run(kit.store(), 1).await.unwrap();
    let records: Vec<String> = records.iter().map(|step| format!("{} {}", step.rule, step.state)).collect();
    assert_eq!(records, ["a succeeded", "b running", "b succeeded", "c succeeded"]);
}

#[tokio::test]
async fn what_a_native_says_is_in_the_log_of_its_step() {
    let kit = Kit::new().await;
    let rules = [
        rule("a", "test.idempotent", ""),
        "@{ Name = 'b'; Phase = 'Main'; Action = 'test.idempotent'; With = @{ Key = 'b'; Note = 'here I am' } }".to_owned(),
    ];
    check(&kit, &[&rules[0], &rules[1]], RunState::Succeeded, &["a succeeded", "b succeeded"]).await;
    let log = store::log::of_run(kit.store(), 1, 0, 10).await.unwrap();
    assert_eq!(log.iter().map(|(_, record)| (record.step, record.message.as_str())).collect::<Vec<_>>(), [(2, "here I am")]);
}

#[tokio::test]
async fn a_rule_out_of_time_ends_unclear() {
    let kit = Kit::new().await;
    kit.ledger.plan("run a", [Play::StopBefore]);
    check(&kit, &[&rule("a", "test.once", "Timeout = '00:00:00.0500000'")], RunState::Attention, &["a unknown"]).await;
    let run = store::runs::list(kit.store(), &store::runs::Filter::default()).await.unwrap().remove(0);
    assert_eq!(kit.details(&run).await.steps[0].error.as_ref().unwrap().code, "timeout");
}
