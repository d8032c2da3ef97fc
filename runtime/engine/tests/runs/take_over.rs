//! The engine is killed at every record boundary and in the middle of every step: it goes on from the last record, within the step's class.

use model::{BillingKind, RunState, StepState};
use testkit::{Kit, PackageText, Play, rule};

const NAMES: [&str; 3] = ["a", "b", "c"];

/// Kills the engine while `b` of three rules runs, with `b` of `action` standing as `play` says; then starts it again.
async fn check(action: &str, play: Play, state: RunState, calls: &[&str], effects: u32) {
    let mut kit = Kit::new().await;
    let rules = [rule("a", action, ""), rule("b", action, ""), rule("c", action, "")];
    kit.import(&PackageText::new("svc").process("provision", rules.iter().map(String::as_str)).files()).await;
    kit.ledger.plan("run b", [play]);
    let run = kit.order("contoso", "svc").await;
    kit.ledger.reached("run b", 1).await;
    kit.crash_and_start().await;
    let details = kit.settled(&run).await;
    assert_eq!(details.run.state, state, "{action} {play:?}: {:?}", details.run.reason);
    assert_eq!(kit.ledger.calls(), calls, "{action} {play:?}");
    assert_eq!(kit.ledger.effects("b"), effects, "{action} {play:?}");
    let billed: Vec<BillingKind> = kit.billed().await.into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(billed, if state == RunState::Succeeded { vec![BillingKind::Start] } else { Vec::new() });
    assert_eq!(store::check::violations(kit.store()).await.expect("the store answers"), Vec::<String>::new());
}

#[tokio::test]
async fn what_may_run_again_runs_again() {
    for action in ["test.read", "test.idempotent"] {
        check(action, Play::StopBefore, RunState::Succeeded, &["run a", "run b", "run b", "run c"], 1).await;
        check(action, Play::StopAfter, RunState::Succeeded, &["run a", "run b", "run b", "run c"], 2).await;
    }
}

#[tokio::test]
async fn what_has_a_verify_is_verified_first_and_happens_once() {
    let calls = ["run a", "run b", "verify b", "run b", "run c"];
    check("test.verify-first", Play::StopBefore, RunState::Succeeded, &calls, 1).await;
    check("test.verify-first", Play::StopAfter, RunState::Succeeded, &["run a", "run b", "verify b", "run c"], 1).await;
}

#[tokio::test]
async fn what_must_not_run_twice_is_unknown_and_asks_for_a_person() {
    check("test.once", Play::StopBefore, RunState::Attention, &["run a", "run b"], 0).await;
    check("test.once", Play::StopAfter, RunState::Attention, &["run a", "run b"], 1).await;
}

#[tokio::test]
async fn a_run_killed_at_each_of_its_records_repeats_none_of_them() {
    let mut kit = Kit::new().await;
    let rules = NAMES.map(|name| rule(name, "test.verify-first", ""));
    kit.import(&PackageText::new("svc").process("provision", rules.iter().map(String::as_str)).files()).await;
    for name in NAMES {
        kit.ledger.plan(&format!("run {name}"), [Play::StopAfter]);
    }
    let run = kit.order("contoso", "svc").await;
    for name in NAMES {
        kit.ledger.reached(&format!("run {name}"), 1).await;
        kit.crash_and_start().await;
    }
    assert_eq!(kit.ended(&run).await.run.state, RunState::Succeeded);
    assert_eq!(kit.ledger.calls(), ["run a", "verify a", "run b", "verify b", "run c", "verify c"]);
    assert!(NAMES.iter().all(|name| kit.ledger.effects(name) == 1));
    assert_eq!(kit.billed().await, [(BillingKind::Start, run.id)]);
}

#[tokio::test]
async fn a_killed_undo_goes_on_and_repeats_no_recorded_one() {
    let mut kit = Kit::new().await;
    let rules = [
        rule("a", "test.idempotent", ""),
        rule("b", "test.idempotent", ""),
        rule("c", "test.idempotent", ""),
        rule("d", "test.idempotent", ""),
    ];
    kit.import(&PackageText::new("svc").process("provision", rules.iter().map(String::as_str)).files()).await;
    kit.ledger.plan("run d", [Play::NotDone]);
    kit.ledger.plan("undo b", [Play::StopBefore]);
    let run = kit.order("contoso", "svc").await;
    kit.ledger.reached("undo b", 1).await;
    kit.crash_and_start().await;
    let details = kit.ended(&run).await;
    assert_eq!(details.run.state, RunState::Undone);
    assert_eq!(kit.ledger.calls(), ["run a", "run b", "run c", "run d", "undo c", "undo b", "undo b", "undo a"]);
    assert_eq!(kit.billed().await, []);
}

#[tokio::test]
async fn runs_in_line_and_runs_that_wait_survive_a_crash() {
    let mut kit = Kit::with(testkit::Options { concurrency: 1, ..testkit::Options::default() }).await;
    let retry = "Retry = @{ Count = 1; Delay = '00:01:00'; Backoff = 1 }";
    kit.import(&PackageText::new("svc").process("provision", [rule("a", "test.idempotent", retry).as_str()]).files()).await;
    kit.ledger.plan("run a", [Play::NotDone, Play::StopBefore]);
    let waits = kit.order("contoso", "svc").await;
    assert_eq!(kit.settled(&waits).await.run.state, RunState::Waiting);
    let in_line = kit.order("fabrikam", "svc").await;
    kit.ledger.reached("run a", 2).await;
    kit.crash_and_start().await;
    assert_eq!(kit.ended(&in_line).await.run.state, RunState::Succeeded);
    kit.advance(std::time::Duration::from_secs(60));
    let details = kit.ended(&waits).await;
    assert_eq!((details.run.state, details.steps[0].attempt), (RunState::Succeeded, 2));
}

#[tokio::test]
async fn a_wait_that_came_due_while_nobody_ran_wakes_at_the_start() {
    let mut kit = Kit::new().await;
    let retry = "Retry = @{ Count = 1; Delay = '00:01:00'; Backoff = 1 }";
    kit.import(&PackageText::new("svc").process("provision", [rule("a", "test.idempotent", retry).as_str()]).files()).await;
    kit.ledger.plan("run a", [Play::NotDone]);
    let run = kit.order("contoso", "svc").await;
    kit.settled(&run).await;
    kit.stop().await;
    kit.clock.advance(std::time::Duration::from_secs(61));
    kit.start().await;
    assert_eq!(kit.ended(&run).await.run.state, RunState::Succeeded);
}

#[tokio::test]
async fn a_late_result_of_an_old_epoch_changes_nothing() {
    let kit = Kit::new().await;
    let rules = [rule("a", "test.idempotent", ""), rule("b", "test.idempotent", "")];
    kit.import(&PackageText::new("svc").process("provision", rules.iter().map(String::as_str)).files()).await;
    kit.ledger.plan("run b", [Play::StopBefore]);
    let run = kit.order("contoso", "svc").await;
    kit.ledger.reached("run b", 1).await;
    // Another server takes the run while this one still works on it.
    let taken = store::runs::take_over(kit.store(), 4711).await.unwrap();
    assert_eq!(taken.iter().map(|run| run.id).collect::<Vec<_>>(), [run.id]);
    let before = kit.details(&run).await;
    kit.ledger.let_go("run b");
    // Its next request shows that the worker is free again, so it has dropped what it had.
    let other = kit.order("fabrikam", "svc").await;
    kit.ended(&other).await;
    let after = kit.details(&run).await;
    assert_eq!((after.run.state, after.run.epoch, after.run.owner), (RunState::Running, before.run.epoch, Some(4711)));
    assert_eq!(after.steps, before.steps);
    assert_eq!(kit.billed().await, [(BillingKind::Start, other.id)]);
}

#[tokio::test]
async fn a_server_that_stops_leaves_its_runs_to_the_next() {
    let mut kit = Kit::new().await;
    let rules = [rule("a", "test.once", ""), rule("b", "test.once", "")];
    kit.import(&PackageText::new("svc").process("provision", rules.iter().map(String::as_str)).files()).await;
    kit.ledger.plan("run a", [Play::StopAfter]);
    let run = kit.order("contoso", "svc").await;
    kit.ledger.reached("run a", 1).await;
    let ledger = kit.ledger.clone();
    let (_, ()) = tokio::join!(kit.stop(), async {
        // The shutdown is under way when the step ends.
        tokio::task::yield_now().await;
        ledger.let_go("run a");
    });
    kit.start().await;
    let details = kit.ended(&run).await;
    assert_eq!(details.run.state, RunState::Succeeded);
    assert!(details.steps.iter().all(|step| step.state == StepState::Succeeded));
    assert_eq!(kit.ledger.calls(), ["run a", "run b"]);
}

#[tokio::test]
async fn a_run_that_needs_powershell_waits_until_it_is_there_and_tries_again_at_each_start() {
    let mut kit = Kit::new().await;
    let script = "@{ Name = 'b'; Phase = 'Main'; Action = 'New-Thing' }";
    let rules = [rule("a", "test.idempotent", ""), script.to_owned()];
    let mut files = PackageText::new("svc").process("provision", rules.iter().map(String::as_str)).files();
    files.insert(
        "actions/New-Thing.ps1",
        b"<#\n.SYNOPSIS\n    Makes a thing.\n#>\n\n<#StoaAction @{ Effect = 'Idempotent' } #>\n\n[CmdletBinding()]\nparam()\n".to_vec(),
    );
    kit.import(&files).await;
    let run = kit.order("contoso", "svc").await;
    for _ in 0..2 {
        let details = kit.settled(&run).await;
        assert_eq!(details.run.state, RunState::Waiting, "{:?}", details.run.reason);
        assert_eq!(details.steps[1].state, StepState::Waiting);
        let wait = store::waits::of_run(kit.store(), run.key).await.unwrap().unwrap();
        assert_eq!(wait.reason, "host_unavailable");
        kit.crash_and_start().await;
    }
    assert_eq!(kit.ledger.calls(), ["run a"]);
}

#[tokio::test]
async fn a_run_whose_program_cannot_be_used_asks_for_a_person_and_goes_on_verified() {
    let mut kit = Kit::new().await;
    let rules = [rule("a", "test.idempotent", ""), rule("b", "test.verify-first", ""), rule("s", "Send-Letter", "When = { $false }")];
    let rules = rules.map(|rule| rule.replace("With = @{ Key = 's' }", ""));
    let mut files = PackageText::new("svc").process("provision", rules.iter().map(String::as_str)).files();
    files.insert("actions/Send-Letter.ps1", b"param()\n".to_vec());
    kit.import(&files).await;
    kit.ledger.plan("run b", [Play::StopAfter]);
    let run = kit.order("contoso", "svc").await;
    kit.ledger.reached("run b", 1).await;
    kit.crash().await;
    // Where its scripts should lie there is something else.
    let scripts = kit.folder().join("run/programs");
    std::fs::remove_dir_all(&scripts).unwrap();
    std::fs::write(&scripts, "").unwrap();
    kit.start().await;
    let details = kit.settled(&run).await;
    assert_eq!(details.run.state, RunState::Attention);
    assert!(details.run.reason.as_ref().is_some_and(|reason| reason.starts_with("it cannot be executed: ")), "{:?}", details.run.reason);
    std::fs::remove_file(&scripts).unwrap();
    kit.handle().decide(run.id, engine::Decision::Retry, "", &testkit::tester()).await.unwrap();
    assert_eq!(kit.ended(&run).await.run.state, RunState::Succeeded);
    assert_eq!(kit.ledger.calls(), ["run a", "run b", "verify b"]);
    assert_eq!(kit.ledger.effects("b"), 1);
}
