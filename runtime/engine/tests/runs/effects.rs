//! One test for each sentence of the table of effects.

use model::{Happened, RunState, StepState};
use testkit::{Kit, PackageText, Play, rule};

/// What one rule `a` comes to.
struct Expected {
    run: RunState,
    step: StepState,
    calls: &'static [&'static str],
    effects: u32,
    attempt: u32,
    error: Option<(&'static str, Happened)>,
}

impl Default for Expected {
    fn default() -> Self {
        Expected { run: RunState::Succeeded, step: StepState::Succeeded, calls: &["run a"], effects: 1, attempt: 1, error: None }
    }
}

/// A process of the one rule `a` that runs `action`; its calls do what `plays` says.
async fn check(action: &str, keys: &str, plays: &[(&str, &[Play])], expected: Expected) {
    let kit = Kit::new().await;
    kit.import(&PackageText::new("svc").process("provision", [rule("a", action, keys).as_str()]).files()).await;
    for (call, plays) in plays {
        kit.ledger.plan(call, plays.iter().copied());
    }
    let run = kit.order("contoso", "svc").await;
    let details = kit.settled(&run).await;
    let step = details.steps.first().expect("the rule has a record");
    let told = format!("{action} {keys} {plays:?}: {:?} {:?}", details.run.reason, step.error);
    assert_eq!(details.run.state, expected.run, "{told}");
    assert_eq!(step.state, expected.step, "{told}");
    assert_eq!(kit.ledger.calls(), expected.calls, "{told}");
    assert_eq!(kit.ledger.effects("a"), expected.effects, "{told}");
    assert_eq!(step.attempt, expected.attempt, "{told}");
    let error = step.error.as_ref().map(|error| (error.code.as_str(), error.happened));
    assert_eq!(error, expected.error, "{told}");
}

const TWICE: &str = "Retry = @{ Count = 1; Delay = '00:00:00.0010000'; Backoff = 1 }";
const NEVER_DONE: Option<(&str, Happened)> = Some(("test_not_done", Happened::Nothing));
const UNCLEAR: Option<(&str, Happened)> = Some(("test_unclear", Happened::Unknown));

#[tokio::test]
async fn every_class_is_done_when_it_is_done() {
    for action in ["test.read", "test.idempotent", "test.verify-first", "test.once"] {
        check(action, "", &[], Expected::default()).await;
    }
}

#[tokio::test]
async fn what_is_proved_not_done_is_tried_again_by_policy_in_every_class() {
    for action in ["test.read", "test.idempotent", "test.verify-first", "test.once"] {
        let expected = Expected { calls: &["run a", "run a"], attempt: 2, ..Expected::default() };
        check(action, TWICE, &[("run a", &[Play::NotDone])], expected).await;
    }
}

#[tokio::test]
async fn what_is_proved_not_done_fails_when_the_policy_is_used_up() {
    for action in ["test.read", "test.idempotent", "test.verify-first", "test.once"] {
        let expected = Expected { run: RunState::Failed, step: StepState::Failed, effects: 0, error: NEVER_DONE, ..Expected::default() };
        check(action, "", &[("run a", &[Play::NotDone])], expected).await;
    }
}

#[tokio::test]
async fn an_unclear_end_of_what_may_run_again_is_tried_again_by_policy() {
    for action in ["test.read", "test.idempotent"] {
        let expected = Expected { calls: &["run a", "run a"], effects: 2, attempt: 2, ..Expected::default() };
        check(action, TWICE, &[("run a", &[Play::UnclearButDone])], expected).await;
    }
}

#[tokio::test]
async fn an_unclear_read_that_is_used_up_fails_with_nothing_to_take_back() {
    let expected = Expected { run: RunState::Failed, step: StepState::Failed, effects: 0, error: UNCLEAR, ..Expected::default() };
    check("test.read", "", &[("run a", &[Play::Unclear])], expected).await;
}

#[tokio::test]
async fn an_unclear_end_that_is_verified_to_be_so_is_done_with_the_outputs_of_the_verify() {
    let expected = Expected { calls: &["run a", "verify a"], ..Expected::default() };
    check("test.verify-first", "", &[("run a", &[Play::UnclearButDone])], expected).await;
}

#[tokio::test]
async fn an_unclear_end_that_is_verified_not_to_be_so_runs_again() {
    let expected = Expected { calls: &["run a", "verify a", "run a"], attempt: 2, ..Expected::default() };
    check("test.verify-first", "", &[("run a", &[Play::Unclear])], expected).await;
}

#[tokio::test]
async fn what_is_verified_not_to_be_so_again_and_again_has_failed_and_left_nothing() {
    let error = Some(("test_unclear", Happened::Nothing));
    let calls = &["run a", "verify a", "run a", "verify a"];
    let expected = Expected { run: RunState::Failed, step: StepState::Failed, calls, effects: 0, attempt: 2, error };
    check("test.verify-first", "", &[("run a", &[Play::Unclear, Play::Unclear])], expected).await;
}

#[tokio::test]
async fn a_verify_that_fails_or_answers_half_leaves_the_step_unknown() {
    for (play, code) in [(Play::NotDone, "test_unclear"), (Play::OutputMissing, "output_missing")] {
        let error = Some((code, Happened::Unknown));
        let expected =
            Expected { run: RunState::Attention, step: StepState::Unknown, calls: &["run a", "verify a"], error, ..Expected::default() };
        check("test.verify-first", "", &[("run a", &[Play::UnclearButDone]), ("verify a", &[play])], expected).await;
    }
}

#[tokio::test]
async fn an_unclear_once_is_unknown_whatever_the_policy_and_asks_for_a_person() {
    let expected = Expected { run: RunState::Attention, step: StepState::Unknown, error: UNCLEAR, ..Expected::default() };
    check("test.once", TWICE, &[("run a", &[Play::UnclearButDone])], expected).await;
}

#[tokio::test]
async fn a_native_that_panics_ends_unclear() {
    let error = Some(("action_panicked", Happened::Unknown));
    let expected = Expected { run: RunState::Attention, step: StepState::Unknown, effects: 0, error, ..Expected::default() };
    check("test.once", "", &[("run a", &[Play::Panic])], expected).await;
}

#[tokio::test]
async fn success_without_a_declared_output_is_a_failure() {
    let error = Some(("output_missing", Happened::Some));
    let calls = &["run a"];
    check(
        "test.plain",
        "",
        &[("run a", &[Play::OutputMissing])],
        Expected { run: RunState::Undone, step: StepState::Failed, calls, error, ..Expected::default() },
    )
    .await;
    let expected = Expected { calls: &["run a", "verify a"], ..Expected::default() };
    check("test.verify-first", "", &[("run a", &[Play::OutputMissing])], expected).await;
}

#[tokio::test]
async fn a_result_that_is_no_property_is_a_failure_and_a_property_is_kept() {
    let kit = Kit::new().await;
    let rule = "@{ Name = 'a'; Phase = 'Main'; Action = 'test.idempotent'; With = @{ Key = 'a'; Result = 'K7' } }";
    kit.import(&PackageText::new("svc").process("provision", [rule]).files()).await;
    let run = kit.order("contoso", "svc").await;
    assert_eq!(kit.ended(&run).await.run.state, RunState::Succeeded);
    let values = store::values::list(kit.store(), "svc", Some(run.subscription_id)).await.unwrap();
    let values: Vec<_> = values.into_iter().map(|value| (value.property, value.value)).collect();
    assert_eq!(values, [("AccountId".to_owned(), model::Value::text("K7"))]);
}

#[tokio::test]
async fn every_attempt_of_a_step_has_the_same_idempotency_token() {
    let kit = Kit::new().await;
    kit.import(
        &PackageText::new("svc")
            .process("provision", [rule("a", "test.idempotent", TWICE).as_str(), &rule("b", "test.idempotent", "")])
            .files(),
    )
    .await;
    kit.ledger.plan("run a", [Play::Unclear]);
    let run = kit.order("contoso", "svc").await;
    kit.ended(&run).await;
    let (first, second) = (kit.ledger.tokens("run a"), kit.ledger.tokens("run b"));
    assert_eq!(first.len(), 2);
    assert_eq!(first[0], first[1]);
    assert_ne!(first[0], second[0]);
}
