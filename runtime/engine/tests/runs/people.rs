//! What people do to runs.

use engine::Decision;
use model::{RunState, StepState, SubscriptionState};
use testkit::{Kit, PackageText, Play, rule, tester};

/// A run of `a`, `b` and `c`, of which `b` is `action` with `keys` and does what `plays` says; it has come to `state`.
async fn check(action: &str, keys: &str, plays: &[Play], state: RunState) -> (Kit, model::Run) {
    let kit = Kit::new().await;
    let rules = [rule("a", "test.idempotent", ""), rule("b", action, keys), rule("c", "test.idempotent", "")];
    kit.import(&PackageText::new("svc").process("provision", rules.iter().map(String::as_str)).files()).await;
    kit.ledger.plan("run b", plays.iter().copied());
    let run = kit.order("contoso", "svc").await;
    let run = if plays.contains(&Play::StopBefore) || plays.contains(&Play::StopAfter) {
        kit.ledger.reached("run b", 1).await;
        run
    } else {
        let run = kit.settled(&run).await.run;
        assert_eq!(run.state, state, "{:?}", run.reason);
        run
    };
    (kit, run)
}

async fn states(kit: &Kit, run: &model::Run) -> Vec<(String, StepState)> {
    kit.details(run).await.steps.into_iter().map(|step| (step.rule, step.state)).collect()
}

#[tokio::test]
async fn a_retried_step_runs_again_and_the_run_goes_on() {
    let (kit, run) = check("test.once", "", &[Play::Unclear], RunState::Attention).await;
    kit.handle().decide(run.id, Decision::Retry, "looked at it", &tester()).await.unwrap();
    let details = kit.ended(&run).await;
    assert_eq!(details.run.state, RunState::Succeeded);
    assert_eq!(kit.ledger.calls(), ["run a", "run b", "run b", "run c"]);
    assert_eq!(details.steps[1].attempt, 2);
    let audit = store::audit::list(kit.store(), 0, 100).await.unwrap();
    let entry = audit.iter().find(|(_, entry)| entry.action == "run.retry").unwrap();
    assert_eq!(entry.1.detail.get("reason"), Some(&model::Value::text("looked at it")));
}

#[tokio::test]
async fn the_retry_of_an_unknown_step_with_a_verify_asks_it_first() {
    let kit = Kit::new().await;
    kit.import(&PackageText::new("svc").process("provision", [rule("a", "test.verify-first", "").as_str()]).files()).await;
    kit.ledger.plan("run a", [Play::UnclearButDone]);
    kit.ledger.plan("verify a", [Play::NotDone]);
    let run = kit.order("contoso", "svc").await;
    assert_eq!(kit.settled(&run).await.run.state, RunState::Attention);
    kit.handle().decide(run.id, Decision::Retry, "", &tester()).await.unwrap();
    assert_eq!(kit.ended(&run).await.run.state, RunState::Succeeded);
    assert_eq!(kit.ledger.calls(), ["run a", "verify a", "verify a"]);
}

#[tokio::test]
async fn a_skipped_step_is_left_and_needs_a_reason() {
    let (kit, run) = check("test.once", "", &[Play::Unclear], RunState::Attention).await;
    let problem = kit.handle().decide(run.id, Decision::Skip, " ", &tester()).await.unwrap_err();
    assert_eq!(problem.code, "reason_missing");
    kit.handle().decide(run.id, Decision::Skip, "done by hand", &tester()).await.unwrap();
    assert_eq!(kit.ended(&run).await.run.state, RunState::Succeeded);
    assert_eq!(kit.ledger.calls(), ["run a", "run b", "run c"]);
    assert_eq!(states(&kit, &run).await[1], ("b".to_owned(), StepState::Skipped));
}

#[tokio::test]
async fn a_run_that_a_person_fails_takes_back_what_it_did() {
    let (kit, run) = check("test.idempotent", "OnError = 'Attention'", &[Play::NotDone], RunState::Attention).await;
    kit.handle().decide(run.id, Decision::Fail, "not wanted any more", &tester()).await.unwrap();
    assert_eq!(kit.ended(&run).await.run.state, RunState::Undone);
    assert_eq!(kit.ledger.calls(), ["run a", "run b", "undo a"]);
    assert_eq!(kit.subscription(&run).await.state, SubscriptionState::Ended);
}

#[tokio::test]
async fn a_choice_for_a_run_that_asks_nothing_is_refused() {
    let (kit, run) = check("test.idempotent", "", &[], RunState::Succeeded).await;
    for decision in [Decision::Retry, Decision::Skip, Decision::Fail] {
        let problem = kit.handle().decide(run.id, decision, "why not", &tester()).await.unwrap_err();
        assert_eq!((problem.code.as_str(), problem.status), ("run_state", 409));
    }
    let problem = kit.handle().cancel(run.id, &tester()).await.unwrap_err();
    assert_eq!(problem.code, "run_state");
}

#[tokio::test]
async fn cancelling_a_running_run_takes_back_what_it_did_when_its_step_ends() {
    let (kit, run) = check("test.idempotent", "", &[Play::StopBefore], RunState::Running).await;
    let run = kit.handle().cancel(run.id, &tester()).await.unwrap();
    assert!(run.cancelled);
    kit.ledger.let_go("run b");
    assert_eq!(kit.ended(&run).await.run.state, RunState::Cancelled);
    assert_eq!(kit.ledger.calls(), ["run a", "run b", "undo b", "undo a"]);
    assert_eq!(kit.billed().await, []);
    assert!(kit.events().await.contains(&"Cancelled".to_owned()));
}

#[tokio::test]
async fn cancelling_outlives_a_crash_and_takes_back_what_was_in_flight() {
    for (action, calls) in [
        ("test.idempotent", &["run a", "run b", "run b", "undo b", "undo a"][..]),
        ("test.verify-first", &["run a", "run b", "verify b", "undo b", "undo a"]),
        ("test.read", &["run a", "run b", "undo a"]),
    ] {
        let (mut kit, run) = check(action, "", &[Play::StopAfter], RunState::Running).await;
        kit.handle().cancel(run.id, &tester()).await.unwrap();
        kit.crash_and_start().await;
        assert_eq!(kit.ended(&run).await.run.state, RunState::Cancelled, "{action}");
        assert_eq!(kit.ledger.calls(), calls, "{action}");
    }
}

#[tokio::test]
async fn cancelling_a_run_in_attention_or_waiting_takes_it_back() {
    let retry = "Retry = @{ Count = 1; Delay = '00:01:00'; Backoff = 1 }";
    for (action, keys, play, state) in [
        ("test.idempotent", "OnError = 'Attention'", Play::NotDone, RunState::Attention),
        ("test.idempotent", retry, Play::NotDone, RunState::Waiting),
    ] {
        let (kit, run) = check(action, keys, &[play], state).await;
        kit.handle().cancel(run.id, &tester()).await.unwrap();
        assert_eq!(kit.ended(&run).await.run.state, RunState::Cancelled);
        assert_eq!(kit.ledger.calls(), ["run a", "run b", "undo a"]);
        assert_eq!(store::waits::of_run(kit.store(), run.key).await.unwrap(), None);
    }
}

#[tokio::test]
async fn cancelling_a_run_that_stands_in_line_ends_it_and_nothing_runs() {
    let kit = Kit::with(testkit::Options { concurrency: 1, ..testkit::Options::default() }).await;
    kit.import(&PackageText::new("svc").process("provision", [rule("a", "test.idempotent", "").as_str()]).files()).await;
    kit.ledger.plan("run a", [Play::StopBefore]);
    let first = kit.order("contoso", "svc").await;
    kit.ledger.reached("run a", 1).await;
    let second = kit.order("fabrikam", "svc").await;
    let cancelled = kit.handle().cancel(second.id, &tester()).await.unwrap();
    assert_eq!((cancelled.state, cancelled.cancelled), (RunState::Cancelled, true));
    kit.ledger.let_go("run a");
    kit.ended(&first).await;
    let third = kit.order("fabrikam", "svc").await;
    kit.ended(&third).await;
    assert_eq!(kit.ledger.calls(), ["run a", "run a"]);
    assert_eq!(kit.details(&second).await.run.state, RunState::Cancelled);
    assert_eq!(kit.subscription(&second).await.state, SubscriptionState::Ended);
}
